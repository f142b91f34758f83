import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Classification, classify } from '../../proxy/health/classify.ts';
import { hedgeDelayMs } from '../../proxy/health/hedging.ts';
import { attemptLimits, type NextAttemptQuestion, nextAttempt } from '../../proxy/health/next-attempt.ts';
import { RetryBudget } from '../../proxy/health/retry-budget.ts';
import { timeLimits } from '../../proxy/health/time-limits.ts';

const status = (value: number): Classification => classify({ network: null, status: value, errorClass: null });
const at = (target: number, failure: Classification, otherKey = false) => ({ target, failure, otherKey });

function ask(given: Partial<NextAttemptQuestion>) {
  return nextAttempt({
    attempts: [at(0, status(500))],
    mayAsk: [0, 1, 2],
    otherKeyFree: false,
    retryAfterMs: null,
    remainingMs: 60_000,
    budgetLeft: true,
    random: () => 0.5,
    ...given,
  });
}

describe('after a failed attempt', () => {
  it('the next target is asked at once', () => {
    expect(ask({})).toMatchObject({ move: 'next', target: 1, waitMs: 0 });
  });

  it('the same target is asked once more, after a pause, where there is no other', () => {
    expect(ask({ mayAsk: [0] })).toMatchObject({ move: 'same', target: 0, waitMs: 250 });
    expect(ask({ mayAsk: [0], attempts: [at(0, status(500)), at(0, status(500))] }).move).toBe('stop');
    expect(ask({ mayAsk: [0], attempts: [at(0, status(404))] }).why).toBe('no_target_left');
  });

  it('an earlier target is asked again where that may help and nobody new is left', () => {
    const attempts = [at(1, status(500)), at(0, classify({ network: 'ECONNREFUSED', status: null, errorClass: null }))];
    expect(ask({ attempts, mayAsk: [1, 0] })).toMatchObject({ move: 'next', target: 1, why: 'retried' });
  });

  it('a route may ask its own target again before anybody else', () => {
    const limits = { ...attemptLimits, sameFirst: true };
    expect(ask({ limits })).toMatchObject({ move: 'same', target: 0 });
    expect(ask({ limits, attempts: [at(0, status(500)), at(0, status(500))] })).toMatchObject({
      move: 'next',
      target: 1,
    });
  });

  it('another credential is used at once after a 429, and another target where there is none', () => {
    const attempts = [at(0, status(429))];
    expect(ask({ attempts, otherKeyFree: true })).toMatchObject({ move: 'same', otherKey: true, waitMs: 0 });
    expect(ask({ attempts })).toMatchObject({ move: 'next', target: 1 });
  });

  it('retry-after is waited for only within the deadline and a minute', () => {
    const attempts = [at(0, status(429))];
    expect(ask({ attempts, mayAsk: [], retryAfterMs: 5_000 })).toMatchObject({ move: 'same', waitMs: 5_250 });
    expect(ask({ attempts, mayAsk: [], retryAfterMs: 5_000, remainingMs: 4_000 }).why).toBe('no_time');
    expect(ask({ attempts, mayAsk: [], retryAfterMs: 61_000, remainingMs: 600_000 }).why).toBe('no_time');
    expect(ask({ attempts, retryAfterMs: 5_000 })).toMatchObject({ move: 'next', waitMs: 0 });
  });

  it('nothing more is tried when it is the client’s fault, time or the budget is up, or three were made', () => {
    expect(ask({ attempts: [at(0, status(400))] }).why).toBe('not_retryable');
    expect(ask({ remainingMs: 0 }).why).toBe('no_time');
    expect(ask({ budgetLeft: false }).why).toBe('no_budget');
    expect(ask({ attempts: [at(0, status(500)), at(1, status(500)), at(2, status(500))] }).why).toBe('attempts_used');
  });

  it('no chain is longer than allowed, asks a target more often than allowed, or waits past the deadline', () => {
    const failure = fc.constantFrom(400, 401, 404, 408, 429, 500, 503, 504, 529).map(status);
    const chain = fc.record({
      failures: fc.array(failure, { minLength: 12, maxLength: 12 }),
      targets: fc.integer({ min: 1, max: 4 }),
      keyFree: fc.boolean(),
      attempts: fc.integer({ min: 1, max: 6 }),
      retryAfterMs: fc.option(fc.nat(100_000), { nil: null }),
      chance: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    });
    fc.assert(
      fc.property(chain, ({ failures, targets, keyFree, attempts: most, retryAfterMs, chance }) => {
        const limits = { ...attemptLimits, attempts: most };
        const mayAsk = Array.from({ length: targets }, (_, place) => place);
        const attempts = [at(0, failures[0]!)];
        let remainingMs = 60_000;
        for (let turn = 1; ; turn++) {
          const question = { attempts, mayAsk, otherKeyFree: keyFree, retryAfterMs, remainingMs, limits };
          const next = ask({ ...question, random: () => chance });
          if (next.target === null) break;
          expect(next.waitMs).toBeLessThan(remainingMs);
          remainingMs -= next.waitMs;
          attempts.push(at(next.target, failures[turn]!, next.otherKey));
        }
        expect(attempts.length).toBeLessThanOrEqual(most);
        for (const place of mayAsk) {
          const there = attempts.filter(({ target, otherKey }) => target === place && !otherKey);
          expect(there.length).toBeLessThanOrEqual(1 + limits.sameTarget);
        }
      }),
    );
  });
});

