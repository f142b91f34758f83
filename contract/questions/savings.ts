// GET /api/savings: what was not spent in a window: by the cache, by the choice among targets, by providers' prompt caches.
import { z } from 'zod';
import { CacheStatus } from '../words.ts';
import { Nanos, WindowQuery } from './window.ts';

export const SavingsQuery = WindowQuery;
export type SavingsQuery = z.infer<typeof SavingsQuery>;

export const CacheSavings = z.object({
  requests: z.number().describe('for which the cache was asked'),
  served: z.number().describe('answered from it'),
  savedNanos: Nanos,
  statuses: z.array(
    z.object({
      status: CacheStatus,
      requests: z.number(),
      savedNanos: Nanos,
      unknown: z.number().describe('served, but nobody knows what the answer had cost'),
    }),
  ),
});
export type CacheSavings = z.infer<typeof CacheSavings>;

export const RouteSavings = z.object({
  route: z.string().describe('empty: no route, a model that several providers have'),
  decisions: z.number().describe('with more than one candidate'),
  known: z.number().describe('of which the expected cost of every possible target was known; the sums are of these'),
  chosenNanos: Nanos.describe('expected where it went'),
  dearestNanos: Nanos.describe('expected had each gone to the dearest possible target'),
  likeliestNanos: Nanos.describe('expected had each gone to the target with the greatest probability'),
});
export type RouteSavings = z.infer<typeof RouteSavings>;

export const PromptCacheUse = z.object({
  inputTokens: z.number().nullable(),
  readTokens: z.number().nullable(),
  writtenTokens: z.number().nullable(),
  share: z.number().nullable().describe('of all input that was read from prompt caches, 0 to 1'),
  readNanos: Nanos,
  writtenNanos: Nanos,
});
export type PromptCacheUse = z.infer<typeof PromptCacheUse>;

export const SavingsAnswer = z.object({
  cache: CacheSavings,
  routing: z
    .object({ total: RouteSavings.omit({ route: true }), routes: z.array(RouteSavings) })
    .nullable()
    .describe('null where a filter is set that decisions are not divided by (all but task)'),
  promptCache: PromptCacheUse,
});
export type SavingsAnswer = z.infer<typeof SavingsAnswer>;
