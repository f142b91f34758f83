// One attempt from its first byte out to its last byte in, as the chain of attempts sees it: what came of it, and what that
// means for the target's health and for what may be tried next.
import type { AttemptKind } from '../../../contract/attempt.ts';
import { ProxyError } from '../../errors.ts';
import { type Exchange, elapsedMs } from '../../exchange.ts';
import type { Call } from '../../health/call.ts';
import { type Classification, classify } from '../../health/classify.ts';
import { type RateLimitReading, readRateLimit } from '../../health/headroom.ts';
import { Outlet, type Permission } from '../../outlet.ts';
import type { ExchangeTap } from '../../tap/recorder.ts';
import { clientCredential } from '../../target-watch.ts';
import type { Unanswered } from '../../unanswered.ts';
import { incomingHeaders, pairs } from '../../upstream/headers.ts';
import { type Answered, attempt } from '../attempt.ts';
import { aim } from '../decide.ts';
import { relay } from '../relay.ts';
import type { AnswerRooms } from './answer-rooms.ts';

export interface AttemptPlan {
  target: Exchange['plan'][number];
  kind: AttemptKind;
  why: string;
  /** Somebody else may still be asked. */
  mayMoveOn: boolean;
  permission?(when: 'content' | 'end'): Permission;
  tap: ExchangeTap | null;
  /** Told when the answer has begun to reach the client. */
  onCommit?(): void;
}

/** Null: the client has its answer, or is gone. */
export interface Failed {
  unanswered: Unanswered;
  classification: Classification;
  retryAfterMs: number | null;
}

export async function oneAttempt(exchange: Exchange, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
  const { target, mayMoveOn } = plan;
  const { watch } = rooms;
  const key = watch.pickKey(target.provider);
  const limits = timeLimitsFor(exchange, plan, rooms);
  const info = {
    model: target.model,
    inputTokens: exchange.question?.inputTokens ?? null,
    ...{ stream: exchange.stream, firstTokenLimitMs: limits.firstTokenMs || null },
  };
  const credential = target.provider.apiKeys.length > 0 ? key : clientCredential;
  const call = watch.began({ provider: target.provider, model: target.model, credential }, info);
  let answered: Answered | null = null;
  let unanswered: Unanswered | null;
  const cut = limits.firstTokenMs > 0 ? firstTokenTimer(limits.firstTokenMs, () => answered) : null;
  let firstTokenMs: number | null = null;
  const onFirst = (): void => {
    cut?.stop();
    watch.firstToken(call);
    firstTokenMs = rooms.clock() - call.beganAt;
  };
  try {
    const { kind, why, tap } = plan;
    answered = await attempt(exchange, { target, kind, why, key, tap, firstByteTimeoutMs: limits.firstByteMs }, rooms);
    const outlet = outletFor(exchange, plan, { answered, onFirst });
    unanswered = await relay(exchange, answered, { ...rooms, outlet, mayMoveOn, idleTimeoutMs: limits.idleMs });
    if (!unanswered && outlet.withdrawn) unanswered = withdrawn(answered);
  } catch (error) {
    if (!(error instanceof ProxyError)) throw error;
    unanswered = { status: null, error: null, failure: error, headers: [], body: null };
  }
  cut?.stop();
  return settle(exchange, { unanswered, call, answered, plan, key, firstTokenMs }, rooms);
}

interface Ended {
  unanswered: Unanswered | null;
  call: Call;
  answered: Answered | null;
  plan: AttemptPlan;
  key: string;
  firstTokenMs: number | null;
}

function settle(
  exchange: Exchange,
  { unanswered, call, answered, plan, key, firstTokenMs }: Ended,
  rooms: AnswerRooms,
): Failed | null {
  const { watch } = rooms;
  const { provider } = plan.target;
  const status = answered?.head.status ?? null;
  const headers = answered ? pairs(incomingHeaders(answered.head.rawHeaders, false), isAboutLimits) : [];
  const rateLimit: RateLimitReading | null = status === null ? null : readRateLimit({ headers, status }, rooms.clock());
  const classification = unanswered ? classifyUnanswered(unanswered) : classifyAnswered(exchange, status);
  const took = rooms.clock() - call.beganAt;
  watch.ended(call, {
    verdict: classification?.verdict ?? 'success',
    totalMs: took,
    firstTokenMs: exchange.stream ? firstTokenMs : null,
    ...{ longestGapMs: null, outputTokens: null, rateLimit },
  });
  if (classification?.credential === 'refused') watch.keyRefused(provider, key);
  const retryAfterMs = rateLimit?.retryAfterMs ?? unanswered?.error?.retryAfterMs ?? null;
  if (classification?.credential === 'limited') watch.keyLimited(provider, key, retryAfterMs ?? defaultRestMs);
  return unanswered && classification ? { unanswered, classification, retryAfterMs } : null;
}

