// Has the exchange answered: asks the targets of the plan one after the other until one of them has begun to answer, within
// one deadline and one budget for whatever is tried again.
import type { AttemptKind } from '../../contract/attempt.ts';
import type { Continuation } from '../continuation/continuation.ts';
import { ProxyError } from '../errors.ts';
import { type Exchange, elapsedMs } from '../exchange.ts';
import { type AttemptMade, attemptLimits, type NextAttempt, nextAttempt } from '../health/next-attempt.ts';
import type { Outlet } from '../outlet.ts';
import type { Failed } from './answer/after-attempt.ts';
import type { AnswerRooms } from './answer/answer-rooms.ts';
import { cascadeStep } from './answer/cascade.ts';
import { continuationFor, goOnWhereBroken } from './answer/continued.ts';
import { hedgedAttempt } from './answer/hedged.ts';
import { anotherKeySoon } from './answer/key-turn.ts';
import { lastWord } from './answer/last-word.ts';
import { type AttemptPlan, oneAttempt } from './answer/one-attempt.ts';
import { pause } from './answer/pause.ts';
import { sendShadow } from './answer/shadow.ts';

/** Resolves when the client has all but the very end of its answer. Rejects with a ProxyError where nobody answered. */
export async function answer(exchange: Exchange, rooms: AnswerRooms): Promise<void> {
  const { routing, attribution } = exchange;
  const { budget } = rooms.watch;
  budget.request(attribution.task, routing?.hedge ? routing.hedge.maxPercent / 100 : undefined);
  exchange.deadline = routing?.route?.deadlineMs ?? null;
  if (routing?.shadow) exchange.shadow = sendShadow(exchange, routing.shadow, rooms);
  const continuation = continuationFor(exchange, rooms);
  const made: AttemptMade[] = [];
  let course: Course = { place: 0, kind: 'first', why: '' };
  let withheld: Outlet | null = null;
  for (;;) {
    const failures = await asked(exchange, { course, made, continuation }, rooms);
    const failed = failures.at(-1);
    if (!failed) {
      if (continuation) await goOnWhereBroken(exchange, continuation, rooms);
      return;
    }
    if (exchange.gone) throw clientGone();
    for (const one of failures) noteFailure(made, one, course);
    withheld = failed.withheld ?? withheld;
    const next = whatNext(exchange, { made, failed }, rooms);
    // Asking somebody better is what a cascade is for; everything else is a second try, of which there are only so many.
    if (next.target === null || !(failed.withheld || budget.retry(attribution.task))) {
      if (withheld || !(await rescued(exchange, failed, rooms))) lastWord(exchange, failed, withheld);
      return;
    }
    await pause(exchange, next.waitMs);
    if (exchange.gone) throw clientGone();
    course = { place: next.target, kind: kindOf(next, failed), why: reasonOf(failed) };
  }
}

/** An answer from before is better than none where the providers are to blame, not the request or its key. */
async function rescued(exchange: Exchange, { classification }: Failed, { lastResort }: AnswerRooms): Promise<boolean> {
  return exchange.caching !== null && classification.verdict !== 'neutral' && (await lastResort(exchange));
}

interface Course {
  place: number;
  kind: AttemptKind;
  why: string;
}

interface Progress {
  course: Course;
  made: readonly AttemptMade[];
  continuation: Continuation | null;
}

/** What failed, the attempt that counts last; nothing where the client has its answer, or is gone. */
async function asked(
  exchange: Exchange,
  { course, made, continuation }: Progress,
  rooms: AnswerRooms,
): Promise<Failed[]> {
  const { routing, caching } = exchange;
  const tap = caching ? caching.listen(exchange.tap) : exchange.tap;
  const target = exchange.plan[course.place] as Exchange['plan'][number];
  const open = isOpen(exchange, made, course);
  const tried = made.map((one) => one.target);
  const plan: AttemptPlan = { ...course, target, open, tap, continuation };
  if (open && course.kind === 'first' && routing?.hedge && !target.batch)
    return hedgedAttempt(exchange, plan, routing.hedge, rooms);
  const judged =
    open && routing?.decision.kind === 'cascade' && untried(exchange, [...tried, course.place], rooms).length > 0;
  const failed = await (judged ? cascadeStep : oneAttempt)(exchange, plan, rooms);
  return failed ? [failed] : [];
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
  const { routing, deadline, attribution } = exchange;
  const tried = made.map(({ target }) => target);
  return nextAttempt({
    attempts: made,
    mayAsk: [...untried(exchange, tried, rooms), ...new Set(tried)],
    otherKeyFree: failed.rotates && anotherKeySoon(exchange, failed.target, rooms),
    retryAfterMs: failed.retryAfterMs,
    remainingMs: deadline === null ? Number.POSITIVE_INFINITY : deadline - elapsedMs(exchange),
    budgetLeft: failed.withheld !== null || rooms.watch.budget.left(attribution.task),
    random: rooms.random,
    limits: { ...attemptLimits, sameTarget: routing?.route?.retries ?? 0 },
  });
}

/** Places of the plan that nobody has asked yet. What held for the decision has to hold for every hop. */
function untried({ plan, question }: Exchange, tried: readonly number[], { router }: AnswerRooms): number[] {
  if (!question) return [];
  const names = plan.map(({ provider, model }) => ({ provider: provider.name, model }));
  // A batch that came to nothing does not keep its target from being asked at once.
  const asked = names.filter((_, place) => tried.includes(place) && !plan[place]?.batch);
  return [...names.keys()].filter(
    (place) => !tried.includes(place) && router.recheck(question, names[place]!, asked) === null,
  );
}

function noteFailure(made: AttemptMade[], failed: Failed, { kind }: Course): void {
  made.push({ target: failed.place, otherKey: kind === 'rotation', failure: failed.classification });
  if (failed.attempt) failed.attempt.why ||= reasonOf(failed);
}

function kindOf(next: NextAttempt, failed: Failed): AttemptKind {
  if (next.otherKey) return 'rotation';
  if (next.target === failed.place) return 'retry';
  return failed.withheld ? 'cascade' : 'failover';
}

function reasonOf({ unanswered: { failure, error, status, why } }: Failed): string {
  return why ?? failure?.code ?? `${status ?? ''} ${error?.class ?? ''}`.trim();
}

const clientGone = (): ProxyError => new ProxyError('SIGHTLINE_CLIENT_GONE', 'The client went away.');
