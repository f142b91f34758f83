// What every question takes: a window of time and filters. The same names stand in the URL of the dashboard.
import { z } from 'zod';
import { Outcome } from '../words.ts';

export const Filters = z.object({
  provider: z.string().optional(),
  model: z.string().optional(),
  app: z.string().optional(),
  team: z.string().optional(),
  user: z.string().optional(),
  task: z.string().optional(),
  session: z.string().optional(),
  key: z.string().optional().describe('id of the Sightline key that it came with'),
  environment: z.string().optional(),
  outcome: Outcome.optional(),
});
export type Filters = z.infer<typeof Filters>;

/** `from` is inside the window, `to` is not; both epoch milliseconds. */
export const Window = z.object({ from: z.coerce.number().int(), to: z.coerce.number().int() });
export type Window = z.infer<typeof Window>;

export const WindowQuery = Window.extend(Filters.shape);
export type WindowQuery = z.infer<typeof WindowQuery>;

/** Dimensions that have a rollup, so that grouping by them stays cheap at any size. */
export const Dimension = z.enum(['provider', 'model', 'app', 'team', 'task', 'environment']);
export type Dimension = z.infer<typeof Dimension>;

/** Nano-dollars as a decimal string: sums pass 2^53. Null when nothing in the group has a price. */
export const Nanos = z.string().regex(/^\d+$/).nullable();
