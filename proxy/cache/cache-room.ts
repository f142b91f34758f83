// All that caching needs beside the exchange: the answers, the keys that they are found and sealed by, and the answers that
// are just on their way.
import type { Configuration } from '../../contract/configuration.ts';
import { AnswerCache, type SharedAnswers } from './answer-cache.ts';
import { type CacheKeys, cacheKeys } from './cache-keys.ts';
import { type CacheMetrics, createCacheMetrics } from './cache-metrics.ts';
import type { Flight } from './flight.ts';
import type { AnswerFacts } from './kept-answer.ts';
import type { NearRoom } from './near/near-room.ts';

/** What followers learn of an answer before it is whole. */
export interface FlightFacts
  extends Pick<AnswerFacts, 'provider' | 'model' | 'wire' | 'contentType' | 'headers' | 'exchangeId'> {
  /** What it has cost, once it is whole; null where nobody knows. */
  costNanos(): number | null;
}

export interface CacheRoom {
  answers: AnswerCache;
  keys: CacheKeys;
  flights: Map<string, Flight<FlightFacts>>;
  metrics: CacheMetrics;
  /** Null: nobody makes vectors. */
  near: NearRoom | null;
}

export interface CacheRoomOptions {
  configuration: Pick<Configuration, 'cache'>;
  /** Proxies that share a Redis find each other's answers only under the same one. */
  secret: Uint8Array;
  shared: SharedAnswers | null;
  near: NearRoom | null;
  clock(): number;
}

export function createCacheRoom({ configuration, secret, shared, near, clock }: CacheRoomOptions): CacheRoom {
  const answers = new AnswerCache({ maxBytes: configuration.cache.maxBytes, shared, clock });
  return { answers, keys: cacheKeys(secret), flights: new Map(), metrics: createCacheMetrics(answers), near };
}
