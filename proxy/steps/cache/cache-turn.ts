// One exchange's dealings with the cache: under which name its answer is kept, what of the answer has been heard so far, and
// who else waits for it.
import type { PriceBook } from '../../../catalog/prices.ts';
import { tierInUsage, tierPaid } from '../../../catalog/service-tier.ts';
import type { CacheConfiguration } from '../../../contract/access/access-configuration.ts';
import type { Asked } from '../../cache/asked.ts';
import type { TenantKeys } from '../../cache/cache-keys.ts';
import type { FlightFacts } from '../../cache/cache-room.ts';
import type { CacheRule } from '../../cache/cache-rule.ts';
import type { Flight } from '../../cache/flight.ts';
import type { KeptAnswer } from '../../cache/kept-answer.ts';
import { isWhole, readWhole } from '../../cache/storable.ts';
import type { Reading } from '../../dialects/dialect.ts';
import type { Exchange } from '../../exchange.ts';
import type { ExchangeTap, Served } from '../../tap/recorder.ts';
import type { NearTurn } from './near-turn.ts';

export interface TurnOptions {
  name: string;
  exact: string;
  keys: TenantKeys;
  /** What beside the request divides who shares. */
  partition: string[];
  rule: CacheRule;
  asked: Asked;
  configuration: CacheConfiguration;
  prices: PriceBook;
}

interface Heard {
  contentType: string;
  headers: string[];
  served: Served;
  pieces: Buffer[];
  bytes: number;
}

const idNames = new Set(['x-request-id', 'request-id']);

export class CacheTurn {
  readonly options: TurnOptions;
  /** Past its time, for when nobody answers; null: nothing is kept for that. */
  stale: KeptAnswer | null = null;
  /** The answer that others wait for, too; null: this exchange does not lead. */
  flight: Flight<FlightFacts> | null = null;
  /** The look for an answer to a question that means the same; null: there is none. */
  near: NearTurn | null = null;
  readonly #exchange: Exchange;
  #heard: Heard | null = null;
  #reading: Reading | null | undefined;

  constructor(exchange: Exchange, options: TurnOptions) {
    this.#exchange = exchange;
    this.options = options;
  }

  /** Sees what an attempt has to show to the record. */
  listen(tap: ExchangeTap | null): ExchangeTap {
    return {
      requestBytes: (bytes) => tap?.requestBytes(bytes),
      responseHead: (status, headers, served) => {
        this.#begin(status, headers, served);
        tap?.responseHead(status, headers, served);
      },
      responseBytes: (bytes, atMs) => {
        this.#take(bytes);
        tap?.responseBytes(bytes, atMs);
      },
      close: (end) => tap?.close(end) ?? Promise.resolve(),
    };
  }

  /** The client gets the answer that is being heard. A cascade hears answers to their end that nobody gets. */
  committed(): void {
    if (this.#exchange.routing?.decision.kind !== 'cascade') this.flight?.live();
  }

  /** What was heard, read; null where it is less than a whole answer, or too long to be kept. */
  reading(): Reading | null {
    this.#reading ??= this.#read();
    return this.#reading;
  }

  costNanos(): number | null {
    const { startedAt } = this.#exchange;
    const reading = this.reading();
    if (!reading || !this.#heard) return null;
    const { served } = this.#heard;
    const { usage, billed, reportedCost, responseModel, counted } = reading;
    const answered = reading.serviceTier || tierInUsage(usage.raw);
    const tier = tierPaid({ asked: served.serviceTier ?? '', answered });
    return this.options.prices.price({
      ...{ provider: served.priceProvider, model: responseModel || served.model, usage: billed ?? usage },
      ...{ usageSource: 'reported', at: startedAt, tier, counted, reportedCost },
    }).costNanos;
  }

  /** The answer as it is to be kept; null where it must not be. */
  toKeep(now: number): KeptAnswer | null {
    const { rule, exact } = this.options;
    const { attribution, route, id, attempts } = this.#exchange;
    const heard = this.#heard;
    const reading = this.reading();
    if (!rule.keeps || !heard || !reading || attempts.some(({ kind }) => kind === 'continuation')) return null;
    const body = Buffer.concat(heard.pieces);
    const { served, contentType } = heard;
    const bytes = { wire: served.dialect, operation: route.operation, contentType, body };
    if (!isWhole(reading, bytes, rule.everything)) return null;
    const freshUntil = now + rule.ttlMs;
    const facts = {
      ...{ tenant: attribution.tenant, user: attribution.user, namespace: rule.namespace },
      ...{ dialect: route.dialect, exact, storedAt: now, freshUntil, staleUntil: freshUntil + rule.staleMs },
      ...{ provider: served.provider, model: served.model, wire: served.dialect, contentType },
      ...{ headers: heard.headers, exchangeId: id, costNanos: this.costNanos() },
    };
    return { facts, body };
  }

  #begin(status: number, headers: [string, string][], served: Served | undefined): void {
    const named = (name: string): string => headers.find(([one]) => one.toLowerCase() === name)?.[1] ?? '';
    const encoding = named('content-encoding');
    this.#reading = undefined;
    this.#heard = null;
    if (status !== 200 || !served || (encoding !== '' && encoding !== 'identity')) return;
    const contentType = named('content-type');
    const kept = headers.filter(([name]) => idNames.has(name.toLowerCase())).flat();
    this.#heard = { contentType, headers: kept, served, pieces: [], bytes: 0 };
    this.flight?.begin({
      ...{ provider: served.provider, model: served.model, wire: served.dialect, contentType, headers: kept },
      ...{ exchangeId: this.#exchange.id, costNanos: () => this.costNanos() },
    });
  }

  #take(bytes: Uint8Array): void {
    const heard = this.#heard;
    if (!heard) return;
    const copy = Buffer.from(bytes);
    heard.bytes += copy.length;
    if (heard.bytes > this.options.configuration.maxEntryBytes) heard.pieces = [];
    else heard.pieces.push(copy);
    this.flight?.take(copy);
  }

  #read(): Reading | null {
    const heard = this.#heard;
    if (!heard || heard.bytes > this.options.configuration.maxEntryBytes) return null;
    const { served, contentType, pieces } = heard;
    const { operation } = this.#exchange.route;
    try {
      return readWhole({ wire: served.dialect, operation, contentType, body: Buffer.concat(pieces) });
    } catch {
      // What cannot be read is not kept.
      return null;
    }
  }
}
