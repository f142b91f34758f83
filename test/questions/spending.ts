// Records whose costs are known to the last part: usage times a price per bucket, as the proxy's price book writes them; and
// spend added up in plain TypeScript, which the SQL is held against.
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { SpendKind } from '../../contract/questions/spend.ts';
import { random, syntheticRecords } from './synthetic.ts';

export const buckets = [
  'inputUncached',
  'inputCacheRead',
  'inputCacheWrite5m',
  'inputCacheWrite1h',
  'inputAudio',
  'inputImage',
  'outputText',
  'outputReasoning',
  'outputAudio',
  'outputImage',
] as const;

const nanosPerMillion: Record<string, number> = {
  inputUncached: 2_500_000_000,
  inputCacheRead: 250_000_000,
  outputText: 10_000_000_000,
  outputReasoning: 10_000_000_000,
};

/** Priced ones have a breakdown; some are reported by the provider without one; answers from the cache cost nothing. */
export function spendingRecords(count: number, seed: number): ExchangeRecord[] {
  const draw = random(seed + 1);
  return syntheticRecords(count, seed).map((record) => {
    const kind = draw();
    const served = record.cache && !['miss', 'refresh'].includes(record.cache.status);
    if (served) return priced(record, { costNanos: 0, costSource: 'computed', breakdown: [] });
    if (kind < 0.15) return priced(record, { costNanos: null, costSource: null, breakdown: [] });
    if (kind < 0.25) return priced(record, { costNanos: 77_777_777, costSource: 'reported', breakdown: [] });
    return priced(record, computed(record, kind < 0.4));
  });
}

const priced = (
  record: ExchangeRecord,
  pricing: Omit<ExchangeRecord['pricing'], 'priceVersion' | 'tier' | 'counted'>,
): ExchangeRecord => ({
  ...record,
  pricing: { priceVersion: 'b@1', tier: '', counted: {}, ...pricing },
});

function computed(
  { usage }: ExchangeRecord,
  withSearch: boolean,
): Omit<ExchangeRecord['pricing'], 'priceVersion' | 'tier' | 'counted'> {
  const breakdown = buckets.flatMap((bucket) => {
    const tokens = usage[bucket];
    const rate = nanosPerMillion[bucket];
    if (!tokens || rate === undefined) return [];
    return [{ bucket, tokens, nanosPerMillion: rate, nanos: (tokens * rate) / 1e6 }];
  });
  if (withSearch) breakdown.push({ bucket: 'webSearches' as never, tokens: 1, nanosPerMillion: 1e13, nanos: 1e7 });
  const nanos = breakdown.reduce((sum, line) => sum + line.nanos, 0);
  return { costNanos: Math.round(nanos), costSource: 'computed', breakdown };
}

const isServed = ({ cache }: ExchangeRecord): boolean =>
  cache !== null && ['hit', 'shared', 'stale', 'near'].includes(cache.status);

export function costOf(records: ExchangeRecord[]): string | null {
  const known = records.flatMap(({ pricing }) => pricing.costNanos ?? []);
  return known.length === 0 ? null : String(known.reduce((sum, nanos) => sum + nanos, 0));
}

export function savedOf(records: ExchangeRecord[]): string | null {
  const known = records.flatMap(({ cache }) => cache?.savedNanos ?? []);
  return known.length === 0 ? null : String(known.reduce((sum, nanos) => sum + nanos, 0));
}

export function tokensOf(records: ExchangeRecord[], kind: SpendKind): number | null {
  const known = records
    .filter((record) => !isServed(record))
    .flatMap(({ usage }) => (kind === 'fees' || kind === 'unsplit' ? [] : (usage[kind] ?? [])));
  return known.length === 0 ? null : known.reduce((sum, tokens) => sum + tokens, 0);
}

export function unpricedTokensOf(records: ExchangeRecord[]): number | null {
  const known = records
    .filter(({ pricing }) => pricing.costNanos === null)
    .flatMap(({ usage }) => {
      const counted = buckets.flatMap((bucket) => usage[bucket] ?? []);
      return counted.length > 0 ? [counted.reduce((sum, tokens) => sum + tokens, 0)] : (usage.total ?? []);
    });
  return known.length === 0 ? null : known.reduce((sum, tokens) => sum + tokens, 0);
}

/** Of records with a price per bucket: before rounding. */
export function nanosOfKind(records: ExchangeRecord[], kind: SpendKind): number {
  const lines = records.flatMap(({ pricing }) => pricing.breakdown);
  const own = lines.filter(({ bucket }) => (kind === 'fees' ? !buckets.includes(bucket as never) : bucket === kind));
  return own.reduce((sum, { nanos }) => sum + nanos, 0);
}
