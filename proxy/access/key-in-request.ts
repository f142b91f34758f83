// Takes a Sightline key out of a request, wherever its SDK puts a key, so that nothing behind this can forward, record or log
// it: what is gone cannot leak. What claims to be one (`sl_…`) is taken for nothing else.
import type { IncomingMessage } from 'node:http';
import { keyPrefix } from '../../configuration/keys/key-text.ts';

/** Where SDKs put keys, and our own header, which leaves theirs free for a provider's key. */
const places = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'x-sightline-key',
  'sec-websocket-protocol',
]);

export interface TakenKey {
  /** Distinct ones, as they came; empty: it carries none. */
  keys: string[];
  /** The query string without them, '' or with its question mark. */
  search: string;
}

/** Costs a look at each header where there is none, which is all that most calls pay. */
export function takeKey(request: IncomingMessage, search: string): TakenKey {
  if (!mayCarryKey(request.rawHeaders, search)) return { keys: [], search };
  const found = [...fromHeaders(request), ...fromSearch(search)];
  const rest = withoutKeys(search);
  if (rest !== search && request.url?.endsWith(search)) request.url = request.url.slice(0, -search.length) + rest;
  return { keys: [...new Set(found)], search: rest };
}

function mayCarryKey(rawHeaders: readonly string[], search: string): boolean {
  for (let at = 1; at < rawHeaders.length; at += 2) {
    const value = rawHeaders[at] as string;
    if (value.includes(keyPrefix) || isBasic(value)) return true;
  }
  return search !== '' && (search.includes(keyPrefix) || search.includes('%'));
}

const isBasic = (value: string): boolean => value.length > 6 && /^basic /i.test(value.slice(0, 6));

function fromHeaders(request: IncomingMessage): string[] {
  const { rawHeaders } = request;
  const found: string[] = [];
  const touched = new Set<string>();
  for (let at = rawHeaders.length - 2; at >= 0; at -= 2) {
    const name = (rawHeaders[at] as string).toLowerCase();
    const value = rawHeaders[at + 1] as string;
    const keys = places.has(name) ? keysIn(name, value) : [];
    found.unshift(...keys);
    if (keys.length === 0 && name !== 'x-sightline-key' && !looksLikeKey.test(value)) continue;
    touched.add(name);
    const rest = name === 'sec-websocket-protocol' ? otherProtocols(value) : '';
    if (rest === '') rawHeaders.splice(at, 2);
    else rawHeaders[at + 1] = rest;
  }
  for (const name of touched) leaveWhatIsLeft(request, name);
  return found;
}

/** As Node would have read it without what was taken: the first of several counts. */
function leaveWhatIsLeft({ headers, rawHeaders }: IncomingMessage, name: string): void {
  delete headers[name];
  const at = rawHeaders.findIndex((one, index) => index % 2 === 0 && one.toLowerCase() === name);
  if (at >= 0) headers[name] = rawHeaders[at + 1];
}

/** Anywhere else it opens nothing, but it is not passed on either. */
const looksLikeKey = /sl_[A-Za-z0-9_-]{43}/;
/** After a scheme's name, a quote, a comma: never in the middle of somebody else's key. */
const claims = /(?:^|[\s:=,"'])(sl_[^\s,;"']*)/g;
const asProtocol = /^openai-insecure-api-key\.(sl_.*)$/;

function keysIn(name: string, value: string): string[] {
  if (name === 'sec-websocket-protocol')
    return value.split(',').flatMap((one) => asProtocol.exec(one.trim())?.[1] ?? []);
  const text = isBasic(value) ? Buffer.from(value.slice(6).trim(), 'base64').toString('latin1') : value;
  return [...text.matchAll(claims)].map((match) => match[1] as string);
}

const otherProtocols = (value: string): string =>
  value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => !asProtocol.test(one))
    .join(', ');

function fromSearch(search: string): string[] {
  return [...new URLSearchParams(search)].flatMap(([name, value]) =>
    name === 'key' && value.trim().startsWith(keyPrefix) ? [value.trim()] : [],
  );
}

/** Leaves everything else as it was written. */
function withoutKeys(search: string): string {
  if (search === '') return '';
  const kept = search
    .slice(1)
    .split('&')
    .filter((part) => {
      const [[name, value] = ['', '']] = [...new URLSearchParams(part)];
      return !((name === 'key' && value.trim().startsWith(keyPrefix)) || looksLikeKey.test(value));
    });
  return kept.length > 0 ? `?${kept.join('&')}` : '';
}
