// From what was spent in each step of time to the course of a budget, and from the pace of late to the moment at which it
// will be hit. Pure.
import type { BudgetPeriod } from '../../contract/access/budget.ts';
import type { BudgetCourse } from '../../contract/questions/budget-course.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Seconds per point of the course. */
export const stepSeconds: Record<BudgetPeriod, number> = { hour: 900, day: 3600, week: 21_600, month: 86_400 };

/** How far back the pace is taken from: into the period before, too, so that a new one is not without. */
export const paceSpanMs: Record<BudgetPeriod, number> = {
  hour: 30 * minute,
  day: 3 * hour,
  week: 2 * day,
  month: 7 * day,
};

export interface CourseBucket {
  /** Start, epoch milliseconds. */
  at: number;
  nanos: bigint | null;
  unpriced: number;
}

export interface CourseInput {
  /** In order of time; steps without calls are missing. */
  buckets: readonly CourseBucket[];
  from: number;
  to: number;
  now: number;
  limitNanos: bigint;
  per: BudgetPeriod;
}

export type Course = Pick<BudgetCourse, 'spentNanos' | 'unpriced' | 'course' | 'hit' | 'hitAt'>;

export function courseOf(input: CourseInput): Course {
  const { buckets, from, now, limitNanos, per } = input;
  const inside = buckets.filter(({ at }) => at >= from);
  const unpriced = inside.reduce((sum, bucket) => sum + bucket.unpriced, 0);
  const course: Course['course'] = [];
  let spent: bigint | null = null;
  let passedAt: number | null = null;
  for (const { at, nanos } of inside) {
    if (nanos === null) continue;
    spent = (spent ?? 0n) + nanos;
    const end = Math.min(at + stepSeconds[per] * 1000, now);
    if (passedAt === null && spent >= limitNanos) passedAt = end;
    course.push({ at: end, nanos: String(spent) });
  }
  const spentNanos = spent === null ? null : String(spent);
  const known = { spentNanos, unpriced, course };
  if (passedAt !== null) return { ...known, hit: 'passed', hitAt: passedAt };
  return { ...known, ...hitAhead(input, spent ?? 0n) };
}

function hitAhead({ buckets, now, to, limitNanos, per }: CourseInput, spent: bigint): Pick<Course, 'hit' | 'hitAt'> {
  const late = buckets.filter(({ at }) => at >= now - paceSpanMs[per] - stepSeconds[per] * 1000);
  const priced = late.filter(({ nanos }) => nanos !== null);
  // Calls without a price: how fast the budget is used up is anybody's guess.
  if (priced.length === 0 && late.some(({ unpriced }) => unpriced > 0)) return { hit: 'unknown', hitAt: null };
  const sum = priced.reduce((total, { nanos }) => total + Number(nanos), 0);
  const perMs = sum / Math.max(now - Math.min(now - paceSpanMs[per], ...late.map(({ at }) => at)), 1);
  if (perMs === 0) return { hit: 'not in this period', hitAt: null };
  const hitAt = Math.round(now + Number(limitNanos - spent) / perMs);
  return hitAt < to ? { hit: 'expected', hitAt } : { hit: 'not in this period', hitAt: null };
}
