// Days of the reporting time zone, for the date inputs: where a day begins, and which day a moment falls on.

/** `date` as YYYY-MM-DD; the epoch milliseconds at which that day begins in the time zone. */
export function startOfDay(date: string, timezone: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  const utc = Date.UTC(year, month - 1, day);
  const first = utc - offsetAt(utc, timezone);
  return utc - offsetAt(first, timezone);
}

/** The start of the day after. */
export function endOfDay(date: string, timezone: string): number {
  const [year = 1970, month = 1, day = 1] = date.split('-').map(Number);
  return startOfDay(new Date(Date.UTC(year, month - 1, day + 1)).toISOString().slice(0, 10), timezone);
}

/** YYYY-MM-DD in the time zone. */
export function dayOf(at: number, timezone: string): string {
  return new Date(at + offsetAt(at, timezone)).toISOString().slice(0, 10);
}

function offsetAt(at: number, timezone: string): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(at);
  const part = (type: string) => Number(parts.find((each) => each.type === type)?.value);
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
  return wall - Math.floor(at / 1000) * 1000;
}
