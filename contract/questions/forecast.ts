// GET /api/forecast: what the running month will have cost by its end, going by the weeks before.
import { z } from 'zod';
import { Filters, Nanos } from './window.ts';

export const ForecastQuery = Filters.pick({
  provider: true,
  model: true,
  app: true,
  team: true,
  task: true,
  environment: true,
  key: true,
  user: true,
});
export type ForecastQuery = z.infer<typeof ForecastQuery>;

export const ForecastAnswer = z.object({
  timezone: z.string(),
  from: z.number().describe('start of the month in the time zone, epoch milliseconds'),
  to: z.number(),
  spentNanos: Nanos.describe('so far'),
  expectedNanos: Nanos.describe('by the end of the month; null where too few days are known'),
  lowNanos: Nanos.describe('four times in five it will be between this'),
  highNanos: Nanos.describe('and this'),
  basis: z
    .enum(['weekdays', 'days', 'none'])
    .describe('each weekday’s own average; the average of all days; too few days to say'),
  days: z.number().describe('whole days that it goes by'),
  budgets: z
    .array(z.object({ name: z.string(), limitNanos: Nanos.unwrap() }))
    .describe('monthly budgets over everything that was asked about'),
});
export type ForecastAnswer = z.infer<typeof ForecastAnswer>;
