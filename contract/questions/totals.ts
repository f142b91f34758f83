// GET /api/totals: the figures at the top of the overview, for the window and for the one of equal length before it.
import { z } from 'zod';
import { Nanos, WindowQuery } from './window.ts';

export const TotalsQuery = WindowQuery;

export const Totals = z.object({
  requests: z.number(),
  errors: z.number().describe('failed, truncated, unreachable and refused; aborted by the client is not an error'),
  aborted: z.number(),
  costNanos: Nanos,
  unpriced: z.number().describe('exchanges with tokens but without a price'),
  estimated: z.number().describe('exchanges whose usage is estimated'),
  inputTokens: z.number().nullable(),
  outputTokens: z.number().nullable(),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  firstTokenP50Ms: z.number().nullable(),
  firstTokenP95Ms: z.number().nullable(),
});
export type Totals = z.infer<typeof Totals>;

export const TotalsAnswer = z.object({ current: Totals, previous: Totals });
export type TotalsAnswer = z.infer<typeof TotalsAnswer>;
