// POST /api/reprice: what recorded exchanges would have cost under other price books. Nothing that was recorded is changed.
import { z } from 'zod';
import { PriceOverlay } from '../prices.ts';
import { Nanos, Window } from './window.ts';

export const RepriceRequest = Window.extend({
  overlay: PriceOverlay.optional().describe('in place of the one in force; left out: the one in force'),
  book: z.unknown().optional().describe('the published book: data of genai-prices; left out: the one in force'),
});
export type RepriceRequest = z.infer<typeof RepriceRequest>;

const Sums = z.object({
  calls: z.number(),
  recordedNanos: Nanos.describe('sum of the costs on record; null where none is'),
  repricedNanos: Nanos.describe('sum under the other books'),
  differenceNanos: z.string().describe('signed, over calls that have a cost both ways'),
  unpricedBefore: z.number(),
  unpricedAfter: z.number(),
});

export const RepriceRow = Sums.extend({ day: z.string().describe('UTC'), provider: z.string(), model: z.string() });
export type RepriceRow = z.infer<typeof RepriceRow>;

export const RepriceAnswer = z.object({
  from: z.number(),
  to: z.number(),
  priceVersion: z.string().describe('the books that it was priced under'),
  total: Sums,
  kept: z
    .object({ reported: z.number(), cached: z.number() })
    .describe('calls whose cost is no matter of books: the provider named it, or the cache answered'),
  rows: z.array(RepriceRow).describe('by day, then by provider and model'),
});
export type RepriceAnswer = z.infer<typeof RepriceAnswer>;

export const RepriceProgress = z.object({ read: z.number(), of: z.number() });
export type RepriceProgress = z.infer<typeof RepriceProgress>;
