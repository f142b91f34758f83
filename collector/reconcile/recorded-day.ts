// What was recorded of one model on one day: sums, and what they would have been under each hypothesis.
import type { PriceBook } from '../../catalog/prices.ts';
import { buckets } from '../../catalog/rates.ts';
import { Suspects } from '../../catalog/reconcile/suspects.ts';
import { tierOf } from '../../catalog/service-tier.ts';
import type { RecordedPrice } from '../pricing/recorded-prices.ts';

export class RecordedDay {
  calls = 0;
  unpriced = 0;
  nanos = 0n;
  readonly tokens = new Map<string, number>();
  readonly suspects = new Suspects();

  /** `provider`: its id in the price book. */
  add(call: RecordedPrice, provider: string, prices: PriceBook): void {
    this.calls++;
    if (call.nanos === null) this.unpriced++;
    else this.nanos += BigInt(call.nanos);
    for (const bucket of buckets) this.#count(bucket, call.usage[bucket] ?? 0);
    this.#count('webSearches', call.counted.webSearches ?? 0);
    const { model, at, usage, counted, complete } = call;
    const rates = (tier: string) => prices.rates({ provider, model, at, tier })?.rates ?? null;
    // What the provider itself named is no matter of rates.
    const own = call.costSource === 'reported' ? null : rates(call.tier);
    const [standardRates, batchRates] = [rates('standard'), rates('batch')];
    const tier = tierOf(call.tier) ?? 'standard';
    this.suspects.add({ usage, counted, complete, rates: own, tier, standardRates, batchRates }, call.nanos);
  }

  #count(bucket: string, tokens: number): void {
    if (tokens > 0) this.tokens.set(bucket, (this.tokens.get(bucket) ?? 0) + tokens);
  }
}
