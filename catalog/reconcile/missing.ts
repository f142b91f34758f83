// Where an invoice counts tokens: what it has more, or less, than the record, and what that would have cost.
import type { Cause } from '../../contract/questions/reconcile.ts';
import type { BucketSum } from './suspects.ts';

export interface TokenGap {
  /** As in columnNames: a usage bucket, or `input` and `output` for all of one side. */
  bucket: string;
  invoice: number;
  recorded: number;
}

/** The buckets that a count of the invoice takes in. */
const within: Record<string, readonly string[]> = {
  input: ['inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h', 'inputAudio', 'inputImage'],
  output: ['outputText', 'outputReasoning', 'outputAudio', 'outputImage'],
};
export const bucketsWithin = (name: string): readonly string[] => within[name] ?? [name];

export function gapsBetween(invoice: ReadonlyMap<string, number>, recorded: ReadonlyMap<string, number>): TokenGap[] {
  return [...invoice].flatMap(([bucket, tokens]) => {
    const known = bucketsWithin(bucket).reduce((sum, name) => sum + (recorded.get(name) ?? 0), 0);
    return known === tokens ? [] : [{ bucket, invoice: tokens, recorded: known }];
  });
}

export interface Lack {
  invoice: bigint;
  recorded: bigint;
  gaps: readonly TokenGap[];
  buckets: ReadonlyMap<string, BucketSum>;
}

/** One cause where all counts miss in one direction, or one for each bucket that is counted otherwise; else none. */
export function missingCauses({ invoice, recorded, gaps, buckets }: Lack, slack: bigint): Cause[] {
  const parts = narrowest(gaps);
  if (parts.length === 0 || invoice === recorded) return [];
  const priced = parts.map((gap) => ({ gap, nanos: priceOf(gap, buckets) }));
  const delta = priced.reduce((sum, { nanos }) => sum + nanos, 0);
  const difference = invoice - recorded;
  const left = BigInt(Math.round(Math.abs(Number(difference) - delta)));
  const more = parts.every((gap) => gap.invoice > gap.recorded);
  const less = parts.every((gap) => gap.invoice < gap.recorded);
  const both = new Set(parts.map(({ bucket }) => bucket.slice(0, 3))).size > 1;
  const told = { side: 'record' as const, calls: 0, nanos: String(Math.round(delta)), leftNanos: String(left) };
  const exact = left <= slack;
  if (both && more)
    return [
      { ...told, exact, rule: 'exchanges-missing', bucket: 'requests', sentence: missingSentence(parts, 'record') },
    ];
  if (both && less)
    return [
      {
        ...told,
        exact,
        side: 'invoice',
        rule: 'exchanges-not-invoiced',
        bucket: 'requests',
        sentence: missingSentence(parts, 'invoice'),
      },
    ];
  const names = parts.map(({ bucket }) => bucket).join(', ');
  const sentence = `Tokens are counted otherwise: ${parts.map(counted).join('; ')}.`;
  return [{ ...told, exact, rule: 'counted-otherwise', bucket: names, sentence }];
}

const counted = ({ bucket, invoice, recorded }: TokenGap): string =>
  `${bucket} ${invoice} on the invoice, ${recorded} on record`;

const missingSentence = (gaps: readonly TokenGap[], side: string): string =>
  `Exchanges are missing on the ${side === 'record' ? 'record: calls that did not pass through Sightline, or a gap' : 'invoice'} (${gaps.map(counted).join('; ')}).`;

/** `input` says nothing where its parts are counted, too. */
function narrowest(gaps: readonly TokenGap[]): TokenGap[] {
  const parts = new Set(gaps.map(({ bucket }) => bucket));
  return gaps.filter(({ bucket }) => !(bucket in within) || !within[bucket]?.some((part) => parts.has(part)));
}

/** At what the recorded tokens of the same kind cost on average; exact where there is one price. */
function priceOf({ bucket, invoice, recorded }: TokenGap, buckets: ReadonlyMap<string, BucketSum>): number {
  const sums = bucketsWithin(bucket).flatMap((name) => buckets.get(name) ?? []);
  const tokens = sums.reduce((sum, one) => sum + Number(one.tokens), 0);
  const nanos = sums.reduce((sum, one) => sum + one.nanos, 0);
  return tokens === 0 ? 0 : ((invoice - recorded) * nanos) / tokens;
}
