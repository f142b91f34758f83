// Listens in on an attempt that the client may never hear of: what its target said, and what that used.
import type { PriceBook } from '../../../catalog/prices.ts';
import { tierInUsage, tierPaid } from '../../../catalog/service-tier.ts';
import type { Attempt } from '../../../contract/attempt.ts';
import type { Reading } from '../../dialects/dialect.ts';
import { dialects } from '../../dialects/index.ts';
import { assembledReader } from '../../dialects/neutral/assembled-reader.ts';
import type { Exchange } from '../../exchange.ts';
import { eventSplitterFor } from '../../observe/event-splitter.ts';
import type { ExchangeTap } from '../../tap/recorder.ts';
import { inputTokens, outputTokens } from '../../tap/usage-totals.ts';
import { type Target, tierAt } from '../../target.ts';

/** More than this of an answer is not kept to be read; what it used then stays unknown. */
export const mostHeardBytes = 4 * 1024 * 1024;

export class Heard implements ExchangeTap {
  readonly #target: Target;
  readonly #tap: ExchangeTap | null;
  #head: Parameters<ExchangeTap['responseHead']> | null = null;
  #pieces: { bytes: Buffer; atMs: number }[] = [];
  #size = 0;

  /** Everything is shown to `tap`, too. */
  constructor(target: Target, tap: ExchangeTap | null) {
    this.#target = target;
    this.#tap = tap;
  }

  get tooLong(): boolean {
    return this.#size > mostHeardBytes;
  }

  requestBytes(bytes: Uint8Array): void {
    this.#tap?.requestBytes(bytes);
  }

  responseHead(...head: Parameters<ExchangeTap['responseHead']>): void {
    this.#head = head;
    this.#tap?.responseHead(...head);
  }

  responseBytes(bytes: Uint8Array, atMs: number): void {
    this.#size += bytes.length;
    if (this.tooLong) this.#pieces = [];
    else this.#pieces.push({ bytes: Buffer.from(bytes), atMs });
    this.#tap?.responseBytes(bytes, atMs);
  }

  close: ExchangeTap['close'] = (end) => this.#tap?.close(end) ?? Promise.resolve();

  /** For a record that has seen another attempt since. */
  showAgain(): void {
    if (!this.#head) return;
    this.#tap?.responseHead(...this.#head);
    for (const { bytes, atMs } of this.#pieces) this.#tap?.responseBytes(bytes, atMs);
  }

  /** Null where it was too long, or in no format that could be read. */
  reading(): Reading | null {
    const { provider } = dialects[this.#target.wire];
    if (!provider || this.tooLong) return null;
    const reader = assembledReader(provider.eventReader());
    const all = Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
    const contentType = this.#head?.[1].find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
    const splitter = eventSplitterFor(contentType);
    if (splitter) for (const event of [...splitter.push(all), ...splitter.end()]) reader.event(event);
    else reader.whole(parsed(all));
    return reader.reading();
  }

  /** Notes in the attempt what the provider says it used, and its price. `whole`: it was let speak to its end. */
  meter(
    record: Attempt,
    { startedAt, serviceTier }: Exchange,
    { prices, whole }: { prices: PriceBook; whole: boolean },
  ) {
    const reading = this.reading();
    if (!reading) return;
    const { usage, reportedCost, responseModel, counted } = reading;
    const answered = reading.serviceTier || tierInUsage(usage.raw);
    const tier = tierPaid({ asked: tierAt(this.#target, serviceTier), answered });
    const { provider, model } = this.#target;
    const { costNanos, costSource } = prices.price({
      ...{ provider: provider.priceProvider, model: responseModel || model, usage, reportedCost },
      ...{ usageSource: whole ? 'reported' : 'estimated', at: startedAt, tier, counted },
    });
    record.inputTokens = inputTokens(usage);
    record.outputTokens = outputTokens(usage);
    record.costNanos = costNanos;
    record.costSource = costSource;
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
