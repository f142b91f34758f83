// POST /api/routing/try: the recorded decisions of a window taken again under other routes. Nothing is switched on by it.
import { z } from 'zod';
import { ExclusionReason } from '../decision.ts';
import { Nanos, Window } from './window.ts';

export const RehearsalRequest = Window.extend({
  routes: z.unknown().describe('`routes` as in the configuration; an object that holds them is taken, too'),
});
export type RehearsalRequest = z.infer<typeof RehearsalRequest>;

const Expected = z.object({
  nanos: Nanos.describe('sum of what is known'),
  unknown: z.number().describe('requests whose tokens or price are unknown'),
});

export const RehearsalTarget = z.object({
  provider: z.string(),
  model: z.string(),
  before: z.number().describe('requests that asked it first'),
  after: z.number().describe('requests expected to ask it first: the sum of its probabilities'),
});
export type RehearsalTarget = z.infer<typeof RehearsalTarget>;

export const RehearsalAnswer = z.object({
  from: z.number(),
  to: z.number(),
  recorded: z.number().describe('decisions recorded in the window'),
  replayed: z.number().describe('of these, taken again; fewer than recorded: an even sample'),
  routes: z
    .array(z.object({ name: z.string().describe('empty: no route matched'), requests: z.number() }))
    .describe('every route with targets, in its order'),
  targets: z.array(RehearsalTarget),
  cost: z.object({
    before: Expected,
    after: Expected,
    both: z
      .object({ requests: z.number(), beforeNanos: Nanos, afterNanos: Nanos })
      .describe('requests whose cost is known both ways: these two sums can be compared'),
  }),
  nobody: z.number().describe('requests that nobody might have answered'),
  excluded: z
    .array(z.object({ reason: ExclusionReason, requests: z.number() }))
    .describe('why, of those: each reason once a request'),
  unheard: z
    .array(z.object({ route: z.string(), conditions: z.array(z.string()) }))
    .describe('conditions that cannot be judged from what was recorded, so that they never hold here'),
  notes: z.array(z.string()).describe('what this calculation leaves out, in sentences'),
});
export type RehearsalAnswer = z.infer<typeof RehearsalAnswer>;

/** A line of the answer as application/x-ndjson: how far it is, then the answer or the problem. */
export const RehearsalProgress = z.object({ replayed: z.number(), of: z.number() });
export type RehearsalProgress = z.infer<typeof RehearsalProgress>;
