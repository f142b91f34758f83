// When a budget's hour, day, week or month begins and ends in a time zone. A week begins on Monday. Days are 23 or 25 hours
// long where clocks are changed, and hours begin at half past where the zone does.
import type { BudgetPeriod } from '../../contract/access/budget.ts';

export interface Period {
  /** Epoch milliseconds; the end is the start of the next one. */
  startsAt: number;
  endsAt: number;
}

export type PeriodOf = (per: BudgetPeriod, at: number) => Period;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Remembers the latest period of each kind: almost every call falls into it. */
export function periodsIn(timezone: string): PeriodOf {
  const zone = zoneOf(timezone);
  const latest = new Map<BudgetPeriod, Period>();
  return (per, at) => {
    const known = latest.get(per);
    if (known && at >= known.startsAt && at < known.endsAt) return known;
    const period = periodAt(per, at, zone);
    latest.set(per, period);
    return period;
  };
}

function periodAt(per: BudgetPeriod, at: number, zone: Zone): Period {
  if (per === 'hour') {
    const startsAt = at - modulo(at + zone.offset(at), hourMs);
    return { startsAt, endsAt: startsAt + hourMs };
  }
  const day = Math.floor((at + zone.offset(at)) / dayMs);
  const [first, next] = wallDays(per, day);
  return { startsAt: zone.midnight(first), endsAt: zone.midnight(next) };
}

/** Numbers of the local days, since 1970, on which the period and the next one begin. */
function wallDays(per: 'day' | 'week' | 'month', day: number): [number, number] {
  if (per === 'day') return [day, day + 1];
  if (per === 'week') {
    const monday = day - modulo(day + 3, 7); // 1970 began on a Thursday
    return [monday, monday + 7];
  }
  const date = new Date(day * dayMs);
  const month = (ahead: number) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + ahead, 1) / dayMs;
  return [month(0), month(1)];
}

interface Zone {
  /** Milliseconds that local clocks are ahead of UTC. */
  offset(at: number): number;
  /** When a local day begins: the first moment of it where midnight is skipped or comes twice. */
  midnight(day: number): number;
}

function zoneOf(timezone: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone: timezone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  const offset = (at: number): number => {
    const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(at / 1000) * 1000;
  };
  const midnight = (day: number): number => {
    const wall = day * dayMs;
    // The offsets half a day before and after cover any change around midnight.
    const moments = [wall - offset(wall - dayMs / 2), wall - offset(wall + dayMs / 2 + dayMs / 4)];
    const real = moments.filter((moment) => moment + offset(moment) === wall);
    return real.length > 0 ? Math.min(...real) : Math.max(...moments);
  };
  return { offset, midnight };
}

const modulo = (value: number, by: number): number => ((value % by) + by) % by;
