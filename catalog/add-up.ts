// The sum under every price: tokens × rates and what is charged one by one, exact, rounded once at the end.
import type { Pricing } from '../contract/exchange.ts';
import type { Usage } from '../contract/usage.ts';
import type { Counted } from './counted.ts';
import { divideRounded, nanosPerMillion } from './decimal.ts';
import { type Bucket, buckets, inputBuckets, outputBuckets, type Rates, rateAt, rateOf } from './rates.ts';

/** tokens × (dollars per million × 1e18) is in units of 1e-24 dollars; this many of them make a nano-dollar. */
const UNITS_PER_NANO = 10n ** 15n;

export interface Sum {
  nanos: number;
  breakdown: Pricing['breakdown'];
}

/** Null when a count or a rate that matters is unknown. */
export function addUp(usage: Usage, rates: Rates, counted: Counted = {}): Sum | null {
  const input = countTokens(usage, inputBuckets);
  const output = countTokens(usage, outputBuckets);
  const things = Object.entries(counted) as [keyof Counted, number][];
  const paidByTheThing = things.some(([thing]) => thing === 'audioSeconds' || thing === 'documentPages');
  if ((input ?? 0) + (output ?? 0) === 0 && !paidByTheThing) return null;
  if (input === null && !paidByTheThing && costs(rates, 'inputUncached')) return null;
  if (output === null && !paidByTheThing && costs(rates, 'outputText')) return null;

  const sheet = new Sheet();
  for (const bucket of buckets) {
    const tokens = usage[bucket] ?? 0;
    if (tokens === 0) continue;
    const found = rateOf(rates, bucket);
    if (!found || !isCount(tokens)) return null;
    sheet.line(found.label, tokens, rateAt(found.rate, input ?? 0));
  }
  if (rates.fees.requests) sheet.line('requests', 1, rates.fees.requests.base);
  for (const [thing, count] of things) {
    const fee = rates.fees[thing];
    if (fee) sheet.line(thing, count, fee.base);
    else if (!isIncluded(thing, rates, (input ?? 0) + (output ?? 0) > 0)) return null;
  }
  return sheet.sum();
}

/** A fee per request pays for the searches in it (Perplexity), and tokens pay for the seconds and pages they stand for. */
function isIncluded(thing: keyof Counted, { fees }: Rates, hasTokens: boolean): boolean {
  if (thing === 'webSearches') return fees.requests !== undefined;
  return hasTokens && (thing === 'audioSeconds' || thing === 'documentPages');
}

class Sheet {
  readonly #breakdown: Pricing['breakdown'] = [];
  #units = 0n;

  line(bucket: string, tokens: number, rate: bigint): void {
    // Seconds of audio may have a fraction, tokens never.
    const product = Number.isSafeInteger(tokens)
      ? BigInt(tokens) * rate
      : (BigInt(Math.round(tokens * 1000)) * rate) / 1000n;
    this.#units += product;
    this.#breakdown.push({ bucket, tokens, nanosPerMillion: nanosPerMillion(rate), nanos: Number(product) / 1e15 });
  }

  sum(): Sum {
    return { nanos: Number(divideRounded(this.#units, UNITS_PER_NANO)), breakdown: this.#breakdown };
  }
}

function costs(rates: Rates, bucket: Bucket): boolean {
  return (rates.tokens[bucket]?.base ?? 0n) > 0n;
}

/** Null when no bucket of this side is known. */
export function countTokens(usage: Usage, side: readonly Bucket[]): number | null {
  let sum: number | null = null;
  for (const bucket of side) {
    const tokens = usage[bucket] ?? null;
    if (tokens !== null) sum = (sum ?? 0) + tokens;
  }
  return sum;
}

function isCount(tokens: number): boolean {
  return Number.isSafeInteger(tokens) && tokens > 0;
}
