// The range of time a page speaks of: a preset that moves with the clock, or two fixed points.

export const presets = ['15m', '1h', '24h', '7d', '30d'] as const;
export type Preset = (typeof presets)[number];

export type Range = { preset: Preset } | { preset: 'custom'; from: number; to: number };

/** A window as the questions take it, with the step its charts use, in seconds. */
export interface ResolvedWindow {
  from: number;
  to: number;
  step: number;
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const spans: Record<Preset, number> = { '15m': 15 * minute, '1h': hour, '24h': day, '7d': 7 * day, '30d': 30 * day };
const steps = [60, 300, 900, 3600, 3 * 3600, 86_400];

/**
 * The range of a page whose URL names none: a day, or less where there is less to see, so that the first minutes of
 * traffic fill the page instead of standing at its edge.
 */
export function usualPreset(firstExchangeAt: number | null, now: number): Preset {
  if (firstExchangeAt === null) return '24h';
  const known = now - firstExchangeAt;
  return known <= spans['15m'] ? '15m' : known <= spans['1h'] ? '1h' : '24h';
}

/** Reads `range`, or `from` and `to`, out of the URL's query; anything odd is the usual range. */
export function readRange(query: Record<string, unknown>, usual: Preset = '24h'): Range {
  const from = Number(query.from);
  const to = Number(query.to);
  if (query.from !== undefined && Number.isInteger(from) && Number.isInteger(to) && from < to) {
    return { preset: 'custom', from, to };
  }
  return { preset: presets.find((preset) => preset === query.range) ?? usual };
}

/** The query that stands for a range. A preset is always named, since what is usual changes with time. */
export function writeRange(range: Range): Record<'range' | 'from' | 'to', string | undefined> {
  if (range.preset === 'custom') return { range: undefined, from: String(range.from), to: String(range.to) };
  return { range: range.preset, from: undefined, to: undefined };
}

/**
 * Presets end at the end of the running minute (quarter of an hour from a week up), so that a question asked again
 * within it is the same question and is answered from the cache.
 */
export function resolveRange(range: Range, now: number): ResolvedWindow {
  if (range.preset === 'custom') {
    return { from: range.from, to: range.to, step: stepFor(range.to - range.from) };
  }
  const span = spans[range.preset];
  const grain = span >= 7 * day ? 15 * minute : minute;
  const to = Math.ceil(now / grain) * grain;
  return { from: to - span, to, step: stepFor(span) };
}

/** The finest step that leaves at most a hundred buckets; days have their own. */
function stepFor(span: number): number {
  if (span > 14 * day) return 86_400;
  return steps.find((step) => span / (step * 1000) <= 100) ?? 86_400;
}

/** True for ranges short enough that the last seconds matter. */
export function isShort(window: ResolvedWindow): boolean {
  return window.to - window.from <= day;
}
