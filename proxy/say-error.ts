// Puts an error into the client's own format: a provider's refusal by its class, with the provider's own words inside, as
// a response; or that and ours inside a stream that has begun.

import { answerHeaders } from './answer-headers.ts';
import type { SpokenError } from './dialects/dialect.ts';
import { dialects } from './dialects/index.ts';
import type { NeutralError } from './dialects/neutral/error.ts';
import type { Ending } from './ending.ts';
import type { Exchange } from './exchange.ts';
import type { Outlet } from './outlet.ts';
import { spokenError } from './spoken-error.ts';
import { statusOf, worthRetrying } from './translation/error-status.ts';
import { headerValue } from './upstream/headers.ts';

export interface ProviderErrorParts {
  error: NeutralError;
  /** Of the provider's response; null where the error came in the body of a 200. */
  status: number | null;
  provided: string[];
  outlet: Outlet;
}

export function sayProviderError(exchange: Exchange, { error, status, provided, outlet }: ProviderErrorParts): void {
  const own = statusOf(exchange.route.dialect, error.class);
  // A server's failure keeps its number; every other class has one in the client's format. A redirect is a wrong address.
  const kept = status !== null && status >= 300 && status < 400 ? 502 : (status ?? 0);
  const spoken = spokenProviderError(exchange, error, error.class === 'server' && kept >= 500 ? kept : own);
  const body = Buffer.from(dialects[exchange.route.dialect].errorBody(spoken));
  const headers = (): string[] => [
    ...answerHeaders(exchange, provided, { stream: false, length: body.length }),
    // Whoever has been through a chain of targets need not start it again.
    ...['x-should-retry', String(worthRetrying(error.class) && exchange.attempts.length === 1)],
    ...retryAfter(error, provided),
  ];
  outlet.head({ status: spoken.status, headers, flush: false, whole: true });
  outlet.end(body);
}

/** Where a stream has begun: the provider's own complaint, or what broke it off. */
export function sayInStream(exchange: Exchange, what: NeutralError | Ending, outlet: Outlet): void {
  const { dialect } = exchange.route;
  const spoken =
    'class' in what
      ? spokenProviderError(exchange, what, statusOf(dialect, what.class))
      : spokenError(exchange.id, what.errorCode || 'SIGHTLINE_INTERNAL', what.errorMessage);
  outlet.write(dialects[dialect].errorEvent(spoken));
}

function spokenProviderError(exchange: Exchange, error: NeutralError, status: number): SpokenError {
  return {
    status,
    code: error.code || error.type || error.class,
    type: error.type || error.class,
    message: error.message,
    exchangeId: exchange.id,
    provider: error,
  };
}

/** Carried from the headers, else derived from the body (Gemini's retryDelay). Seconds are rounded up: never too early. */
function retryAfter(error: NeutralError, provided: string[]): string[] {
  const seconds = headerValue(provided, 'retry-after');
  const milliseconds = headerValue(provided, 'retry-after-ms');
  if (seconds || milliseconds) {
    return [...(seconds ? ['retry-after', seconds] : []), ...(milliseconds ? ['retry-after-ms', milliseconds] : [])];
  }
  if (error.retryAfterMs === null) return [];
  const { retryAfterMs } = error;
  return ['retry-after', String(Math.ceil(retryAfterMs / 1000)), 'retry-after-ms', String(retryAfterMs)];
}
