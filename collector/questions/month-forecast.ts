// The sums of a forecast: what is left of the month at the average of each weekday, and how far off that may be. Pure; the
// question brings the days. Estimates may be floats: nobody is billed by them.

export interface KnownDay {
  /** 0 is Sunday. */
  weekday: number;
  nanos: number;
}

export interface MonthSoFar {
  spentNanos: bigint;
  /** Whole days before today, the more the better; none is left out because nothing was spent. */
  days: readonly KnownDay[];
  today: { weekday: number; elapsed: number };
  /** Weekdays of the days that are left after today. */
  ahead: readonly number[];
}

export interface MonthForecast {
  expectedNanos: bigint | null;
  lowNanos: bigint | null;
  highNanos: bigint | null;
  basis: 'weekdays' | 'days' | 'none';
}

/** From two weeks on each weekday has been seen twice; less than three days say nothing. */
const daysForWeekdays = 14;
const daysForAnything = 3;
/** Nine in ten lie below this many standard deviations of a normal distribution: four in five lie between both ends. */
const ninetieth = 1.281_551_6;

export function forecastMonth({ spentNanos, days, today, ahead }: MonthSoFar): MonthForecast {
  if (days.length < daysForAnything) return { expectedNanos: null, lowNanos: null, highNanos: null, basis: 'none' };
  const basis = days.length >= daysForWeekdays ? 'weekdays' : 'days';
  const groupOf = (weekday: number): number => (basis === 'weekdays' ? weekday : 0);
  const groups = Map.groupBy(days, ({ weekday }) => groupOf(weekday));
  const meanOf = (weekday: number): number => mean((groups.get(groupOf(weekday)) ?? days).map(({ nanos }) => nanos));

  const parts = [
    { weekday: today.weekday, share: 1 - today.elapsed },
    ...ahead.map((weekday) => ({ weekday, share: 1 })),
  ];
  const left = parts.reduce((sum, { weekday, share }) => sum + share * meanOf(weekday), 0);

  const freedom = Math.max(days.length - groups.size, 1);
  const variance = days.reduce((sum, { weekday, nanos }) => sum + (nanos - meanOf(weekday)) ** 2, 0) / freedom;
  // Each day ahead is off by itself; an average that is off is off on every day that it stands for.
  const own = parts.reduce((sum, { share }) => sum + share ** 2, 0);
  const shared = [...Map.groupBy(parts, ({ weekday }) => groupOf(weekday))].reduce((sum, [group, same]) => {
    const weight = same.reduce((total, { share }) => total + share, 0);
    return sum + weight ** 2 / (groups.get(group)?.length ?? days.length);
  }, 0);
  const margin = quantile(freedom) * Math.sqrt(variance * (own + shared));
  const after = (more: number): bigint => spentNanos + BigInt(Math.round(Math.max(more, 0)));
  return { expectedNanos: after(left), lowNanos: after(left - margin), highNanos: after(left + margin), basis };
}

/** Of Student's t distribution, near enough for an interval: few days make it wider. */
const quantile = (freedom: number): number => ninetieth + (ninetieth ** 3 + ninetieth) / (4 * freedom);

const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
