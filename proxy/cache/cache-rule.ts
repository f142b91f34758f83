// Whether a call may be answered from the cache and its answer kept: what the route says, else the configuration, else the
// client where neither has decided; and within that what the client wishes.
import type { CacheConfiguration, RouteCache } from '../../contract/access/access-configuration.ts';
import type { CacheWish } from './cache-wish.ts';

export interface CacheRule {
  looks: boolean;
  keeps: boolean;
  namespace: string;
  /** A kept answer that is older is none. */
  maxAgeMs: number | null;
  ttlMs: number;
  staleMs: number;
  /** Calls of tools and answers of the provider's own tools are kept, too: the route asks for every call. */
  everything: boolean;
  near: CacheConfiguration['near']['mode'];
}

export interface RuleInput {
  configuration: CacheConfiguration;
  route: RouteCache | undefined;
  wish: CacheWish;
  /** It would get the same answer again: temperature 0, or vectors. */
  deterministic: boolean;
}

/** Null: the cache has nothing to do with this call. */
export function cacheRule({ configuration, route, wish, deterministic }: RuleInput): CacheRule | null {
  if (wish.off || (wish.noStore && wish.refresh)) return null;
  const mode = route?.mode ?? (configuration.automatic ? 'deterministic' : 'off');
  const decided = mode === 'on' || (mode === 'deterministic' && deterministic);
  // Where a route has decided, a client can only ask for less.
  const asked = route === undefined && wish.on;
  if (!decided && !asked) return null;
  const ttlMs = 1000 * (route?.ttlSeconds ?? configuration.ttlSeconds);
  const namespaces = [route?.namespace ?? '', wish.namespace];
  return {
    looks: !wish.refresh && wish.maxAgeMs !== 0,
    keeps: !wish.noStore,
    namespace: namespaces.filter((name) => name !== '').join('/'),
    maxAgeMs: wish.maxAgeMs,
    ttlMs: wish.ttlMs === null ? ttlMs : Math.min(ttlMs, wish.ttlMs),
    staleMs: 1000 * (route?.staleIfErrorSeconds ?? configuration.staleIfErrorSeconds),
    everything: route?.mode === 'on',
    near: route?.near ?? configuration.near.mode,
  };
}
