// What the client is told when nobody has answered: an answer that was kept back, where there is one; the last refusal as it
// came, where it is in the client's format, else in the client's format; or what broke.
import type { NeutralError } from '../../dialects/neutral/error.ts';
import { endedInError, endedWell } from '../../ending.ts';
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { Outlet } from '../../outlet.ts';
import { besideOurs, ownHeaders } from '../../own-headers.ts';
import { sayProviderError } from '../../say-error.ts';
import { aim } from '../decide.ts';
import type { Failed } from './after-attempt.ts';

/** Throws what broke, where no provider has said anything. */
export function lastWord(exchange: Exchange, { target, unanswered }: Failed, withheld: Outlet | null): void {
  if (withheld?.letOut()) {
    Object.assign(exchange, endedWell);
    return;
  }
  aim(exchange, target);
  const { status, error, failure, headers, body } = unanswered;
  if (failure || (!error && body === null)) {
    throw failure ?? new ProxyError('SIGHTLINE_UPSTREAM_RESET', `Provider "${target.provider.name}" gave no answer.`);
  }
  Object.assign(exchange, endedInError);
  const outlet = plainOutlet(exchange);
  if (target.wire !== exchange.route.dialect || body === null || status === null) {
    sayProviderError(exchange, { error: error ?? unspoken, status, provided: headers, outlet });
    return;
  }
  const own = (): string[] => [
    ...besideOurs(exchange, unpacked(headers, exchange, body.length)),
    ...ownHeaders(exchange),
  ];
  outlet.head({ status, headers: own, flush: false, whole: true });
  outlet.end(body);
}

const unspoken: NeutralError = Object.freeze({
  ...{ class: 'server', type: '', code: '', message: 'The provider gave no answer.', param: '' },
  ...{ retryAfterMs: null, raw: null },
});

function plainOutlet(exchange: Exchange): Outlet {
  return new Outlet({
    response: exchange.response,
    held: false,
    onCommit(status) {
      exchange.httpStatus = status;
    },
    onEnd(last) {
      exchange.lastChunk = last;
    },
  });
}

/** The body has been read whole and unpacked on the way. Whoever has been through a chain of targets need not start it again. */
function unpacked(headers: readonly string[], { attempts }: Exchange, length: number): string[] {
  const chain = attempts.length > 1;
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    if (name === 'content-length' || name === 'content-encoding') continue;
    if (chain && name === 'x-should-retry') continue;
    out.push(headers[i] as string, headers[i + 1] as string);
  }
  return [...out, 'content-length', String(length), ...(chain ? ['x-should-retry', 'false'] : [])];
}
