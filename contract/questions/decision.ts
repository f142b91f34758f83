// GET /api/decisions/:id: why this model? Everything that decided about one exchange, and one sentence that says it.
import { z } from 'zod';
import { Attempt } from '../attempt.ts';
import { Decision } from '../decision.ts';
import { DialectName, Outcome } from '../words.ts';

export const DecisionAnswer = z.object({
  id: z.string().describe('of the exchange'),
  startedAt: z.number(),
  task: z.string(),
  requestedModel: z.string(),
  provider: z.string().describe('who served it'),
  model: z.string().describe('the answering model, else the one asked for'),
  dialect: DialectName.describe('the format the client spoke'),
  upstreamDialect: DialectName.nullable().describe('the format the provider was asked in, where it was another'),
  outcome: Outcome,
  httpStatus: z.number().nullable(),
  decision: Decision.nullable().describe('null where nothing was to decide'),
  attempts: z.array(Attempt),
  notes: z.array(z.string()).describe('what could not be passed on and was left out'),
  why: z.string().describe('one sentence or two for people'),
});
export type DecisionAnswer = z.infer<typeof DecisionAnswer>;
