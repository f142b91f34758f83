// Answers in the client's own dialect when Sightline itself has to say no, or when no provider answered.
import { dialects } from '../dialects/index.ts';
import { ProxyError } from '../errors.ts';
import type { Exchange } from '../exchange.ts';
import { ownHeaders, retryAfter } from '../own-headers.ts';
import { spokenError } from '../spoken-error.ts';

export function refuse(exchange: Exchange, error: unknown): void {
  const failure =
    error instanceof ProxyError
      ? error
      : new ProxyError('SIGHTLINE_INTERNAL', 'Something broke inside Sightline.', { cause: error });
  exchange.errorCode = failure.code;
  exchange.errorMessage = failure.message;
  if (exchange.gone || failure.code === 'SIGHTLINE_CLIENT_GONE') {
    exchange.outcome = 'aborted';
    return;
  }
  exchange.outcome = outcomeOf(exchange, failure.code);
  const { response } = exchange;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  exchange.httpStatus = failure.row.status;
  const { dialect } = exchange.route;
  const spoken = { ...spokenError(exchange.id, failure.code, failure.message), field: exchange.errorField };
  const body = dialects[dialect].errorBody(spoken);
  const bytes = Buffer.from(body);
  const headers = ['content-type', 'application/json; charset=utf-8', 'content-length', String(bytes.length)];
  if (failure.code === 'SIGHTLINE_BODY_TOO_LARGE') headers.push('connection', 'close');
  if (failure.row.retry) headers.push(...retryAfter(failure.retryAfterMs));
  response.writeHead(failure.row.status, headers.concat(ownHeaders(exchange)));
  const served = {
    ...{ dialect, provider: exchange.provider?.name ?? '', priceProvider: exchange.provider?.priceProvider ?? '' },
    model: exchange.target?.model ?? exchange.requestedModel,
  };
  exchange.tap?.responseHead(failure.row.status, [['content-type', 'application/json']], served);
  exchange.tap?.responseBytes(bytes, 0);
  exchange.lastChunk = bytes;
}

/** An answer that broke off before any of it was let out reaches the client as one of our refusals, too. */
function outcomeOf({ attempts }: Exchange, code: ProxyError['code']): Exchange['outcome'] {
  const last = attempts.at(-1);
  if (last?.errorCode === code && last.outcome === 'truncated') return 'truncated';
  return code.startsWith('SIGHTLINE_UPSTREAM_') ? 'unreachable' : 'refused';
}
