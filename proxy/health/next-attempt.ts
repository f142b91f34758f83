// After a failed attempt: the same target again, the next of the plan, or the end. Pure; that nothing of an answer has
// reached the client yet is for the caller to know.
import type { Classification } from './classify.ts';

export interface AttemptLimits {
  /** Attempts of one exchange, the first included. */
  attempts: number;
  /** Further calls to a target that was asked already. */
  sameTarget: number;
  /** Use them up before anybody else is asked, for a route that would rather wait than leave its target. */
  sameFirst: boolean;
  firstBackoffMs: number;
  longestBackoffMs: number;
  /** A provider that asks to wait for longer is not waited for. */
  longestRetryAfterMs: number;
}

export const attemptLimits: AttemptLimits = Object.freeze({
  attempts: 3,
  sameTarget: 1,
  sameFirst: false,
  firstBackoffMs: 500,
  longestBackoffMs: 8_000,
  longestRetryAfterMs: 60_000,
});

export interface AttemptMade {
  /** Place in the plan. */
  target: number;
  /** It repeated its predecessor's target with another credential. */
  otherKey: boolean;
  /** How it failed. */
  failure: Classification;
}

export interface NextAttemptQuestion {
  /** In order, all failed. */
  attempts: readonly AttemptMade[];
  /** Places in the plan that constraints and health let be asked now, the most wanted first; asked ones may be among them. */
  mayAsk: readonly number[];
  /** Another credential of the failed target's provider is free. */
  otherKeyFree: boolean;
  /** Of the last failure. */
  retryAfterMs: number | null;
  /** What is left of the exchange's deadline. */
  remainingMs: number;
  budgetLeft: boolean;
  random: () => number;
  limits?: AttemptLimits;
}

export interface NextAttempt {
  move: 'same' | 'next' | 'stop';
  /** Place in the plan; null with `stop`. */
  target: number | null;
  waitMs: number;
  /** With `same`: use another credential. */
  otherKey: boolean;
  why: 'moved' | 'rotated' | 'retried' | 'not_retryable' | 'attempts_used' | 'no_budget' | 'no_time' | 'no_target_left';
}

export function nextAttempt(question: NextAttemptQuestion): NextAttempt {
  const { attempts, mayAsk, otherKeyFree, remainingMs, budgetLeft } = question;
  const limits = question.limits ?? attemptLimits;
  const last = attempts.at(-1);
  if (!last) throw new Error('nextAttempt was asked before the first attempt failed');
  const { action } = last.failure;
  if (action === 'give up') return stop('not_retryable');
  if (attempts.length >= limits.attempts) return stop('attempts_used');
  if (remainingMs <= 0) return stop('no_time');
  if (!budgetLeft) return stop('no_budget');
  if (action === 'next key' && otherKeyFree)
    return { move: 'same', target: last.target, waitMs: 0, otherKey: true, why: 'rotated' };
  // Somebody else answers at once; one that was asked already would want a pause first.
  const untried = mayAsk.find((place) => attempts.every(({ target }) => target !== place));
  if (untried !== undefined && !(limits.sameFirst && mayRepeat(attempts, last.target, limits)))
    return { move: 'next', target: untried, waitMs: 0, otherKey: false, why: 'moved' };
  return onceMore(question, last, limits);
}

/** Nobody new is left: the most wanted of those asked before, if another try may help there, or the last one after a pause. */
function onceMore(question: NextAttemptQuestion, last: AttemptMade, limits: AttemptLimits): NextAttempt {
  const { attempts, mayAsk, retryAfterMs, remainingMs, random } = question;
  const wanted = limits.sameFirst ? [last.target, ...mayAsk] : [...mayAsk, last.target];
  const again = wanted.find((place) => mayRepeat(attempts, place, limits));
  if (again === undefined) return stop('no_target_left');
  const same = again === last.target;
  const asked = same ? (retryAfterMs ?? 0) : 0;
  if (asked > limits.longestRetryAfterMs) return stop('no_time');
  const ceiling = Math.min(limits.longestBackoffMs, limits.firstBackoffMs * 2 ** (attempts.length - 1));
  const waitMs = asked + ceiling * random();
  if (waitMs >= remainingMs) return stop('no_time');
  return { move: same ? 'same' : 'next', target: again, waitMs, otherKey: false, why: 'retried' };
}

function mayRepeat(attempts: readonly AttemptMade[], place: number, limits: AttemptLimits): boolean {
  const there = attempts.filter(({ target, otherKey }) => target === place && !otherKey);
  const helps = ({ action, verdict }: Classification): boolean => action === 'retry same' || verdict === 'rate_limited';
  return there.length <= limits.sameTarget && there.every(({ failure }) => helps(failure));
}

const stop = (why: NextAttempt['why']): NextAttempt => ({
  move: 'stop',
  target: null,
  waitMs: 0,
  otherKey: false,
  why,
});
