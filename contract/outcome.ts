// Evidence that an answer was accepted or refused. Append-only: a later outcome stands beside an earlier one, and which of
// them counts is decided where they are read. Not to be mistaken for how an exchange ended (`Outcome` in words.ts).
import { z } from 'zod';

/** Who says so: a person, the traffic itself, or a judge. An explicit one outranks the others. */
export const OutcomeSource = z.enum(['explicit', 'inferred', 'judged']);
export type OutcomeSource = z.infer<typeof OutcomeSource>;

export const ExplicitSignal = z.enum(['thumb', 'score', 'accepted', 'edited', 'rejected', 'task_done', 'comment']);
export type ExplicitSignal = z.infer<typeof ExplicitSignal>;

/**
 * What the traffic shows by itself. `re_ask` the same was asked again in other words; `regenerate` in the same words;
 * `edit_distance` how much of the answer was changed before it came back; `tool_failed` a tool call could not be carried out;
 * `schema_invalid` not the form that was asked for; `abandoned` the client left while it was being written; `truncated` it
 * stopped before its end; `follow_up_time` how soon something else was asked.
 */
export const InferredSignal = z.enum([
  're_ask',
  'regenerate',
  'edit_distance',
  'tool_failed',
  'schema_invalid',
  'abandoned',
  'truncated',
  'follow_up_time',
]);
export type InferredSignal = z.infer<typeof InferredSignal>;

export const JudgedSignal = z.enum(['pairwise', 'rubric', 'reference', 'schema']);
export type JudgedSignal = z.infer<typeof JudgedSignal>;

export const OutcomeSignal = z.union([ExplicitSignal, InferredSignal, JudgedSignal]);
export type OutcomeSignal = z.infer<typeof OutcomeSignal>;

export const OutcomeRecord = z.object({
  kind: z.literal('outcome'),
  id: z.string().min(1).describe('the same id twice is one outcome'),
  tenant: z.string().default('default'),
  exchangeId: z.string().default('').describe('what it is about; "" where only a session or a trace is known'),
  sessionId: z.string().default(''),
  traceId: z.string().default(''),
  at: z.number().int().describe('epoch milliseconds, when it happened'),
  receivedAt: z.number().int().describe('epoch milliseconds, by the clock of the collector'),
  source: OutcomeSource,
  signal: OutcomeSignal,
  name: z.string().default('').describe('the metric’s name at the client that sent it'),
  value: z.number().min(0).max(1).nullable().describe('0 refused … 1 accepted; null: says nothing, as a comment alone'),
  weight: z.number().min(0).max(1).default(1),
  /** Chance with which a judge was asked at all; 1 for what nobody sampled. */
  sampledWith: z.number().gt(0).max(1).default(1),
  version: z.string().default('').describe('of the inference or of the judge and its prompt; "" for explicit ones'),
  comment: z.string().default(''),
  unit: z.string().default('').describe('hash of who gave it, so that one voice is not counted as many'),
  tags: z.record(z.string(), z.string()).default({}),
});
export type OutcomeRecord = z.infer<typeof OutcomeRecord>;
