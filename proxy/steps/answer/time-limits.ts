// How long one attempt may take to begin and to fall silent: what the operator sets holds always, what was learned only
// where somebody else could answer instead, and the exchange's deadline over all of it.
import { ProxyError } from '../../errors.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import type { UpstreamCall } from '../../upstream/call.ts';
import type { AnswerRooms } from './answer-rooms.ts';

export interface Limits {
  firstByteMs: number;
  /** Until the answer has begun to reach the client; null: no limit. */
  begins: { withinMs: number; message: string } | null;
  idleMs: number;
}

export interface LimitedAttempt {
  target: Exchange['plan'][number];
  /** Nothing of the answer has reached the client before its first content. */
  held: boolean;
  /** Somebody else could still be asked. */
  open: boolean;
}

export function timeLimitsFor(exchange: Exchange, { target, held, open }: LimitedAttempt, rooms: AnswerRooms): Limits {
  // How long a batch may take is for the client's patience to say, and no connection is waiting for it.
  if (target.batch) return { firstByteMs: 0, begins: sooner(exchange, null), idleMs: 0 };
  const firstByteMs = rooms.firstByteTimeoutMs;
  if (!held) return { firstByteMs, begins: null, idleMs: rooms.idleTimeoutMs };
  const learned = open ? learnedFor(exchange, target.model, rooms) : null;
  const patienceMs = open ? (target.limits.timeToFirstTokenMs ?? learned?.firstTokenMs ?? null) : null;
  return { firstByteMs, begins: sooner(exchange, patienceMs), idleMs: rooms.idleTimeoutMs || learned?.stallMs || 0 };
}

function learnedFor({ question, scan, stream }: Exchange, model: string, { watch }: AnswerRooms) {
  const reasoning = scan?.fields.has('reasoning') || scan?.fields.has('reasoning_effort') || false;
  return watch.timeLimits({ model, inputTokens: question?.inputTokens ?? null, stream, reasoning });
}

function sooner(exchange: Exchange, patienceMs: number | null): Limits['begins'] {
  const { deadline } = exchange;
  const left = deadline === null ? Number.POSITIVE_INFINITY : Math.max(1, deadline - elapsedMs(exchange));
  if (patienceMs !== null && patienceMs <= left) {
    return { withinMs: patienceMs, message: `No content within ${Math.round(patienceMs)} ms.` };
  }
  if (deadline === null) return null;
  return { withinMs: left, message: `The route's deadline of ${deadline} ms has passed ("deadlineMs").` };
}

/** Lets go of a call that does not begin in time; stop() when it has. */
export function beginTimer(call: UpstreamCall, begins: Limits['begins']): { stop(): void } {
  if (!begins) return { stop() {} };
  const { withinMs, message } = begins;
  const timer = setTimeout(() => call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', message)), withinMs);
  return { stop: () => clearTimeout(timer) };
}
