// One try at one target: sends the request and waits for the head of the answer.
import type { Dispatcher } from 'undici';
import { type Attempt, type AttemptKind, plainAttempt } from '../../contract/attempt.ts';
import { ProxyError } from '../errors.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import type { ExchangeTap } from '../tap/recorder.ts';
import type { Target } from '../target.ts';
import type { AttemptSpan } from '../telemetry/spans.ts';
import { type CallHead, UpstreamCall } from '../upstream/call.ts';
import type { Directory } from '../upstream/directory.ts';
import { describeFailure } from '../upstream/failure.ts';
import { departureOf } from './departure.ts';
import type { Prepared } from './prepare/prepared.ts';
import { type PrepareRooms, prepare } from './prepare.ts';

export interface AttemptRooms extends PrepareRooms {
  directory: Directory;
  connections: Dispatcher;
}

export interface Try {
  target: Target;
  kind: AttemptKind;
  why: string;
  /** Which of the provider's configured keys goes with it. */
  key: string;
  /** Sees the answer's bytes; null: nobody records them. */
  tap: ExchangeTap | null;
  /** Longest wait for the head of the answer; 0: as long as it takes. */
  firstByteTimeoutMs: number;
}

export interface Answered {
  call: UpstreamCall;
  head: CallHead;
  attempt: Attempt;
  span: AttemptSpan;
  prepared: Prepared;
  tap: ExchangeTap | null;
}

/** Resolves with the head of the answer; rejects with a ProxyError that says what failed. */
export async function attempt(exchange: Exchange, one: Try, rooms: AttemptRooms): Promise<Answered> {
  const { target, tap } = one;
  const { provider } = target;
  const address = rooms.directory.address(provider);
  const prepared = prepare(exchange, target, rooms);
  const departure = await departureOf(exchange, prepared, { address, key: one.key });
  const record = beginAttempt(exchange, one);
  const span = exchange.span.attempt(record, address.host);
  const call = new UpstreamCall();
  const cancel = (): void => call.abort(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.'));
  exchange.cancels.add(cancel);
  span.inject(departure.headers);
  const timer = firstByteTimer(call, one.firstByteTimeoutMs, provider.name);
  exchange.overheadMicros ??= Math.max(0, Math.round((performance.now() - exchange.readyAt) * 1000));
  try {
    rooms.connections.dispatch({ origin: address.origin, ...departure }, call);
    const head = await call.head;
    record.firstByteMs = elapsedMs(exchange) - record.startedAtMs;
    record.status = head.status;
    return { call, head, attempt: record, span, prepared, tap };
  } catch (error) {
    const failure = describeFailure(error, provider.name, address.host);
    record.totalMs = elapsedMs(exchange) - record.startedAtMs;
    record.outcome = failure.code === 'SIGHTLINE_CLIENT_GONE' ? 'aborted' : 'unreachable';
    record.errorCode = failure.code;
    exchange.cancels.delete(cancel);
    span.end(record);
    throw failure;
  } finally {
    clearTimeout(timer);
  }
}

function beginAttempt(exchange: Exchange, { target, kind, why }: Try): Attempt {
  const record: Attempt = {
    ...plainAttempt,
    ...{ number: exchange.attempts.length + 1, kind, why },
    ...{ provider: target.provider.name, model: target.model, region: target.provider.region },
    startedAtMs: elapsedMs(exchange),
    ...{ connectMs: null, firstByteMs: null, totalMs: 0, status: null },
    ...{ outcome: 'success', errorCode: '', providerRequestId: '' },
  };
  exchange.attempts.push(record);
  return record;
}

function firstByteTimer(call: UpstreamCall, limitMs: number, provider: string): NodeJS.Timeout | undefined {
  if (limitMs === 0) return undefined;
  const message = `Provider "${provider}" did not begin to answer within ${limitMs} ms ("proxy.firstByteTimeoutMs").`;
  return setTimeout(() => call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', message)), limitMs);
}
