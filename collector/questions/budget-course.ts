// GET /api/budget-course: how each budget is being used up in its running period, from what is recorded, and when it will be
// hit if spending goes on as it has of late.
import { nanosOfUsd } from '../../catalog/spending/counter.ts';
import { periodsIn } from '../../catalog/spending/period.ts';
import type { Budget } from '../../contract/access/budget.ts';
import { type BudgetCourse, BudgetCourseAnswer, BudgetCourseQuery } from '../../contract/questions/budget-course.ts';
import { bucketStart } from './buckets.ts';
import { type CourseBucket, courseOf, paceSpanMs, stepSeconds } from './budget-pace.ts';
import { budgetScope, budgetValue } from './budget-scope.ts';
import { type QuestionContext, question } from './question.ts';
import { spendSlices } from './spend-slices.ts';

/** Teams, keys … listed of one budget. */
const mostValues = 20;

export const budgetCourse = question({
  path: '/api/budget-course',
  summary: 'How each budget is being used up in its running period, and when it will be hit.',
  query: BudgetCourseQuery,
  answer: BudgetCourseAnswer,
  async ask(context, { name }) {
    const budgets = context.budgets().filter((budget) => name === undefined || budget.name === name);
    const found: BudgetCourse[][] = [];
    // One after another: the embedded store answers one at a time anyway.
    for (const budget of budgets) found.push(await coursesOf(context, budget));
    const shown = found.map((courses) => courses.slice(0, mostValues));
    return {
      timezone: context.timezone,
      courses: shown.flat().sort((one, other) => fullness(other) - fullness(one)),
      left: found.reduce((sum, courses) => sum + Math.max(courses.length - mostValues, 0), 0),
    };
  },
});

const fullness = ({ spentNanos, limitNanos }: BudgetCourse): number => Number(spentNanos ?? 0) / Number(limitNanos);

async function coursesOf(context: QuestionContext, budget: Budget): Promise<BudgetCourse[]> {
  const now = context.clock();
  const { startsAt: from, endsAt: to } = periodsIn(context.timezone)(budget.per, now);
  const buckets = await bucketsOf(context, budget, { from: Math.min(from, now - paceSpanMs[budget.per]), to: now });
  const limitNanos = BigInt(nanosOfUsd(budget.limitUsd));
  const byValue = Map.groupBy(buckets, ({ value }) => value);
  if (byValue.size === 0) byValue.set('', []);
  return [...byValue]
    .map(([value, own]) => {
      const course = courseOf({ buckets: own, from, to, now, limitNanos, per: budget.per });
      return { budget, value, from, to, limitNanos: String(limitNanos), ...course };
    })
    .sort((one, other) => fullness(other) - fullness(one));
}

interface Row {
  value_f: string;
  at_f: string;
  cost_f: string | null;
  unpriced_f: string;
}

async function bucketsOf(
  { store, timezone, keys }: QuestionContext,
  budget: Budget,
  window: { from: number; to: number },
): Promise<(CourseBucket & { value: string })[]> {
  const { condition, columns } = budgetScope(budget, keys());
  const step = stepSeconds[budget.per];
  const slices = spendSlices({ window, filters: {}, dimensions: columns, bucket: bucketStart(step), condition });
  const sql = `SELECT ${budgetValue(budget)} AS value_f, bucket AS at_f, sum(cost_n) AS cost_f, sum(unpriced_n) AS unpriced_f
FROM (${slices.sql}) GROUP BY value_f, at_f ORDER BY value_f, at_f LIMIT 50000`;
  const rows = await store.read<Row>(sql, { ...slices.parameters, step, zone: timezone });
  return rows.map((row) => ({
    value: row.value_f,
    at: Number(row.at_f) * 1000,
    nanos: row.cost_f === null ? null : BigInt(row.cost_f),
    unpriced: Number(row.unpriced_f),
  }));
}
