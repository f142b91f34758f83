// One attempt from its first byte out to its last byte in, as the chain of attempts sees it.
import type { AttemptKind } from '../../../contract/attempt.ts';
import type { ContinuableWriter } from '../../continuation/continuable-writer.ts';
import type { Continuation } from '../../continuation/continuation.ts';
import type { Relayed } from '../../ending.ts';
import type { Exchange } from '../../exchange.ts';
import type { CallResult } from '../../health/call.ts';
import type { Permission } from '../../outlet.ts';
import type { ExchangeTap } from '../../tap/recorder.ts';
import { clientCredential } from '../../target-watch.ts';
import { UpstreamCall } from '../../upstream/call.ts';
import { clientKey, usesClientsKey } from '../../upstream/credential.ts';
import { attempt } from '../attempt.ts';
import { relay } from '../relay.ts';
import { afterAttempt, type Failed } from './after-attempt.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { outletFor } from './attempt-outlet.ts';
import { keyTurn } from './key-turn.ts';
import { beginTimer, timeLimitsFor } from './time-limits.ts';

export interface AttemptPlan {
  target: Exchange['plan'][number];
  /** Place in the exchange's plan. */
  place: number;
  kind: AttemptKind;
  why: string;
  /** Somebody else may still be asked. */
  open: boolean;
  permission?(when: 'content' | 'end'): Permission;
  tap: ExchangeTap | null;
  /** Handed in by whoever may want to let go of it. */
  call?: UpstreamCall;
  /** Somebody else may go on with this answer, should it break off; left out: nobody. */
  continuation?: Continuation | null;
  /** The answer that this attempt goes on with, and its words so far; left out: it begins one. */
  goesOn?: { writer: ContinuableWriter; words: string };
  /** Told when the answer has begun to reach the client. */
  onCommit?(): void;
}

/** Null: the client has its answer, or is gone. */
export async function oneAttempt(exchange: Exchange, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
  const { target, place, kind, why, tap, open } = plan;
  const { watch } = rooms;
  const { request, search } = exchange;
  const clients = target.provider.apiKeys.length === 0 || usesClientsKey(target, clientKey(request.headers, search));
  const turn = clients ? null : keyTurn(exchange, target, rooms);
  if (turn) await turn;
  const key = clients ? null : watch.pickKey(target.provider);
  // A deadline has to find an answer that can still be taken back, and so has an answer from before that stands by.
  const { caching, deadline } = exchange;
  const held = open || plan.permission !== undefined || deadline !== null || caching?.stale != null;
  const limits = timeLimitsFor(exchange, { target, held, open }, rooms);
  const watched = watch.began(
    {
      provider: target.provider,
      model: target.model,
      credential: key ?? clientCredential,
    },
    {
      ...{ model: target.model, inputTokens: exchange.question?.inputTokens ?? null },
      ...{ stream: exchange.stream, firstTokenLimitMs: limits.begins?.withinMs ?? null },
    },
  );
  // Hours in a queue say nothing of how well its target answers.
  if (target.batch) watch.ended(watched, { ...unknownResult, totalMs: 0 });
  const { call = new UpstreamCall() } = plan;
  const timer = beginTimer(call, limits.begins);
  let firstTokenMs: number | null = null;
  const onCommit = (): void => {
    timer.stop();
    // What is not held goes out with its head, which is no sign of a first token.
    if (!held) return;
    watch.firstToken(watched);
    firstTokenMs = rooms.clock() - watched.beganAt;
  };
  try {
    const firstByteTimeoutMs = limits.firstByteMs;
    const plain = plan.permission !== undefined || (held && exchange.stream) || caching !== null;
    const tried = await attempt(
      exchange,
      { target, kind, why, key: key ?? '', call, tap, firstByteTimeoutMs, plain, words: plan.goesOn?.words },
      rooms,
    );
    const answered = 'answered' in tried ? tried.answered : null;
    const outlet = answered && outletFor(exchange, plan, { answered, held, onCommit });
    const relayed: Relayed =
      answered && outlet
        ? await relay(exchange, answered, { ...rooms, ...continuing(plan), outlet, idleTimeoutMs: limits.idleMs })
        : { unanswered: nothing('failure' in tried ? tried.failure : null) };
    if ('ending' in relayed && !outlet?.withdrawn) Object.assign(exchange, relayed.ending);
    const made = 'answered' in tried ? tried.answered.attempt : tried.attempt;
    return afterAttempt(
      exchange,
      { target, place, key, call: watched, attempt: made, answered, relayed, outlet, firstTokenMs },
      rooms,
    );
  } finally {
    timer.stop();
    // Counts only where something of our own broke on the way.
    watch.ended(watched, { ...unknownResult, totalMs: rooms.clock() - watched.beganAt });
  }
}

const nothing = (failure: Extract<Relayed, { unanswered: unknown }>['unanswered']['failure']) => ({
  ...{ status: null, error: null, failure, headers: [], body: null },
});

const unknownResult: Omit<CallResult, 'totalMs'> = {
  ...{ verdict: 'neutral', firstTokenMs: null, longestGapMs: null, outputTokens: null, rateLimit: null },
};

const continuing = ({ continuation, open, goesOn }: AttemptPlan) => ({
  continuation: open ? (continuation ?? null) : null,
  ...(goesOn && { goesOn: goesOn.writer }),
});
