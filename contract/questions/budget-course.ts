// GET /api/budget-course: how each budget is being used up in its running period, and when it will be hit.
import { z } from 'zod';
import { Budget } from '../access/budget.ts';
import { Nanos } from './window.ts';

export const BudgetCourseQuery = z.object({
  name: z.string().optional().describe('one budget; left out: all'),
});
export type BudgetCourseQuery = z.infer<typeof BudgetCourseQuery>;

export const BudgetCourse = z.object({
  budget: Budget,
  value: z.string().describe('whose, where there is one for each team, key …; empty otherwise'),
  from: z.number().describe('start of the period, epoch milliseconds'),
  to: z.number(),
  limitNanos: z.string().regex(/^\d+$/),
  spentNanos: Nanos.describe('recorded so far; calls under way are not in it. Null: nothing of it has a price'),
  unpriced: z.number().describe('exchanges with tokens but without a price, which no budget counts'),
  course: z
    .array(z.object({ at: z.number().describe('end of a step'), nanos: z.string() }))
    .describe('spent until then'),
  hit: z.enum(['passed', 'expected', 'not in this period', 'unknown']),
  hitAt: z.number().nullable().describe('when it was passed, or will be at the present pace; epoch milliseconds'),
});
export type BudgetCourse = z.infer<typeof BudgetCourse>;

export const BudgetCourseAnswer = z.object({
  timezone: z.string(),
  courses: z.array(BudgetCourse).describe('the fullest first'),
  left: z.number().describe('teams, keys … of budgets for each that are not listed, the least full'),
});
export type BudgetCourseAnswer = z.infer<typeof BudgetCourseAnswer>;
