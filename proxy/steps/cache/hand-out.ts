// Hands an answer out that nobody was asked for just now, as if its provider had given it: in the client's format, streamed
// or whole as the client asked, and shown to the record like any other, at no cost.
import type { PriceBook } from '../../../catalog/prices.ts';
import { plainAttempt } from '../../../contract/attempt.ts';
import type { AnswerFacts } from '../../cache/kept-answer.ts';
import { dialects } from '../../dialects/index.ts';
import { readEmbeddingsRequest } from '../../dialects/openai-embeddings/request-reader.ts';
import { readField } from '../../dialects/reading/top-level-fields.ts';
import type { Relayed } from '../../ending.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import { Outlet } from '../../outlet.ts';
import { Pace } from '../../pace.ts';
import type { Target } from '../../target.ts';
import type { Keepsakes } from '../../translation/keepsakes.ts';
import type { UpstreamCall } from '../../upstream/call.ts';
import type { Directory } from '../../upstream/directory.ts';
import { aim } from '../decide.ts';
import { parsed } from '../prepare/translated.ts';
import { relay } from '../relay.ts';

export interface HandOutRooms {
  directory: Directory;
  keepsakes: Keepsakes;
  prices: PriceBook;
}

export interface GivenAnswer {
  call: UpstreamCall;
  facts: Pick<AnswerFacts, 'provider' | 'model' | 'wire' | 'contentType'>;
  /** It may yet break off before the client has seen any of it, and then it need not see it at all. */
  held: boolean;
}

/** Null where it cannot be given to this client: its provider is not known here, or its format has no way to the client's. */
export async function handOut(exchange: Exchange, given: GivenAnswer, rooms: HandOutRooms): Promise<Relayed | null> {
  const { facts, call, held } = given;
  const provider = rooms.directory.named(facts.provider);
  if (!provider) return null;
  const target: Target = { provider, model: facts.model, wire: facts.wire, own: false };
  const translates = needsTranslation(exchange, given);
  if (translates && !readForWriter(exchange)) return null;
  aim(exchange, target);
  exchange.overheadMicros ??= Math.max(0, Math.round((performance.now() - exchange.readyAt) * 1000));
  const prepared = {
    ...{ target, body: Buffer.alloc(0), headers: null, translates, notes: [] },
    hidesUsage: !translates && hidesUsage(exchange, target),
  };
  const head = await call.head;
  return relay(
    exchange,
    {
      ...{ call, head, prepared, tap: exchange.tap, pace: new Pace() },
      attempt: unattempted(exchange, target),
      span: { inject() {}, end() {} },
    },
    {
      outlet: outletFor(exchange, held),
      ...{ idleTimeoutMs: 0, keepsakes: rooms.keepsakes, prices: freeOfCharge(rooms.prices) },
    },
  );
}

function needsTranslation({ route, stream, neutral }: Exchange, { facts }: GivenAnswer): boolean {
  if (facts.wire !== route.dialect) return true;
  const streams = facts.contentType.startsWith('text/event-stream');
  return streams !== stream && neutral !== null;
}

/** Whoever writes an answer has to know what was asked. */
function readForWriter(exchange: Exchange): boolean {
  const { route, body } = exchange;
  if (route.operation === 'embeddings') {
    exchange.embeddings ??= readEmbeddingsRequest(parsed(body));
    return true;
  }
  const { client } = dialects[route.dialect];
  if (!client) return false;
  exchange.neutral ??= client.readRequest(parsed(body));
  return true;
}

/** What the one asked for, another may not want to see. */
function hidesUsage({ route, stream, scan, body }: Exchange, { provider: { quirks } }: Target): boolean {
  if (!stream || route.dialect !== 'openai-chat' || route.operation !== 'chat' || !scan) return false;
  const options = readField(body, scan.fields, 'stream_options') as { include_usage?: unknown } | null | undefined;
  return options?.include_usage !== true && quirks.streamUsage !== 'always';
}

function outletFor(exchange: Exchange, held: boolean): Outlet {
  return new Outlet({
    ...{ response: exchange.response, held },
    onCommit(status) {
      exchange.httpStatus = status;
      exchange.firstByteMs = elapsedMs(exchange);
    },
    onEnd(last) {
      exchange.lastChunk = last;
    },
  });
}

/** Stands in no record, for there was none. */
const unattempted = (exchange: Exchange, { provider, model }: Target) => ({
  ...plainAttempt,
  ...{ number: 1, provider: provider.name, model, region: provider.region, startedAtMs: elapsedMs(exchange) },
  ...{ connectMs: null, firstByteMs: null, totalMs: 0, status: 200 },
  ...{ outcome: 'success' as const, errorCode: '' as const, providerRequestId: '' },
});

/** For writers that say in the answer what it costs. */
const freeOfCharge = (prices: PriceBook): PriceBook => ({
  ...prices,
  version: prices.version,
  price: () => ({ costNanos: 0, costSource: 'computed', priceVersion: '', breakdown: [], tier: '', counted: {} }),
});
