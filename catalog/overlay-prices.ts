// Price rows laid over the published book: which one holds for a model on a day, and what it makes of the published rates.
import type { PriceRow } from '../contract/prices.ts';
import { timesScaled, toScaled } from './decimal.ts';
import { type Bucket, mapRate, mapTokens, type Rate, type Rates } from './rates.ts';

export interface OverlayQuestion {
  provider: string;
  /** Names the model goes by: as asked for or answered, and its id in the published book. */
  models: readonly string[];
  /** UTC, as 2026-11-21. */
  day: string;
  tier: PriceRow['tier'];
}

const fields: Partial<Record<keyof PriceRow, Bucket>> = {
  input: 'inputUncached',
  cacheRead: 'inputCacheRead',
  cacheWrite5m: 'inputCacheWrite5m',
  cacheWrite1h: 'inputCacheWrite1h',
  inputAudio: 'inputAudio',
  inputImage: 'inputImage',
  output: 'outputText',
  outputAudio: 'outputAudio',
  outputImage: 'outputImage',
};

/** What every kind of row says of when it holds. */
export type Reach = Pick<PriceRow, 'provider' | 'model' | 'tier' | 'from' | 'until'>;

/** The most specific row that holds: exact names before patterns, longer patterns before shorter, later dates first. */
export function rowFor<Row extends Reach>(rows: readonly Row[], question: OverlayQuestion): Row | null {
  let best: { row: Row; rank: [number, number, string] } | null = null;
  for (const row of rows) {
    if (!holds(row, question)) continue;
    const rank: [number, number, string] = [specificity(row.model), specificity(row.provider), row.from];
    if (!best || compareRanks(rank, best.rank) >= 0) best = { row, rank };
  }
  return best?.row ?? null;
}

function holds(row: Reach, { provider, models, day, tier }: OverlayQuestion): boolean {
  return (
    row.tier === tier &&
    row.from <= day &&
    (row.until === undefined || day < row.until) &&
    matches(row.provider, provider) &&
    models.some((model) => matches(row.model, model))
  );
}

/** `*` stands for any run of characters; letter case does not matter. */
function matches(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.toLowerCase().split('*');
  let remaining = name.toLowerCase();
  if (rest.length === 0) return remaining === first;
  if (!remaining.startsWith(first)) return false;
  remaining = remaining.slice(first.length);
  const last = rest.pop() ?? '';
  for (const part of rest) {
    const at = remaining.indexOf(part);
    if (at < 0) return false;
    remaining = remaining.slice(at + part.length);
  }
  return remaining.endsWith(last);
}

function specificity(pattern: string): number {
  return pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.MAX_SAFE_INTEGER;
}

function compareRanks(left: readonly (number | string)[], right: readonly (number | string)[]): number {
  const at = left.findIndex((value, index) => value !== right[index]);
  return at < 0 ? 0 : left[at]! > right[at]! ? 1 : -1;
}

/**
 * The rates under this row: its own prices, and for the rest the published ones, times `multiply` where it says so.
 * The published book knows the standard tier alone, so a batch or priority row without `multiply` stands by itself.
 * `leansOnPublished` tells whether published rates are part of the result.
 */
export function ratesUnder(row: PriceRow, published: Rates | null): { rates: Rates; leansOnPublished: boolean } {
  const usable = published && (row.tier === 'standard' || row.multiply !== undefined) ? published : null;
  const factor = row.multiply === undefined ? null : toScaled(row.multiply);
  const change = (rate: Rate) => (factor === null ? rate : mapRate(rate, (scaled) => timesScaled(scaled, factor)));
  const tokens = mapTokens(usable?.tokens ?? {}, change);
  for (const [field, bucket] of Object.entries(fields) as [keyof PriceRow, Bucket][]) {
    const scaled = row[field] === undefined ? null : toScaled(row[field] as string);
    if (scaled !== null) tokens[bucket] = { base: scaled, tiers: [] };
  }
  const fees = Object.entries(usable?.fees ?? {}).map(([fee, rate]) => [fee, change(rate)]);
  return { rates: { tokens, fees: Object.fromEntries(fees) }, leansOnPublished: usable !== null };
}
