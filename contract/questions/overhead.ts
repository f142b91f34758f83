// GET /api/overhead: what the sidecar itself adds to calls, and how often they fail or are tried again, by provider.
import { z } from 'zod';
import { WindowQuery } from './window.ts';

export const OverheadQuery = WindowQuery;

export const OverheadFigures = z.object({
  exchanges: z.number(),
  errors: z.number().describe('failed, truncated, unreachable and refused; aborted by the client is not an error'),
  measured: z.number().describe('exchanges whose overhead is known'),
  p50Micros: z.number().nullable().describe('from the complete request until the call left, in microseconds'),
  p95Micros: z.number().nullable(),
  p99Micros: z.number().nullable(),
  attempts: z.number().describe('calls to providers, copies that nobody sees left out'),
  furtherAttempts: z.number().describe('those of them that were not the first of their exchange'),
});
export type OverheadFigures = z.infer<typeof OverheadFigures>;

export const OverheadAnswer = z.object({
  all: OverheadFigures,
  providers: z
    .array(OverheadFigures.extend({ provider: z.string() }))
    .describe('exchanges under who answered, attempts under who was asked; most exchanges first'),
});
export type OverheadAnswer = z.infer<typeof OverheadAnswer>;