describe('the budget of extra attempts', () => {
  const step = fc.tuple(fc.constantFrom('request', 'retry', 'hedge'), fc.nat(700), fc.constantFrom('one', 'other'));

  it('is never exceeded, over any sequence and in any ten seconds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        let now = 1_000_000;
        const budget = new RetryBudget(() => now);
        const log: { at: number; kind: string; task: string }[] = [];
        for (const [kind, passed, task] of steps) {
          now += passed;
          if (kind === 'request') budget.request(task);
          const given = kind === 'request' || (kind === 'retry' ? budget.retry(task) : budget.hedge(task));
          if (given) log.push({ at: now, kind, task });
        }
        for (const { at: until, task } of log) {
          const recent = log.filter((one) => one.task === task && one.at <= until && one.at > until - 9_000);
          const all = log.filter((one) => one.task === task && one.at <= until);
          const requests = all.filter(({ kind }) => kind === 'request');
          const spent = recent.filter(({ kind }) => kind !== 'request').length;
          const seen = requests.filter((one) => one.at > until - 20_000).length;
          expect(spent).toBeLessThanOrEqual(Math.max(30, 0.1 * seen));
          expect(all.filter(({ kind }) => kind === 'hedge').length).toBeLessThanOrEqual(0.03 * requests.length + 1e-9);
        }
      }),
    );
  });

  function busy(requests: number): { budget: RetryBudget; pass(ms: number): void } {
    let now = 0;
    const budget = new RetryBudget(() => now);
    for (let at = 0; at < requests; at++) budget.request('task');
    return {
      budget,
      pass: (ms) => {
        now += ms;
      },
    };
  }
  const spendAll = (budget: RetryBudget): number => {
    let spent = 0;
    while (budget.retry('task')) spent++;
    return spent;
  };

  it('is a tenth of the requests, and three a second for a task that asks little', () => {
    expect(spendAll(busy(1_000).budget)).toBe(100);
    expect(spendAll(busy(1).budget)).toBe(30);
  });

  it('allows three hedges for a hundred requests, and saves five at most', () => {
    const hedges = ({ budget }: { budget: RetryBudget }): number => {
      let made = 0;
      while (budget.hedge('task')) made++;
      return made;
    };
    expect(hedges(busy(33))).toBe(0);
    expect(hedges(busy(101))).toBe(3);
    expect(hedges(busy(1_000))).toBe(5);
  });

  it('comes back as time passes', () => {
    const { budget, pass } = busy(1);
    spendAll(budget);
    pass(10_000);
    expect(spendAll(budget)).toBe(30);
  });

  it('is shared by retries and hedges, and each task has its own', () => {
    const { budget } = busy(200);
    expect(budget.hedge('task')).toBe(true);
    expect(spendAll(budget)).toBe(29);
    expect(budget.hedge('task')).toBe(false);
    budget.request('other task');
    expect(budget.retry('other task')).toBe(true);
  });
});

describe('time limits', () => {
  const seen = { firstTokenP95Ms: 4_000, longestGapP95Ms: 5_000, firstTokens: 100, gaps: 100 };
  const stream = { stream: true, reasoning: false };

  it('are three times the 95th percentile, between 8 and 60 seconds', () => {
    expect(timeLimits(seen, stream)).toEqual({ firstTokenMs: 12_000, stallMs: 15_000 });
    expect(timeLimits({ ...seen, firstTokenP95Ms: 300, longestGapP95Ms: 50 }, stream)).toEqual({
      firstTokenMs: 8_000,
      stallMs: 10_000,
    });
    expect(timeLimits({ ...seen, firstTokenP95Ms: 50_000, longestGapP95Ms: 90_000 }, stream)).toEqual({
      firstTokenMs: 60_000,
      stallMs: 30_000,
    });
  });

  it('are two minutes to the first token where thinking or the whole answer comes first', () => {
    expect(timeLimits(seen, { stream: true, reasoning: true }).firstTokenMs).toBe(120_000);
    expect(timeLimits(seen, { stream: false, reasoning: false })).toEqual({ firstTokenMs: 120_000, stallMs: null });
  });

  it('are unknown until enough calls were seen', () => {
    expect(timeLimits({ ...seen, firstTokens: 19, gaps: 19 }, stream)).toEqual({ firstTokenMs: null, stallMs: null });
  });
});

describe('a hedge', () => {
  const question = { optedIn: true, hasTools: false, alternative: true, firstTokenP95Ms: 900, budgetLeft: true };

  it('waits for the learned 95th percentile', () => {
    expect(hedgeDelayMs(question)).toBe(900);
  });

  it.each([
    { optedIn: false },
    { hasTools: true },
    { alternative: false },
    { firstTokenP95Ms: null },
    { budgetLeft: false },
  ])('is not made with %o', (but) => expect(hedgeDelayMs({ ...question, ...but })).toBeNull());
});
