// The head of an answer that Sightline wrote itself, in another format than the provider's.
import type { Exchange } from './exchange.ts';
import { ownHeaders } from './own-headers.ts';
import { headerValue } from './upstream/headers.ts';

/** Where the provider's own id for the request stands, and where the client's SDK looks for it. */
const idNames = ['x-request-id', 'request-id', 'x-amzn-requestid', 'x-debug-trace-id', 'mistral-correlation-id'];

/** Flat [name, value, …]. `provided`: the provider's headers. */
export function answerHeaders(
  exchange: Exchange,
  provided: string[],
  kind: { stream: true } | { stream: false; length: number },
): string[] {
  const headers = kind.stream
    ? ['content-type', 'text/event-stream; charset=utf-8', 'cache-control', 'no-cache', 'x-accel-buffering', 'no']
    : ['content-type', 'application/json; charset=utf-8', 'content-length', String(kind.length)];
  const requestId = providerRequestId(provided);
  const name = exchange.route.dialect === 'anthropic-messages' ? 'request-id' : 'x-request-id';
  if (requestId) headers.push(name, requestId);
  return headers.concat(ownHeaders(exchange));
}

export function providerRequestId(provided: string[]): string {
  return idNames.map((name) => headerValue(provided, name)).find((value) => value !== '') ?? '';
}
