// Has the exchange answered: asks the targets of the plan one after the other until one of them has begun to answer, within
// one deadline and one budget for whatever is tried again.
import type { AttemptKind } from '../../contract/attempt.ts';
import { ProxyError } from '../errors.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import { type AttemptMade, attemptLimits, type NextAttempt, nextAttempt } from '../health/next-attempt.ts';
import type { AnswerRooms } from './answer/answer-rooms.ts';
import { cascadeStep } from './answer/cascade.ts';
import { hedgedAttempt } from './answer/hedged.ts';
import { lastWord } from './answer/last-word.ts';
import { type AttemptPlan, type Failed, oneAttempt } from './answer/one-attempt.ts';
import { sendShadow } from './answer/shadow.ts';

/** Resolves when the client has all but the very end of its answer. Rejects with a ProxyError where nobody answered. */
export async function answer(exchange: Exchange, rooms: AnswerRooms): Promise<void> {
  const { routing, attribution } = exchange;
  const { budget } = rooms.watch;
  budget.request(attribution.task);
  exchange.deadline = routing?.route?.deadlineMs ?? null;
  if (routing?.shadow) sendShadow(exchange, routing.shadow, rooms);
  const made: AttemptMade[] = [];
  let course: Course = { place: 0, kind: 'first', why: '' };
  for (;;) {
    const target = exchange.plan[course.place] as Exchange['plan'][number];
    const mayMoveOn = isOpen(exchange, made, course);
    const failed = await asked(exchange, { ...course, target, mayMoveOn, tap: exchange.tap }, rooms);
    if (!failed) return;
    if (exchange.gone) throw clientGone();
    made.push({ target: course.place, otherKey: course.kind === 'rotation', failure: failed.classification });
    noteWhy(exchange, failed);
    const next = whatNext(exchange, { made, failed }, rooms);
    if (next.target === null || !budget.retry(attribution.task)) {
      lastWord(exchange, target, failed.unanswered);
      return;
    }
    if (next.waitMs > 0) await pause(next.waitMs);
    if (exchange.gone) throw clientGone();
    course = { place: next.target, kind: kindOf(exchange, next, failed), why: reasonOf(failed) };
  }
}

interface Course {
  place: number;
  kind: AttemptKind;
  why: string;
}

function asked(exchange: Exchange, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
  const { routing } = exchange;
  if (!plan.mayMoveOn) return oneAttempt(exchange, plan, rooms);
  if (routing?.decision.kind === 'cascade') return cascadeStep(exchange, plan, rooms);
  if (plan.kind === 'first' && routing?.hedge) return hedgedAttempt(exchange, plan, routing.hedge, rooms);
  return oneAttempt(exchange, plan, rooms);
}

/** Whether somebody else could still be asked; where not, nothing is held back from the client. */
function isOpen({ plan, routing }: Exchange, made: readonly AttemptMade[], { place }: Course): boolean {
  if (made.length + 1 >= attemptLimits.attempts) return false;
  const retries = routing?.route?.retries ?? 0;
  const keys = plan[place]?.provider.apiKeys.length ?? 0;
  return plan.length > 1 || made.length < retries || keys > 1;
}

function whatNext(
  exchange: Exchange,
  { made, failed }: { made: readonly AttemptMade[]; failed: Failed },
  rooms: AnswerRooms,
): NextAttempt {
  const { plan, routing, deadline, attribution } = exchange;
  const last = made.at(-1)?.target ?? 0;
  return nextAttempt({
    attempts: made,
    mayAsk: mayAsk(exchange, made, rooms),
    otherKeyFree: rooms.watch.otherKeyFree((plan[last] as Exchange['plan'][number]).provider),
    retryAfterMs: failed.retryAfterMs,
    remainingMs: deadline === null ? Number.POSITIVE_INFINITY : deadline - elapsedMs(exchange),
    budgetLeft: rooms.watch.budget.left(attribution.task),
    random: rooms.random,
    limits: { ...attemptLimits, sameTarget: routing?.route?.retries ?? 0 },
  });
}

/** What held for the decision has to hold for every hop; who has been asked already was allowed. */
function mayAsk({ plan, question }: Exchange, made: readonly AttemptMade[], { router }: AnswerRooms): number[] {
  const names = plan.map(({ provider, model }) => ({ provider: provider.name, model }));
  const tried = [...new Set(made.map(({ target }) => target))];
  const untried = names.flatMap((target, place) => {
    const isFree = !tried.includes(place) && question !== null;
    return isFree &&
      router.recheck(
        question,
        target,
        tried.map((one) => names[one]!),
      ) === null
      ? [place]
      : [];
  });
  return [...untried, ...tried];
}

function kindOf({ routing }: Exchange, next: NextAttempt, { unanswered }: Failed): AttemptKind {
  if (next.otherKey) return 'rotation';
  if (next.move === 'same') return 'retry';
  const isComplete = unanswered.failure === null && unanswered.error === null;
  return routing?.decision.kind === 'cascade' && isComplete ? 'cascade' : 'failover';
}

function reasonOf({ unanswered: { failure, error, status, why } }: Failed): string {
  return why ?? failure?.code ?? `${status ?? ''} ${error?.class ?? ''}`.trim();
}

function noteWhy({ attempts }: Exchange, failed: Failed): void {
  const last = attempts.at(-1);
  if (last && last.why === '') last.why = reasonOf(failed);
}

const clientGone = (): ProxyError => new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
