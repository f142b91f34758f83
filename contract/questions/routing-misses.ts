// GET /api/routing-misses: sessions whose next call went to another provider or model within the life of a prompt cache, and
// what that cost: tokens that the first would have read at its cached price.
import { z } from 'zod';
import { Nanos, WindowQuery } from './window.ts';

export const RoutingMissesQuery = WindowQuery;
export type RoutingMissesQuery = z.infer<typeof RoutingMissesQuery>;

export const RoutingMiss = z.object({
  from: z.string().describe('`provider/model` that had the prompt cached'),
  to: z.string().describe('`provider/model` that was asked next'),
  switches: z.number(),
  tokens: z.number().describe('cached there and not read from a cache here'),
  lostNanos: Nanos.describe('those tokens × (full − cached price) as the call before recorded them; null: not known'),
  unknown: z.number().describe('switches without a known price; not in lostNanos'),
});
export type RoutingMiss = z.infer<typeof RoutingMiss>;

export const RoutingMissesAnswer = z.object({
  from: z.number().describe('where looking began: at most 31 days before the end of the window'),
  total: RoutingMiss.omit({ from: true, to: true }),
  rows: z.array(RoutingMiss).describe('the dearest first, at most 20'),
});
export type RoutingMissesAnswer = z.infer<typeof RoutingMissesAnswer>;
