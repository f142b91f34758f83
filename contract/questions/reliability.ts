// GET /api/reliability: how each provider's attempts went, bucket by bucket and over the whole window. Filters by provider
// and model are about attempts, all others about the exchanges they belong to.
import { z } from 'zod';
import { FailureClass } from '../words.ts';
import { WindowQuery } from './window.ts';

export const ReliabilityQuery = WindowQuery.extend({
  step: z.coerce
    .number()
    .int()
    .min(60)
    .multipleOf(60)
    .default(900)
    .describe('seconds per bucket; an attempt belongs to the bucket in which its exchange started'),
});
export type ReliabilityQuery = z.infer<typeof ReliabilityQuery>;

/** Classes that did not happen are missing. */
export const FailureCounts = z.partialRecord(FailureClass, z.number());
export type FailureCounts = z.infer<typeof FailureCounts>;

export const AttemptFigures = z.object({
  attempts: z.number(),
  failed: z.number().describe('attempts with any class but `rejected`'),
  classes: FailureCounts,
  firstByteP95Ms: z.number().nullable().describe('until the response head, of attempts that did not fail'),
});
export type AttemptFigures = z.infer<typeof AttemptFigures>;

export const ReliabilityRow = AttemptFigures.extend({
  at: z.number().describe('start of the bucket, epoch milliseconds'),
  provider: z.string(),
});
export type ReliabilityRow = z.infer<typeof ReliabilityRow>;

export const ReliabilityAnswer = z.object({
  step: z.number(),
  timezone: z.string(),
  providers: z.array(AttemptFigures.extend({ provider: z.string() })).describe('over the window, most asked first'),
  rows: z.array(ReliabilityRow).describe('buckets without attempts are missing'),
});
export type ReliabilityAnswer = z.infer<typeof ReliabilityAnswer>;
