// What clients say about caching, in our words and in those of other gateways.
import { describe, expect, it } from 'vitest';
import { CacheConfiguration, RouteCache } from '../../contract/access/access-configuration.ts';
import { cacheRule } from '../../proxy/cache/cache-rule.ts';
import { readWish } from '../../proxy/cache/cache-wish.ts';

const nothing = { on: false, off: false, refresh: false, noStore: false, maxAgeMs: null, ttlMs: null, namespace: '' };

describe('a wish', () => {
  it.each([
    ['x-sightline-cache', 'on, namespace=a, ttl=10m', { on: true, namespace: 'a', ttlMs: 600_000 }],
    ['x-sightline-cache', 'refresh', { refresh: true }],
    ['x-sightline-cache', 'off', { off: true }],
    ['x-sightline-cache', 'ttl=never, wider, tenant=acme', {}],
    ['cache-control', 'no-cache', { refresh: true }],
    ['cache-control', 'No-Store, max-age=60', { noStore: true, maxAgeMs: 60_000 }],
    ['helicone-cache-enabled', 'true', { on: true }],
    ['helicone-cache-enabled', 'false', { off: true }],
    ['helicone-cache-seed', 'u1', { namespace: 'u1' }],
    ['x-portkey-cache-force-refresh', 'True', { refresh: true }],
    ['cf-aig-skip-cache', 'true', { off: true }],
    ['cf-aig-cache-ttl', '3600', { on: true, ttlMs: 3_600_000 }],
    ['cf-aig-cache-key', 'k', { namespace: 'k' }],
    ['x-bf-cache-key', 'k', { on: true, namespace: 'k' }],
    ['x-bf-cache-ttl', '30s', { ttlMs: 30_000 }],
    ['x-bf-cache-no-store', 'true', { noStore: true }],
  ])('in %s: %s', (header, value, expected) => {
    expect(readWish({ [header]: value }, null)).toEqual({ ...nothing, ...expected });
  });

  it('in the body, as LiteLLM has it', () => {
    const said = { 'use-cache': true, 'no-cache': true, 'no-store': true, ttl: 5, 's-maxage': 7, namespace: 'n' };
    const expected = { on: true, refresh: true, noStore: true, ttlMs: 5000, maxAgeMs: 7000, namespace: 'n' };
    expect(readWish({}, said)).toEqual({ ...nothing, ...expected });
  });
});

describe('a rule', () => {
  const rule = (route: object | undefined, headers: Record<string, string> = {}, deterministic = false) =>
    cacheRule({
      configuration: CacheConfiguration.parse({ ttlSeconds: 100 }),
      route: route && RouteCache.parse(route),
      ...{ wish: readWish(headers, null), deterministic },
    });

  it('lets a client shorten the life of an answer, and never lengthen it', () => {
    expect(rule({}, { 'x-sightline-cache': 'ttl=10' })?.ttlMs).toBe(10_000);
    expect(rule({}, { 'x-sightline-cache': 'ttl=1d' })?.ttlMs).toBe(100_000);
    expect(rule({ ttlSeconds: 5 }, { 'cf-aig-cache-ttl': '60' })?.ttlMs).toBe(5000);
  });

  it('puts a client’s namespace into the route’s', () => {
    expect(rule({ namespace: 'shop' }, { 'x-sightline-cache': 'namespace=x' })?.namespace).toBe('shop/x');
  });

  it('keeps calls of tools where the route wants everything, and not where a client does', () => {
    expect(rule({ mode: 'on' })?.everything).toBe(true);
    expect(rule(undefined, { 'x-sightline-cache': 'on' })?.everything).toBe(false);
    expect(rule({ mode: 'deterministic' }, {}, true)?.everything).toBe(false);
  });
});
