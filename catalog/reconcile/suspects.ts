// Adds up, call by call, what a model and day would have cost under each hypothesis. Knows nothing of the invoice.
import type { Pricing } from '../../contract/exchange.ts';
import { addUp } from '../add-up.ts';
import { type Call, type Hypothesis, hypotheses } from './hypotheses.ts';

export interface Suspicion {
  hypothesis: Hypothesis;
  /** Nano-dollars more than by the book; negative: less. */
  delta: bigint;
  /** Calls that it changes. */
  calls: number;
}

export interface BucketSum {
  tokens: bigint;
  nanos: number;
}

export class Suspects {
  /** By the book of today, over calls that have a price in it. */
  expected = 0n;
  /** Calls without a price in the book: their recorded cost, if any, stands in `expected`. */
  unpriced = 0;
  readonly buckets = new Map<string, BucketSum>();
  readonly #sums = hypotheses.map((hypothesis) => ({ hypothesis, delta: 0n, calls: 0 }));

  /** Null rates: the book has no price for it. */
  add(call: Omit<Call, 'rates'> & { rates: Call['rates'] | null }, recordedNanos: number | null): void {
    const { rates } = call;
    const sum = rates && addUp(call.usage, rates, call.counted);
    if (!rates || !sum) {
      this.unpriced += 1;
      this.expected += BigInt(recordedNanos ?? 0);
      return;
    }
    this.expected += BigInt(sum.nanos);
    this.#note(sum.breakdown);
    for (const one of this.#sums) {
      const delta = changeOf(one.hypothesis, { ...call, rates }, sum.nanos);
      if (delta === 0) continue;
      one.delta += BigInt(delta);
      one.calls += 1;
    }
  }

  /** Those that would have changed anything, in the order of the table. */
  suspicions(): Suspicion[] {
    return this.#sums.filter(({ calls }) => calls > 0);
  }

  #note(breakdown: Pricing['breakdown']): void {
    for (const { bucket, tokens, nanos } of breakdown) {
      const [name = bucket] = bucket.split(' as ');
      const known = this.buckets.get(name) ?? { tokens: 0n, nanos: 0 };
      this.buckets.set(name, { tokens: known.tokens + BigInt(Math.round(tokens)), nanos: known.nanos + nanos });
    }
  }
}

function changeOf({ change }: Hypothesis, call: Call, nanos: number): number {
  const changed = change(call);
  if (changed === null) return 0;
  if (changed === 'unbilled') return -nanos;
  if (changed === 'twice') return nanos;
  const { usage, rates, counted } = { ...call, ...changed };
  const kept = Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
  return (addUp(usage, rates, kept)?.nanos ?? 0) - nanos;
}
