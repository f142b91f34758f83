// GET /api/retry-costs: what is spent beyond the first attempt, by what the attempts were for.
import { z } from 'zod';
import { AttemptKind } from '../attempt.ts';
import { Nanos, WindowQuery } from './window.ts';

export const RetryCostsQuery = WindowQuery;
export type RetryCostsQuery = z.infer<typeof RetryCostsQuery>;

export const RetryCost = z.object({
  kind: AttemptKind,
  attempts: z.number(),
  failed: z.number().describe('attempts with any class but `rejected`'),
  costNanos: Nanos,
  unpriced: z.number().describe('attempts whose cost is not known and so not in the sum'),
});
export type RetryCost = z.infer<typeof RetryCost>;

export const RetryCostsAnswer = z.object({
  rows: z.array(RetryCost).describe('kinds without attempts are missing; `first` is among them, to compare with'),
});
export type RetryCostsAnswer = z.infer<typeof RetryCostsAnswer>;
