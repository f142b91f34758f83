// What a client of the short way round is told when Sightline has to speak: the dialect's error shape, never the plain
// text with host and URL that the forwarder would write by itself.
import { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ResolvedProvider } from '../configuration/provider.ts';
import { dialects } from './dialects/index.ts';
import { errorTable, type ProxyError } from './errors.ts';
import { retryAfter } from './own-headers.ts';
import { rateHeaders } from './pace-limits/rate-headers.ts';
import type { Passage } from './passage.ts';
import { spokenError } from './spoken-error.ts';
import { describeFailure } from './upstream/failure.ts';

/** `to` is the response, or the bare socket of an upgrade. An answer that has begun is broken off instead. */
export function answerPassthroughError(
  error: unknown,
  to: ServerResponse | Socket,
  passage: Passage | null,
  provider: ResolvedProvider,
): void {
  const failure = describeFailure(error, provider.name, new URL(provider.baseUrl).host);
  if (passage && !passage.errorCode) {
    passage.errorCode = begun(to) ? 'SIGHTLINE_STREAM_TRUNCATED' : failure.code;
    passage.errorMessage = failure.message;
  }
  const body = Buffer.from(
    dialects[passage?.route.dialect ?? 'other'].errorBody(
      spokenError(passage?.id ?? '', failure.code, failure.message),
    ),
  );
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    'x-sightline-error': failure.code,
    'x-should-retry': String(errorTable[failure.code].retry),
    ...(passage && { 'x-sightline-id': passage.id }),
    ...limitHeaders(failure, passage),
  };
  if (to instanceof ServerResponse) {
    if (to.headersSent) to.destroy();
    else to.writeHead(failure.row.status, headers).end(body);
    return;
  }
  const lines = Object.entries({ ...headers, connection: 'close' }).map(([name, value]) => `${name}: ${value}\r\n`);
  if (to.writable)
    to.end(Buffer.concat([Buffer.from(`HTTP/1.1 ${failure.row.status} Error\r\n${lines.join('')}\r\n`), body]));
  passage?.close({ httpStatus: failure.row.status, clientGone: false, complete: true });
}

/** When to come again, and how it stands with the limits. */
function limitHeaders({ retryAfterMs }: ProxyError, passage: Passage | null): Record<string, string> {
  const standings = passage?.standings ?? [];
  if (retryAfterMs === null && standings.length === 0) return {};
  const flat = rateHeaders(passage?.route.dialect ?? 'other', standings, Date.now());
  if (retryAfterMs !== null) flat.push(...retryAfter(retryAfterMs));
  return Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] as string]] : [])));
}

const begun = (to: ServerResponse | Socket): boolean => to instanceof ServerResponse && to.headersSent;
