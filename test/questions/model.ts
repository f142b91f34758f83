// The questions answered a second time, in plain TypeScript over the records themselves: what the SQL is held against.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { Totals } from '../../contract/questions/totals.ts';
import type { Filters } from '../../contract/questions/window.ts';
import type { Usage } from '../../contract/usage.ts';

export const modelOf = (record: ExchangeRecord): string => record.responseModel || record.requestedModel;

export function fieldOf(record: ExchangeRecord, name: keyof Filters): string {
  if (name === 'provider') return record.provider;
  if (name === 'model') return modelOf(record);
  if (name === 'outcome') return record.outcome;
  return record.attribution[name];
}

export function fits(record: ExchangeRecord, filters: Filters): boolean {
  return Object.entries(filters).every(
    ([name, wanted]) => wanted === undefined || fieldOf(record, name as keyof Filters) === wanted,
  );
}

export const within = (records: ExchangeRecord[], from: number, to: number): ExchangeRecord[] =>
  records.filter((record) => record.startedAt >= from && record.startedAt < to);

export const inputOf = ({ usage }: ExchangeRecord): number | null =>
  sumKnown(
    ['inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage'],
    usage,
  );

export const outputOf = ({ usage }: ExchangeRecord): number | null =>
  sumKnown(['outputText', 'outputReasoning', 'outputAudio', 'outputImage'], usage);

function sumKnown(buckets: (keyof Usage)[], usage: Usage): number | null {
  return sumOrNull(buckets.map((bucket) => usage[bucket] as number | null));
}

export function sumOrNull(values: (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0);
}

const wrong = new Set(['failed', 'truncated', 'unreachable', 'refused']);

/** All of Totals that can be known exactly. */
export function countsOf(records: ExchangeRecord[]): Omit<Totals, `${string}Ms`> {
  const costs = records.map((record) => record.pricing.costNanos).filter((cost) => cost !== null);
  const unpriced = records.filter((record) => {
    const tokens = (inputOf(record) ?? 0) + (outputOf(record) ?? 0);
    return record.pricing.costNanos === null && (tokens > 0 || (record.usage.total ?? 0) > 0);
  });
  return {
    requests: records.length,
    errors: records.filter((record) => wrong.has(record.outcome)).length,
    aborted: records.filter((record) => record.outcome === 'aborted').length,
    costNanos: costs.length === 0 ? null : String(costs.reduce((sum, cost) => sum + BigInt(cost), 0n)),
    unpriced: unpriced.length,
    estimated: records.filter((record) => record.usageSource === 'estimated').length,
    inputTokens: sumOrNull(records.map(inputOf)),
    outputTokens: sumOrNull(records.map(outputOf)),
  };
}

/** Whether `found` may stand for this percentile: null without samples, else between neighbours a few ranks away. */
export function isPercentile(found: number | null, fraction: number, samples: (number | null)[]): boolean {
  const sorted = samples.filter((sample) => sample !== null).sort((one, other) => one - other);
  if (sorted.length === 0) return found === null;
  if (found === null) return false;
  const at = (share: number, extra: number) =>
    sorted[Math.min(Math.max(Math.round(share * (sorted.length - 1)) + extra, 0), sorted.length - 1)]!;
  return found >= Math.floor(at(fraction - 0.02, -1)) && found <= Math.ceil(at(fraction + 0.02, 1));
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** `2026-03-08 14:05:00` on a wall clock in `zone`. */
export function wallClock(at: number, zone: string): string {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' });
    formats.set(zone, format);
  }
  return format.format(at);
}

const quarter = 900_000;
const midnights = new Map<string, number>();

/** Start of the local day: found by walking back a quarter of an hour at a time until the date changes. */
export function localMidnight(at: number, zone: string): number {
  const date = wallClock(at, zone).slice(0, 10);
  const known = midnights.get(`${zone} ${date}`);
  if (known !== undefined) return known;
  let start = Math.floor(at / quarter) * quarter;
  while (wallClock(start - quarter, zone).slice(0, 10) === date) start -= quarter;
  midnights.set(`${zone} ${date}`, start);
  return start;
}

/** Start of the bucket; `step` in seconds, at most a day. */
export function bucketOf(at: number, step: number, zone: string): number {
  const start = localMidnight(at, zone);
  return step === 86_400 ? start : start + Math.floor((at - start) / (step * 1000)) * step * 1000;
}

export function groupBy<Key>(records: ExchangeRecord[], key: (record: ExchangeRecord) => Key) {
  return Map.groupBy(records, key);
}
