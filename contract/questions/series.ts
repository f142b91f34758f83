// GET /api/series: figures over time, one row per bucket and group. Buckets without traffic are missing, not zero.
import { z } from 'zod';
import { Totals } from './totals.ts';
import { Dimension, WindowQuery } from './window.ts';

export const SeriesQuery = WindowQuery.extend({
  step: z.coerce
    .number()
    .int()
    .min(60)
    .multipleOf(60)
    .describe('seconds per bucket; buckets of a day follow the reporting time zone'),
  by: Dimension.optional(),
  limit: z.coerce.number().int().min(1).max(20).default(8).describe('groups kept; the rest is added up as "other"'),
});
export type SeriesQuery = z.infer<typeof SeriesQuery>;

export const SeriesRow = Totals.omit({ unpriced: true, estimated: true }).extend({
  at: z.number().describe('start of the bucket, epoch milliseconds'),
  group: z.string().describe('value of the dimension; empty when not grouped or not said'),
});
export type SeriesRow = z.infer<typeof SeriesRow>;
export const SeriesAnswer = z.object({ step: z.number(), timezone: z.string(), rows: z.array(SeriesRow) });
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;
