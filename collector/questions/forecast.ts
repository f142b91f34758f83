// GET /api/forecast: what the running month will have cost by its end, going by the eight weeks before today.
import { type Period, periodsIn } from '../../catalog/spending/period.ts';
import { ForecastAnswer, ForecastQuery } from '../../contract/questions/forecast.ts';
import type { Filters, Window } from '../../contract/questions/window.ts';
import { bucketStart } from './buckets.ts';
import { budgetsOver } from './budget-scope.ts';
import { forecastMonth, type KnownDay } from './month-forecast.ts';
import { type QuestionContext, question } from './question.ts';
import { spendSlices } from './spend-slices.ts';

const dayMs = 86_400_000;
const lookBackDays = 56;

export const forecast = question({
  path: '/api/forecast',
  summary: 'What the running month will have cost by its end, and between which figures four times in five.',
  query: ForecastQuery,
  answer: ForecastAnswer,
  async ask(context, query) {
    const now = context.clock();
    const { timezone } = context;
    const periodOf = periodsIn(timezone);
    const [month, today] = [periodOf('month', now), periodOf('day', now)];
    const from = Math.min(month.startsAt, today.startsAt - lookBackDays * dayMs);
    const [spentNanos, byDay] = await Promise.all([
      spentIn(context, { from: month.startsAt, to: now }, query),
      daysOf(context, { from, to: today.startsAt }, query),
    ]);
    const days = knownDays(byDay, { from, to: today.startsAt }, timezone);
    const { basis, ...nanos } = forecastMonth({
      spentNanos: BigInt(spentNanos ?? 0),
      days: days.slice(-lookBackDays),
      today: { weekday: weekdayOf(today.startsAt, timezone), elapsed: elapsedOf(today, now) },
      ahead: weekdaysBetween(today.endsAt, month.endsAt, timezone),
    });
    const text = (value: bigint | null): string | null => (value === null ? null : String(value));
    return {
      ...{ timezone, from: month.startsAt, to: month.endsAt, spentNanos },
      expectedNanos: text(nanos.expectedNanos),
      lowNanos: text(nanos.lowNanos),
      highNanos: text(nanos.highNanos),
      ...{ basis, days: Math.min(days.length, lookBackDays) },
      budgets: budgetsOver(context.budgets(), query),
    };
  },
});

async function spentIn({ store }: QuestionContext, window: Window, filters: Filters): Promise<string | null> {
  if (window.from >= window.to) return null;
  const slices = spendSlices({ window, filters, dimensions: [] });
  const sql = `SELECT sum(cost_n) AS cost_f FROM (${slices.sql})`;
  const [row] = await store.read<{ cost_f: string | null }>(sql, slices.parameters);
  return row?.cost_f ?? null;
}

/** Nano-dollars by the start of a local day; days on which nothing was asked are missing. */
async function daysOf(
  { store, timezone }: QuestionContext,
  window: Window,
  filters: Filters,
): Promise<Map<number, number>> {
  const slices = spendSlices({ window, filters, dimensions: [], bucket: bucketStart(86_400) });
  const sql = `SELECT bucket AS at_f, sum(cost_n) AS cost_f FROM (${slices.sql}) GROUP BY at_f ORDER BY at_f`;
  const parameters = { ...slices.parameters, step: 86_400, zone: timezone };
  const rows = await store.read<{ at_f: string; cost_f: string | null }>(sql, parameters);
  return new Map(rows.map((row) => [Number(row.at_f) * 1000, Number(row.cost_f ?? 0)]));
}

/** Every whole local day since the first call; one without calls cost nothing. The day of the first call is none. */
function knownDays(byDay: Map<number, number>, { from, to: today }: Window, timezone: string): KnownDay[] {
  const periodOf = periodsIn(timezone);
  const days: KnownDay[] = [];
  const first = byDay.keys().next().value ?? today;
  for (let at = first > from ? periodOf('day', first).endsAt : first; at < today; at = periodOf('day', at).endsAt)
    days.push({ weekday: weekdayOf(at, timezone), nanos: byDay.get(at) ?? 0 });
  return days;
}

function weekdaysBetween(from: number, to: number, timezone: string): number[] {
  const periodOf = periodsIn(timezone);
  const weekdays: number[] = [];
  for (let at = from; at < to; at = periodOf('day', at).endsAt) weekdays.push(weekdayOf(at, timezone));
  return weekdays;
}

const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const weekdayOf = (at: number, timezone: string): number =>
  names.indexOf(new Intl.DateTimeFormat('en-US', { timeZone: timezone, weekday: 'short' }).format(at));

const elapsedOf = ({ startsAt, endsAt }: Period, now: number): number => (now - startsAt) / (endsAt - startsAt);
