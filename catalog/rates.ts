// What a token of each bucket costs under one price row. A bucket without a rate of its own takes that of the bucket it
// is a kind of (a one-hour cache write is a cache write, a cache read is input), and says so in the breakdown.
import type { Usage } from '../contract/usage.ts';
import type { Counted } from './counted.ts';

export const inputBuckets = [
  'inputUncached',
  'inputCacheRead',
  'inputCacheWrite5m',
  'inputCacheWrite1h',
  'inputAudio',
  'inputImage',
] as const satisfies readonly (keyof Usage)[];

export const outputBuckets = [
  'outputText',
  'outputReasoning',
  'outputAudio',
  'outputImage',
] as const satisfies readonly (keyof Usage)[];

export const buckets = [...inputBuckets, ...outputBuckets] as const;
export type Bucket = (typeof buckets)[number];

/** Dollars per million tokens, scaled by 1e18. A tier holds for the whole request once its input is above `above`. */
export interface Rate {
  base: bigint;
  tiers: readonly { above: number; rate: bigint }[];
}

/** What is charged one by one, besides tokens: each request, and what `counted.ts` counts. */
export type Fee = 'requests' | keyof Counted;

export interface Rates {
  /** Null: this bucket has a price that nobody has written down, so it takes no other's. */
  tokens: Partial<Record<Bucket, Rate | null>>;
  /** Per million of each; left out where nobody has written down a fee. */
  fees: Partial<Record<Fee, Rate>>;
}

/** The bucket whose rate a bucket takes when the price row has none for it. */
const kindOf: Partial<Record<Bucket, Bucket>> = {
  inputCacheRead: 'inputUncached',
  inputCacheWrite5m: 'inputUncached',
  inputCacheWrite1h: 'inputCacheWrite5m',
  inputAudio: 'inputUncached',
  inputImage: 'inputUncached',
  outputReasoning: 'outputText',
  outputAudio: 'outputText',
  outputImage: 'outputText',
};

/** Every provider bills reasoning as output unless it publishes a rate for it, so that is no substitution worth naming. */
const unremarkable: ReadonlySet<Bucket> = new Set(['outputReasoning']);

export interface FoundRate {
  rate: Rate;
  /** The bucket's name, with the bucket whose rate it took where that is another: `inputCacheRead as inputUncached`. */
  label: string;
}

/** The rate of a bucket, its own or that of the nearest bucket it is a kind of; null when neither has one. */
export function rateOf(rates: Rates, bucket: Bucket): FoundRate | null {
  for (let source: Bucket | undefined = bucket; source; source = kindOf[source]) {
    const rate = rates.tokens[source];
    if (rate === null) return null;
    if (!rate) continue;
    const plain = source === bucket || unremarkable.has(bucket);
    return { rate, label: plain ? bucket : `${bucket} as ${source}` };
  }
  return null;
}

/** The rate that holds for a request with this many input tokens, all input buckets together. */
export function rateAt(rate: Rate, inputTokens: number): bigint {
  let current = rate.base;
  for (const tier of rate.tiers) if (inputTokens > tier.above) current = tier.rate;
  return current;
}

/** A rate with every step passed through `change`. */
export function mapRate(rate: Rate, change: (scaled: bigint) => bigint): Rate {
  return {
    base: change(rate.base),
    tiers: rate.tiers.map((tier) => ({ above: tier.above, rate: change(tier.rate) })),
  };
}

/** Every bucket's rate passed through `change`; what is known to have no price keeps none. */
export function mapTokens(tokens: Rates['tokens'], change: (rate: Rate, bucket: Bucket) => Rate): Rates['tokens'] {
  const entries = Object.entries(tokens) as [Bucket, Rate | null][];
  return Object.fromEntries(entries.map(([bucket, rate]) => [bucket, rate && change(rate, bucket)]));
}
