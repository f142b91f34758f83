// One try at the chosen provider: sends the request and waits for the head of the answer.
import type { Dispatcher } from 'undici';
import type { Attempt } from '../../contract/attempt.ts';
import { ProxyError } from '../errors.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import type { AttemptSpan } from '../telemetry/spans.ts';
import { joinPath } from '../upstream/address.ts';
import { type CallHead, UpstreamCall } from '../upstream/call.ts';
import { type Credential, withoutKey } from '../upstream/credential.ts';
import type { Directory } from '../upstream/directory.ts';
import { describeFailure } from '../upstream/failure.ts';
import { outgoingHeaders } from '../upstream/headers.ts';

export interface AttemptRooms {
  directory: Directory;
  connections: Dispatcher;
  firstByteTimeoutMs: number;
}

export interface Answered {
  call: UpstreamCall;
  head: CallHead;
  attempt: Attempt;
  span: AttemptSpan;
}

/** Usage is read from plain bytes as they pass, so where a chunk has to be hidden the answer must not be compressed. */
const acceptEncoding = new Set(['accept-encoding']);

/** Resolves with the head of the answer; rejects with a ProxyError that says what failed. */
export async function attempt(exchange: Exchange, rooms: AttemptRooms, credential: Credential): Promise<Answered> {
  const provider = exchange.provider!;
  const address = rooms.directory.address(provider);
  const record = beginAttempt(exchange);
  const span = exchange.span.attempt(record, address.host);
  const call = new UpstreamCall();
  exchange.cancel = () => call.abort(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.'));
  const headers = outgoingHeaders({
    raw: exchange.request.rawHeaders,
    connection: exchange.request.headers.connection,
    dropCredentials: credential.dropClients,
    drop: exchange.hidesUsage ? acceptEncoding : undefined,
  });
  headers.push(...credential.headers);
  for (const name in provider.headers) headers.push(name, provider.headers[name] as string);
  span.inject(headers);
  const timer = firstByteTimer(call, rooms.firstByteTimeoutMs, provider.name);
  exchange.overheadMicros = Math.max(0, Math.round((performance.now() - exchange.readyAt) * 1000));
  try {
    rooms.connections.dispatch(
      {
        origin: address.origin,
        path: joinPath(address.prefix, exchange.route.tail) + upstreamSearch(exchange, credential),
        method: exchange.request.method as Dispatcher.HttpMethod,
        headers,
        body: exchange.upstreamBody.length > 0 ? exchange.upstreamBody : null,
      },
      call,
    );
    const head = await call.head;
    exchange.firstByteMs = elapsedMs(exchange);
    record.firstByteMs = exchange.firstByteMs - record.startedAtMs;
    record.status = head.status;
    return { call, head, attempt: record, span };
  } catch (error) {
    const failure = describeFailure(error, provider.name, address.host);
    failAttempt(exchange, record, failure);
    span.end(record);
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

function upstreamSearch(exchange: Exchange, credential: Credential): string {
  return credential.dropClients ? withoutKey(exchange.search) : exchange.search;
}

function beginAttempt(exchange: Exchange): Attempt {
  const record: Attempt = {
    number: exchange.attempts.length + 1,
    provider: exchange.provider?.name ?? '',
    model: exchange.requestedModel,
    region: exchange.provider?.region ?? '',
    startedAtMs: elapsedMs(exchange),
    connectMs: null,
    firstByteMs: null,
    totalMs: 0,
    status: null,
    outcome: 'success',
    errorCode: '',
    providerRequestId: '',
  };
  exchange.attempts.push(record);
  return record;
}

function failAttempt(exchange: Exchange, record: Attempt, failure: ProxyError): void {
  record.totalMs = elapsedMs(exchange) - record.startedAtMs;
  record.outcome = failure.code === 'SIGHTLINE_CLIENT_GONE' ? 'aborted' : 'unreachable';
  record.errorCode = failure.code;
}

function firstByteTimer(call: UpstreamCall, limitMs: number, provider: string): NodeJS.Timeout | undefined {
  if (limitMs === 0) return undefined;
  const message = `Provider "${provider}" did not begin to answer within ${limitMs} ms ("proxy.firstByteTimeoutMs").`;
  return setTimeout(() => call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', message)), limitMs);
}
