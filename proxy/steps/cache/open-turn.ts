// Finds out whether the cache has anything to do with a call, and under which name its answer would be kept.
import type { PriceBook } from '../../../catalog/prices.ts';
import type { Configuration } from '../../../contract/configuration.ts';
import { routingFields } from '../../../contract/routing-fields.ts';
import { type Asked, readAsked } from '../../cache/asked.ts';
import type { CacheRoom } from '../../cache/cache-room.ts';
import { type CacheRule, cacheRule } from '../../cache/cache-rule.ts';
import { readWish } from '../../cache/cache-wish.ts';
import { isCacheable, isDeterministic, leavesTraces, looksThingsUp } from '../../cache/storable.ts';
import { rewriteFields } from '../../dialects/reading/rewrite-fields.ts';
import { readField, scanTopLevel } from '../../dialects/reading/top-level-fields.ts';
import type { Exchange } from '../../exchange.ts';
import { clientKey, usesClientsKey, withoutKey } from '../../upstream/credential.ts';
import { CacheTurn } from './cache-turn.ts';

export interface TurnRooms {
  configuration: Configuration;
  cache: CacheRoom;
  prices: PriceBook;
}

type Body = Record<string, unknown>;

/** Null: it is answered as if there were no cache. */
export function openTurn(exchange: Exchange, { configuration, cache, prices }: TurnRooms): CacheTurn | null {
  const { route, attribution, request, routing } = exchange;
  const wish = readWish(request.headers, takeOutWish(exchange));
  if (!isCacheable(route.operation)) return null;
  const body = parsedObject(exchange.body);
  const rule = cacheRule({
    ...{ configuration: configuration.cache, route: routing?.route?.cache, wish },
    deterministic: body !== null && isDeterministic(body, route.operation),
  });
  if (!body || !rule || leavesTraces(body) || (looksThingsUp(body) && !rule.everything)) return null;
  const asked = readSafely(exchange, body);
  if (!asked) return null;
  exchange.neutral ??= asked.neutral;
  const keys = cache.keys(attribution.tenant);
  const parts = partitionOf(exchange, rule, configuration);
  const name = keys.name('answer', ...parts, asked.shared);
  const exact = keys.name('request', route.dialect, asked.exact);
  return new CacheTurn(exchange, {
    ...{ name, exact, keys, rule, asked, partition: parts, configuration: configuration.cache, prices },
  });
}

/** LiteLLM's field is for a gateway: another provider would refuse it as unknown. */
function takeOutWish(exchange: Exchange): unknown {
  const { scan, body, provider } = exchange;
  if (!scan?.fields.has('cache') || provider?.quirks.isGateway) return null;
  const said = readField(body, scan.fields, 'cache');
  if (said === null || typeof said !== 'object') return null;
  exchange.body = rewriteFields(body, scan, { drop: ['cache'] });
  exchange.scan = scanTopLevel(exchange.body);
  return said;
}

/** Headers with which clients choose how a provider behaves. */
const choosing = ['anthropic-beta', 'openai-beta'] as const;

function readSafely(exchange: Exchange, body: Body): Asked | null {
  const { route, requestedModel, stream, request } = exchange;
  const said = choosing.flatMap((name) => (request.headers[name] ? [`${name}: ${request.headers[name]}`] : []));
  // Gemini's clients say there in which framing they want a stream.
  if (route.family === 'gemini') said.push(withoutKey(exchange.search));
  try {
    return readAsked({
      ...{ dialect: route.dialect, operation: route.operation, model: requestedModel, stream, body, said },
    });
  } catch {
    return null;
  }
}

/**
 * Within a tenant, who may share. A client that brings a provider's key of its own shares with nobody who has not that key:
 * the provider has never said that it is good. Whom a key or the request itself allows to answer narrows it, too.
 */
function partitionOf(exchange: Exchange, { namespace }: CacheRule, { proxy }: Configuration): string[] {
  const { request, search, plan, key, routing, scan, body } = exchange;
  const brought = clientKey(request.headers, search);
  const used = plan.some((target) => target.provider.apiKey === null || usesClientsKey(target, brought));
  const wishes = scan ? routingFields.filter((name) => scan.fields.has(name)) : [];
  const usage = proxy.streamUsage === 'estimate' && scan ? readField(body, scan.fields, 'stream_options') : null;
  return [
    namespace,
    routing?.route?.name ?? '',
    used && !brought.startsWith('sl_') ? brought : '',
    JSON.stringify(key?.providers ?? []),
    JSON.stringify(wishes.map((name) => [name, scan && readField(body, scan.fields, name)])),
    JSON.stringify(usage ?? null),
  ];
}

function parsedObject(body: Buffer): Body | null {
  try {
    const json: unknown = JSON.parse(body.toString());
    return json !== null && typeof json === 'object' && !Array.isArray(json) ? (json as Body) : null;
  } catch {
    return null;
  }
}
