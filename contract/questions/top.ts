// GET /api/top: the groups of one dimension that cost most (or are asked most), with their figures.
import { z } from 'zod';
import { Totals } from './totals.ts';
import { Dimension, WindowQuery } from './window.ts';

export const TopQuery = WindowQuery.extend({
  by: Dimension,
  order: z.enum(['cost', 'requests', 'errors', 'latency']).default('cost'),
  limit: z.coerce.number().int().min(1).max(100).default(10),
});
export type TopQuery = z.infer<typeof TopQuery>;

export const TopRow = Totals.extend({ group: z.string() });
export const TopAnswer = z.object({
  rows: z.array(TopRow),
  groups: z.number().describe('how many groups there are in all'),
});
export type TopAnswer = z.infer<typeof TopAnswer>;
