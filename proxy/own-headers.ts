// The response headers that are ours. Values are reduced to what a header may carry (RFC 9110, 5.5).
import { errorTable } from './errors.ts';
import type { Exchange } from './exchange.ts';
import { rateHeaders, withoutRateHeaders } from './pace-limits/rate-headers.ts';

/** Flat [name, value, …]. `server-timing` gives our own share before the call left, in milliseconds. */
export function ownHeaders(exchange: Exchange): string[] {
  const headers = ['x-sightline-id', exchange.id];
  if (exchange.provider) headers.push('x-sightline-provider', exchange.provider.name);
  const model = exchange.target?.model || exchange.requestedModel;
  if (model) headers.push('x-sightline-model', visibleAscii(model));
  headers.push('x-sightline-attempts', String(exchange.attempts.length));
  if (exchange.batchId && exchange.target?.batch) headers.push('x-sightline-batch', visibleAscii(exchange.batchId));
  if (exchange.overheadMicros !== null) {
    headers.push('server-timing', `sightline;dur=${(exchange.overheadMicros / 1000).toFixed(2)}`);
  }
  if (exchange.cache) {
    headers.push('x-sightline-cache', exchange.cache.status);
    if (exchange.cache.ageMs !== null) headers.push('age', String(Math.floor(exchange.cache.ageMs / 1000)));
  }
  if (exchange.standings.length > 0)
    headers.push(...rateHeaders(exchange.route.dialect, exchange.standings, Date.now()));
  if (exchange.degraded.length > 0) headers.push('x-sightline-degraded', exchange.degraded.join(', '));
  if (exchange.notes.length > 0) headers.push('x-sightline-notes', visibleAscii(exchange.notes.join('; '), 1000));
  if (exchange.errorCode) {
    headers.push(
      'x-sightline-error',
      exchange.errorCode,
      'x-should-retry',
      // Whoever has been through a chain of attempts need not start it again.
      String(errorTable[exchange.errorCode].retry && exchange.attempts.length <= 1),
    );
  }
  return headers;
}

export const visibleAscii = (text: string, longest = 200): string =>
  text.replace(/[^\x20-\x7e]/g, '?').slice(0, longest);

/** A provider's headers that may stand beside ours: where there are limits here, its own would only confuse. */
export const besideOurs = ({ standings }: Pick<Exchange, 'standings'>, provided: string[]): string[] =>
  standings.length > 0 ? withoutRateHeaders(provided) : provided;

/** In whole seconds for everybody, and in milliseconds for the SDKs that read them. Null: nobody knows when. */
export const retryAfter = (ms: number | null): string[] =>
  ms === null ? ['retry-after', '1'] : ['retry-after', String(Math.ceil(ms / 1000)), 'retry-after-ms', String(ms)];
