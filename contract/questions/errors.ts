// GET /api/errors: what attempts failed of, over time and by target, with the newest of them as they were recorded.
import { z } from 'zod';
import { AttemptKind } from '../attempt.ts';
import { FailureClass, Outcome } from '../words.ts';
import { ReliabilityQuery } from './reliability.ts';

export const ErrorsQuery = ReliabilityQuery.extend({
  failure: FailureClass.optional(),
  limit: z.coerce.number().int().min(1).max(100).default(20).describe('most groups, and most examples'),
});
export type ErrorsQuery = z.infer<typeof ErrorsQuery>;

/** One failed attempt, raw, with the exchange it belongs to. */
export const FailedAttempt = z.object({
  id: z.string().describe('the exchange'),
  number: z.number().describe('which of its attempts'),
  at: z.number().describe('when the attempt began, epoch milliseconds'),
  provider: z.string(),
  model: z.string(),
  region: z.string(),
  kind: AttemptKind,
  failure: FailureClass,
  status: z.number().nullable(),
  errorCode: z.string(),
  providerRequestId: z.string(),
  message: z.string().describe('what the client was told, where this attempt was the last; else empty'),
  exchangeOutcome: Outcome.nullable().describe('how the exchange ended all the same; null when its row is gone'),
  servedBy: z.string().describe('who answered it in the end; empty when nobody did'),
});
export type FailedAttempt = z.infer<typeof FailedAttempt>;

export const ErrorsAnswer = z.object({
  step: z.number(),
  timezone: z.string(),
  rows: z
    .array(z.object({ at: z.number(), failure: FailureClass, attempts: z.number() }))
    .describe('buckets without failures are missing'),
  groups: z.array(
    z.object({ provider: z.string(), model: z.string(), failure: FailureClass, attempts: z.number(), of: z.number() }),
  ),
  examples: z.array(FailedAttempt).describe('the newest first'),
});
export type ErrorsAnswer = z.infer<typeof ErrorsAnswer>;
