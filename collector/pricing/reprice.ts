// Prices recorded exchanges again, under other books, and adds up the difference by day and model. Writes nothing.
import type { PriceBook } from '../../catalog/prices.ts';
import type { RepriceAnswer, RepriceProgress, RepriceRow } from '../../contract/questions/reprice.ts';
import type { Window } from '../../contract/questions/window.ts';
import { createBreather, type Steps } from '../long-answers.ts';
import type { QuestionContext } from '../questions/question.ts';
import { type RecordedPrice, recordedPrices } from './recorded-prices.ts';

export interface Repricing {
  context: Pick<QuestionContext, 'store'>;
  window: Window;
  prices: PriceBook;
  /** Id in the price book of a provider as it is called here. */
  priceProvider(name: string): string;
  /** Milliseconds, never going back. */
  now(): number;
}

/** Yields how far it is after every page. */
export async function* reprice(repricing: Repricing): Steps<RepriceProgress, RepriceAnswer> {
  const { context, window, prices, now } = repricing;
  const recorded = await recordedPrices(context, window);
  const breathe = createBreather(now);
  const rows = new Map<string, Sum>();
  const total = new Sum();
  const kept = { reported: 0, cached: 0 };
  let read = 0;
  yield { read, of: recorded.total };
  for await (const page of recorded.pages()) {
    for (const call of page) {
      const again = nanosAgain(call, repricing);
      if (call.fromCache) kept.cached++;
      else if (call.costSource === 'reported') kept.reported++;
      total.add(call.nanos, again);
      rowOf(rows, call).add(call.nanos, again);
      await breathe();
    }
    read += page.length;
    yield { read, of: Math.max(recorded.total, read) };
  }
  return {
    ...{ ...window, priceVersion: prices.version, total: total.told(), kept },
    rows: [...rows].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, sum]) => toRow(key, sum)),
  };
}

function nanosAgain(call: RecordedPrice, { prices, priceProvider }: Repricing): number | null {
  if (call.fromCache || call.costSource === 'reported') return call.nanos;
  const { usage, usageSource, at, tier, counted, model } = call;
  const provider = priceProvider(call.provider);
  return prices.price({ provider, model, usage, usageSource, at, tier, counted }).costNanos;
}

class Sum {
  #calls = 0;
  #recorded: bigint | null = null;
  #repriced: bigint | null = null;
  #difference = 0n;
  #unpricedBefore = 0;
  #unpricedAfter = 0;

  add(before: number | null, after: number | null): void {
    this.#calls++;
    if (before === null) this.#unpricedBefore++;
    else this.#recorded = (this.#recorded ?? 0n) + BigInt(before);
    if (after === null) this.#unpricedAfter++;
    else this.#repriced = (this.#repriced ?? 0n) + BigInt(after);
    if (before !== null && after !== null) this.#difference += BigInt(after) - BigInt(before);
  }

  told(): RepriceAnswer['total'] {
    return {
      calls: this.#calls,
      recordedNanos: this.#recorded === null ? null : String(this.#recorded),
      repricedNanos: this.#repriced === null ? null : String(this.#repriced),
      differenceNanos: String(this.#difference),
      ...{ unpricedBefore: this.#unpricedBefore, unpricedAfter: this.#unpricedAfter },
    };
  }
}

function rowOf(rows: Map<string, Sum>, { at, provider, model }: RecordedPrice): Sum {
  const key = [new Date(at).toISOString().slice(0, 10), provider, model].join('\n');
  const known = rows.get(key) ?? new Sum();
  rows.set(key, known);
  return known;
}

function toRow(key: string, sum: Sum): RepriceRow {
  const [day = '', provider = '', model = ''] = key.split('\n');
  return { day, provider, model, ...sum.told() };
}
