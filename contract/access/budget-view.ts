// A budget with what was spent of it, as GET /api/budgets and `sightline budgets list` show it.
import { z } from 'zod';
import { Budget } from './budget.ts';

const nanos = z.number().int().nonnegative();
const moment = z.number().int().describe('epoch milliseconds');

export const BudgetSpend = z.object({
  value: z.string().describe('of the team, key …; empty where the budget is one for all'),
  spentNanos: nanos.describe('settled, as far as proxies have said or ClickHouse has recorded'),
  heldNanos: nanos.describe('granted to proxies for calls under way and the next ones; not spent yet'),
  percent: z.number().nonnegative().describe('spent, of the limit'),
});
export type BudgetSpend = z.infer<typeof BudgetSpend>;

export const BudgetView = z.object({
  budget: Budget,
  source: z
    .enum(['configuration', 'api'])
    .describe('what stands in the configuration cannot be changed through the API'),
  limitNanos: nanos,
  period: z.object({ startsAt: moment, endsAt: moment }),
  spend: z.array(BudgetSpend).describe('the fullest first, at most a hundred'),
});
export type BudgetView = z.infer<typeof BudgetView>;

export const BudgetList = z.object({ timezone: z.string(), budgets: z.array(BudgetView) });
export type BudgetList = z.infer<typeof BudgetList>;