/** A key that was told to slow down without being told for how long. */
const defaultRestMs = 5000;

function classifyUnanswered({ failure, status, error }: Unanswered): Classification {
  const network = failure ? failure.code : null;
  return classify({ network, status, errorClass: error?.class ?? null });
}

/** The client was answered; what it was told still says something of the target. */
function classifyAnswered({ outcome, errorCode }: Exchange, status: number | null): Classification | null {
  if (outcome === 'aborted') return classify({ network: 'SIGHTLINE_CLIENT_GONE', status, errorClass: null });
  if (outcome === 'truncated')
    return classify({ network: `SIGHTLINE_UPSTREAM_${errorCode}`, status, errorClass: null });
  if (outcome === 'failed')
    return classify({ network: null, status: (status ?? 0) >= 400 ? status : 500, errorClass: null });
  return null;
}

const isAboutLimits = (name: string): boolean => /ratelimit|^retry-after|^x-trial-/.test(name);

interface OutletParts {
  answered: Answered;
  onFirst(): void;
}

function outletFor(exchange: Exchange, plan: AttemptPlan, { answered, onFirst }: OutletParts): Outlet {
  return new Outlet({
    response: exchange.response,
    held: plan.mayMoveOn || plan.permission !== undefined,
    ...(plan.permission && { permission: plan.permission }),
    onCommit(status) {
      onFirst();
      aim(exchange, plan.target);
      exchange.notes = answered.prepared.notes;
      exchange.firstByteMs = (answered.attempt.firstByteMs ?? 0) + answered.attempt.startedAtMs;
      exchange.httpStatus = status;
      plan.onCommit?.();
    },
    onEnd(last) {
      exchange.lastChunk = last;
    },
  });
}

/** Complete, but not for the client: another attempt was quicker, or this answer was not good enough. */
function withdrawn({ head }: Answered): Unanswered {
  return { status: head.status, error: null, failure: null, headers: [], body: null };
}

interface Limits {
  firstByteMs: number;
  /** To the first content; 0: no limit. */
  firstTokenMs: number;
  idleMs: number;
}

/** What the operator sets holds always; what was learned only where somebody else could answer instead. */
function timeLimitsFor(exchange: Exchange, { target, mayMoveOn }: AttemptPlan, rooms: AnswerRooms): Limits {
  const firstByteMs = rooms.firstByteTimeoutMs;
  if (!mayMoveOn) return { firstByteMs, firstTokenMs: 0, idleMs: rooms.idleTimeoutMs };
  const { inputTokens = null } = exchange.question ?? {};
  const reasoning = exchange.scan?.fields.has('reasoning') || exchange.scan?.fields.has('reasoning_effort') || false;
  const learned = rooms.watch.timeLimits({ model: target.model, inputTokens, stream: exchange.stream, reasoning });
  const left = exchange.deadline === null ? Number.POSITIVE_INFINITY : exchange.deadline - elapsedMs(exchange);
  const limit = Math.min(target.limits.timeToFirstTokenMs ?? learned.firstTokenMs ?? Number.POSITIVE_INFINITY, left);
  return {
    firstByteMs,
    firstTokenMs: Number.isFinite(limit) ? Math.max(1, limit) : 0,
    idleMs: rooms.idleTimeoutMs || learned.stallMs || 0,
  };
}

function firstTokenTimer(limitMs: number, answered: () => Answered | null): { stop(): void } {
  const message = `No content within ${Math.round(limitMs)} ms.`;
  const timer = setTimeout(() => {
    answered()?.call.abort(new ProxyError('SIGHTLINE_UPSTREAM_TIMEOUT', message));
  }, limitMs);
  return { stop: () => clearTimeout(timer) };
}
