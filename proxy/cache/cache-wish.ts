// What a client says about caching: in our own header, in HTTP's, in those of other gateways, and in LiteLLM's field of the
// body. It may ask for caching where nobody has decided, ask for less, and divide what is shared; it can never reach further.
import type { IncomingHttpHeaders } from 'node:http';

export interface CacheWish {
  /** It wants to be answered from the cache, and its answer kept. */
  on: boolean;
  off: boolean;
  /** It must be answered afresh. */
  refresh: boolean;
  /** Its answer must not be kept. */
  noStore: boolean;
  maxAgeMs: number | null;
  ttlMs: number | null;
  namespace: string;
}

const noWish: CacheWish = Object.freeze({
  ...{ on: false, off: false, refresh: false, noStore: false, maxAgeMs: null, ttlMs: null, namespace: '' },
});

/** Headers with which a client asks for caching itself; looked for in every call, so there are few. */
export const asksForCache = (headers: IncomingHttpHeaders): boolean =>
  headers['x-sightline-cache'] !== undefined ||
  headers['helicone-cache-enabled'] !== undefined ||
  headers['cf-aig-cache-ttl'] !== undefined ||
  headers['x-bf-cache-key'] !== undefined;

/** `inBody`: the value of the field `cache`, where there is one. */
export function readWish(headers: IncomingHttpHeaders, inBody: unknown): CacheWish {
  const wish = { ...noWish };
  const header = (name: string): string => {
    const value = headers[name];
    return typeof value === 'string' ? value.trim() : '';
  };
  readOwn(wish, header('x-sightline-cache'));
  readHttp(wish, header('cache-control'));
  readHelicone(wish, header);
  readOthers(wish, header);
  if (inBody !== null && typeof inBody === 'object') readLiteLlm(wish, inBody as Record<string, unknown>);
  wish.namespace = wish.namespace.slice(0, 100);
  return wish;
}

type Header = (name: string) => string;

/** `on`, `refresh`, `off`, `namespace=…`, `ttl=…`, in any number, with commas between. */
function readOwn(wish: CacheWish, said: string): void {
  for (const { name, value } of directives(said)) {
    if (name === 'on' || name === 'off' || name === 'refresh') wish[name] = true;
    else if (name === 'namespace') divide(wish, value);
    else if (name === 'ttl') keepFor(wish, value);
  }
}

/** RFC 9111, 5.2.1. */
function readHttp(wish: CacheWish, said: string): void {
  for (const { name, value } of directives(said.toLowerCase())) {
    if (name === 'no-cache') wish.refresh = true;
    else if (name === 'no-store') wish.noStore = true;
    else if (name === 'max-age' && /^\d{1,10}$/.test(value)) wish.maxAgeMs = least(wish.maxAgeMs, Number(value) * 1000);
  }
}

/** https://docs.helicone.ai/features/advanced-usage/caching */
function readHelicone(wish: CacheWish, header: Header): void {
  const enabled = header('helicone-cache-enabled').toLowerCase();
  if (enabled === 'true') wish.on = true;
  if (enabled === 'false') wish.off = true;
  divide(wish, header('helicone-cache-seed'));
}

/** Portkey: https://portkey.ai/docs/product/ai-gateway/cache-simple-and-semantic; Cloudflare; Bifrost. */
function readOthers(wish: CacheWish, header: Header): void {
  if (header('x-portkey-cache-force-refresh').toLowerCase() === 'true') wish.refresh = true;
  if (header('cf-aig-skip-cache').toLowerCase() === 'true') wish.off = true;
  if (header('x-bf-cache-no-store').toLowerCase() === 'true') wish.noStore = true;
  const [ttl, key] = [header('cf-aig-cache-ttl'), header('x-bf-cache-key')];
  if (ttl !== '' || key !== '') wish.on = true;
  keepFor(wish, ttl);
  keepFor(wish, header('x-bf-cache-ttl'));
  divide(wish, header('cf-aig-cache-key'));
  divide(wish, key);
}

/** https://docs.litellm.ai/docs/proxy/caching */
function readLiteLlm(wish: CacheWish, said: Record<string, unknown>): void {
  if (said['use-cache'] === true) wish.on = true;
  if (said['no-cache'] === true) wish.refresh = true;
  if (said['no-store'] === true) wish.noStore = true;
  if (typeof said.ttl === 'number') keepFor(wish, String(said.ttl));
  const age = said['s-maxage'] ?? said['s-max-age'];
  if (typeof age === 'number' && age >= 0) wish.maxAgeMs = least(wish.maxAgeMs, age * 1000);
  if (typeof said.namespace === 'string') divide(wish, said.namespace);
}

function directives(said: string): { name: string; value: string }[] {
  return said.split(',').map((part) => {
    const at = part.indexOf('=');
    return at < 0
      ? { name: part.trim().toLowerCase(), value: '' }
      : { name: part.slice(0, at).trim().toLowerCase(), value: part.slice(at + 1).trim() };
  });
}

/** Seconds, or a number with its unit: 90s, 15m, 2h, 1d. */
function keepFor(wish: CacheWish, said: string): void {
  const [, count, unit = 's'] = /^(\d{1,10}(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(said) ?? [];
  const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (count !== undefined) wish.ttlMs = least(wish.ttlMs, Number(count) * (units[unit] as number));
}

function divide(wish: CacheWish, namespace: string): void {
  if (namespace !== '') wish.namespace = wish.namespace === '' ? namespace : `${wish.namespace}/${namespace}`;
}

const least = (one: number | null, other: number): number => (one === null ? other : Math.min(one, other));
