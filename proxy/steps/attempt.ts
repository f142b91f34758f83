// One try at one target: sends the request and waits for the head of the answer.
import type { Dispatcher } from 'undici';
import { type Attempt, type AttemptKind, plainAttempt } from '../../contract/attempt.ts';
import type { BatchClock } from '../batch/await-batch.ts';
import { batched } from '../batch/batchable.ts';
import { sendBatch } from '../batch/send-batch.ts';
import { ProxyError } from '../errors.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import { Pace } from '../pace.ts';
import type { ExchangeTap } from '../tap/recorder.ts';
import type { Target } from '../target.ts';
import type { AttemptSpan } from '../telemetry/spans.ts';
import type { CallHead, UpstreamCall } from '../upstream/call.ts';
import type { Directory } from '../upstream/directory.ts';
import { describeFailure } from '../upstream/failure.ts';
import type { GoogleTokens } from '../upstream/google-token.ts';
import { type Departure, departureOf } from './departure.ts';
import type { Prepared } from './prepare/prepared.ts';
import { type PrepareRooms, prepare, prepareToGoOn } from './prepare.ts';

export interface AttemptRooms extends PrepareRooms {
  directory: Directory;
  connections: Dispatcher;
  tokens: GoogleTokens;
  batchClock: BatchClock;
}

export interface Try {
  target: Target;
  kind: AttemptKind;
  why: string;
  /** Name of the provider's configured key that goes with it. */
  key: string;
  /** Whoever holds it can let go of the provider. */
  call: UpstreamCall;
  /** Sees the answer's bytes; null: nobody records them. */
  tap: ExchangeTap | null;
  /** Longest wait for the head of the answer; 0: as long as it takes. */
  firstByteTimeoutMs: number;
  /** The answer has to be readable on its way, so it must not be compressed. */
  plain: boolean;
  /** What somebody else has said of the answer, for the target to go on with; left out: it begins. */
  words?: string;
}

export interface Answered {
  call: UpstreamCall;
  head: CallHead;
  attempt: Attempt;
  span: AttemptSpan;
  prepared: Prepared;
  tap: ExchangeTap | null;
  pace: Pace;
}

/** The head of an answer, or what failed before one came; `attempt` is null where nothing could be sent at all. */
export type Tried = { answered: Answered } | { failure: ProxyError; attempt: Attempt | null };

export async function attempt(exchange: Exchange, one: Try, rooms: AttemptRooms): Promise<Tried> {
  const { provider } = one.target;
  const address = rooms.directory.address(provider);
  let prepared: Prepared;
  let departure: Departure;
  try {
    const { words } = one;
    prepared =
      words === undefined
        ? prepare(exchange, one.target, rooms)
        : prepareToGoOn(exchange, one.target, { ...rooms, words });
    if (one.target.batch) prepared = batched(exchange, prepared);
    const { key, plain } = one;
    departure = await departureOf(exchange, prepared, { address, key, plain, tokens: rooms.tokens });
    if (exchange.gone) throw new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');
  } catch (error) {
    if (error instanceof ProxyError) return { failure: error, attempt: null };
    throw error;
  }
  const { call, tap } = one;
  const record = beginAttempt(exchange, one);
  const span = exchange.span.attempt(record, address.host);
  span.inject(departure.headers);
  const letGo = (): void => call.abort(new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.'));
  exchange.cancels.add(letGo);
  const timer = firstByteTimer(call, one.firstByteTimeoutMs, provider.name);
  exchange.overheadMicros ??= Math.max(0, Math.round((performance.now() - exchange.readyAt) * 1000));
  try {
    if (one.target.batch) sendBatch(exchange, { prepared, departure, call }, rooms);
    else rooms.connections.dispatch({ origin: address.origin, ...departure }, call);
    const head = await call.head;
    record.firstByteMs = elapsedMs(exchange) - record.startedAtMs;
    record.status = head.status;
    return { answered: { call, head, attempt: record, span, prepared, tap, pace: new Pace() } };
  } catch (error) {
    const failure = describeFailure(error, provider.name, address.host);
    record.totalMs = elapsedMs(exchange) - record.startedAtMs;
    record.outcome = failure.code === 'SIGHTLINE_CLIENT_GONE' ? 'aborted' : 'unreachable';
    record.errorCode = failure.code;
    exchange.cancels.delete(letGo);
    span.end(record);
    return { failure, attempt: record };
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
