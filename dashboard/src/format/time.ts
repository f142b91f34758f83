// Points in time, always in the reporting time zone, so that every viewer reads the same bucket.

const formats = new Map<string, Intl.DateTimeFormat>();

function format(timezone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = timezone + JSON.stringify(options);
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat('en-GB', { ...options, timeZone: timezone });
  formats.set(key, made);
  return made;
}

const clock = { hour: '2-digit', minute: '2-digit' } as const;
const day = { day: 'numeric', month: 'short' } as const;

/** 14:03:07 */
export function formatClock(at: number, timezone: string): string {
  return format(timezone, { ...clock, second: '2-digit' }).format(at);
}

/** 21 Nov */
export function formatDay(at: number, timezone: string): string {
  return format(timezone, day).format(at);
}

/** 21 Nov 2026, 14:03:07 */
export function formatMoment(at: number, timezone: string): string {
  return format(timezone, { ...day, year: 'numeric', ...clock, second: '2-digit' }).format(at);
}

/** The label of a chart's bucket: the hour for short steps, the day for day-long ones. */
export function formatBucket(at: number, { step, span, timezone }: BucketLabel): string {
  if (step >= 86_400) return formatDay(at, timezone);
  if (span > 2 * 86_400_000) return format(timezone, { ...day, hour: '2-digit' }).format(at);
  return format(timezone, clock).format(at);
}

/** The heading of a chart's tooltip: from when to when. */
export function formatBucketRange(at: number, { step, timezone }: BucketLabel): string {
  if (step >= 86_400) return format(timezone, { weekday: 'short', ...day }).format(at);
  const hours = format(timezone, clock);
  return `${formatDay(at, timezone)}, ${hours.format(at)} – ${hours.format(at + step * 1000)}`;
}

/** `step` in seconds, `span` of the whole chart in milliseconds. */
export interface BucketLabel {
  step: number;
  span: number;
  timezone: string;
}

/** Near moments by the clock (14:05, Fri 14:05), later ones by the day (Fri 27 Nov): as exact as a forecast may be. */
export function formatWhen(at: number, timezone: string, now: number): string {
  if (formatDay(at, timezone) === formatDay(now, timezone)) return format(timezone, clock).format(at);
  const isNear = Math.abs(at - now) < 3 * 86_400_000;
  return format(timezone, { weekday: 'short', ...day, ...(isNear ? clock : {}) }).format(at);
}
