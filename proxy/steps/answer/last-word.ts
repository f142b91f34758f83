// What the client is told when nobody has answered: the last refusal as it came, where it is in the client's format, else
// in the client's format; or what broke.
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { Outlet } from '../../outlet.ts';
import { ownHeaders } from '../../own-headers.ts';
import { sayProviderError } from '../../say-error.ts';
import type { Target } from '../../target.ts';
import type { Unanswered } from '../../unanswered.ts';

/** Throws what broke, where no provider has said anything. */
export function lastWord(exchange: Exchange, { provider, wire }: Target, unanswered: Unanswered): void {
  const { status, error, failure, headers, body } = unanswered;
  if (failure || (!error && body === null)) {
    throw failure ?? new ProxyError('SIGHTLINE_UPSTREAM_RESET', `Provider "${provider.name}" gave no answer.`);
  }
  exchange.outcome = 'failed';
  const outlet = new Outlet({
    response: exchange.response,
    held: false,
    onCommit(code) {
      exchange.httpStatus = code;
    },
    onEnd(last) {
      exchange.lastChunk = last;
    },
  });
  if (wire !== exchange.route.dialect || body === null || status === null) {
    const said = error ?? {
      class: 'server' as const,
      type: '',
      code: '',
      message: '',
      param: '',
      retryAfterMs: null,
      raw: null,
    };
    sayProviderError(exchange, { error: said, status, provided: headers, outlet });
    return;
  }
  outlet.head(
    status,
    () => [...unpacked(headers, body.length), ...ownHeaders(exchange), 'x-should-retry', 'false'],
    false,
  );
  outlet.end(body);
}

/** The body has been read whole and unpacked on the way. */
function unpacked(headers: readonly string[], length: number): string[] {
  const out: string[] = [];
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    if (name === 'content-length' || name === 'content-encoding' || name === 'x-should-retry') continue;
    out.push(headers[i] as string, headers[i + 1] as string);
  }
  return [...out, 'content-length', String(length)];
}
