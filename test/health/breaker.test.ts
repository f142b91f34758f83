import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Breaker, type BreakerVerdict } from '../../proxy/health/breaker.ts';
import { eligible, reasonAgainst } from '../../proxy/health/eligible.ts';
import { type TargetHealth, unknownHealth } from '../../proxy/health/target-health.ts';

const middle = (): number => 0.5;
function call(breaker: Breaker, verdict: BreakerVerdict, now: number, slow = false): boolean {
  return breaker.ended(breaker.began(now), verdict, slow, now);
}
function opened(random = middle): Breaker {
  const breaker = new Breaker(random);
  for (let at = 0; at < 5; at++) call(breaker, 'failure', 0);
  return breaker;
}

describe('a breaker', () => {
  it('opens at the fifth failure in a row, not at the fourth', () => {
    const breaker = new Breaker(middle);
    for (let at = 0; at < 4; at++) call(breaker, 'failure', 0);
    expect(breaker.state(0)).toBe('closed');
    call(breaker, 'failure', 0);
    expect(breaker.state(0)).toBe('open');
    expect(breaker.admits(0)).toBe(false);
  });

  it('opens when half of ten calls failed without a row', () => {
    const breaker = new Breaker(middle);
    for (let at = 0; at < 9; at++) call(breaker, at % 2 ? 'success' : 'failure', at * 1_000);
    expect(breaker.state(9_000)).toBe('closed');
    call(breaker, 'failure', 9_000);
    expect(breaker.state(9_000)).toBe('open');
  });

  it('forgets failures older than 30 seconds', () => {
    const breaker = new Breaker(middle);
    for (let at = 0; at < 8; at++) call(breaker, at % 2 ? 'success' : 'failure', 0);
    for (let at = 0; at < 12; at++) call(breaker, at % 3 ? 'success' : 'failure', 40_000);
    expect(breaker.state(40_000)).toBe('closed');
  });

  it('opens when four in five calls were slow to their first token', () => {
    const breaker = new Breaker(middle);
    for (let at = 0; at < 9; at++) call(breaker, 'success', 0, at > 0);
    expect(breaker.state(0)).toBe('closed');
    call(breaker, 'success', 0, true);
    expect(breaker.state(0)).toBe('open');
  });

  it('counts calls when they begin, so that failures among many under way are no majority', () => {
    const breaker = new Breaker(middle);
    const tickets = Array.from({ length: 20 }, () => breaker.began(0));
    for (const [at, ticket] of tickets.slice(0, 9).entries())
      breaker.ended(ticket, at === 4 ? 'success' : 'failure', false, 0);
    expect(breaker.state(0)).toBe('closed');
  });

  it('stays open 15 seconds, twice as long each time, at most five minutes, give or take a fifth', () => {
    const lengths = (random: () => number): number[] => {
      const breaker = opened(random);
      let now = 0;
      return Array.from({ length: 8 }, () => {
        const until = breaker.openUntil(now)!;
        const length = until - now;
        now = until;
        call(breaker, 'failure', now);
        return length;
      });
    };
    expect(lengths(middle)).toEqual([15, 30, 60, 120, 240, 300, 300, 300].map((seconds) => seconds * 1_000));
    expect(lengths(() => 0)[0]).toBeCloseTo(12_000);
    expect(lengths(() => 1)[0]).toBeCloseTo(18_000);
  });

  it('lets one probe through, then three, and closes when all succeeded', () => {
    const breaker = opened();
    const now = 15_000;
    expect(breaker.state(now)).toBe('half-open');
    const probe = breaker.began(now);
    expect(breaker.admits(now)).toBe(false);
    breaker.ended(probe, 'success', false, now);
    const three = [0, 1, 2].map(() => {
      expect(breaker.admits(now)).toBe(true);
      return breaker.began(now);
    });
    expect(breaker.admits(now)).toBe(false);
    expect(three.map((ticket) => breaker.ended(ticket, 'success', false, now))).toEqual([false, false, true]);
    expect(breaker.state(now)).toBe('closed');
  });

  it('opens again when any probe fails', () => {
    const breaker = opened();
    call(breaker, 'success', 15_000);
    call(breaker, 'success', 15_000);
    call(breaker, 'failure', 15_000);
    expect(breaker.state(15_000)).toBe('open');
  });

  it('is told nothing by a call that began before it opened, nor by one that is none of its doing', () => {
    const breaker = new Breaker(middle);
    const early = breaker.began(0);
    for (let at = 0; at < 5; at++) call(breaker, 'failure', 0);
    expect(breaker.state(15_000)).toBe('half-open');
    breaker.ended(early, 'failure', false, 15_000);
    call(breaker, 'neutral', 15_000);
    expect(breaker.state(15_000)).toBe('half-open');
    expect(breaker.admits(15_000)).toBe(true);
  });

  it('is not kept open longer by calls made because nobody else was left', () => {
    const breaker = opened();
    for (let at = 0; at < 20; at++) call(breaker, 'failure', 1_000);
    expect(breaker.openUntil(1_000)).toBe(15_000);
  });

  it('is not shut for good by a probe that nobody ended', () => {
    const breaker = opened();
    breaker.began(15_000);
    expect(breaker.admits(20_000)).toBe(false);
    expect(breaker.admits(15_000 + 601_000)).toBe(true);
  });

  it('always comes to let a call through again, whatever happened', () => {
    const step = fc.tuple(
      fc.constantFrom('success', 'failure', 'neutral'),
      fc.boolean(),
      fc.integer({ max: 40_000, min: 0 }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const breaker = new Breaker(middle);
        let now = 0;
        for (const [verdict, slow, passed] of steps) {
          now += passed;
          call(breaker, verdict as BreakerVerdict, now, slow);
        }
        expect(breaker.admits(now + 300_000 * 1.2)).toBe(true);
      }),
    );
  });
});

describe('a set of targets', () => {
  const now = 1_000_000;
  const view: fc.Arbitrary<TargetHealth> = fc.record({
    success: fc.option(fc.double({ min: 0.01, max: 0.99, noNaN: true }), { nil: null }),
    factor: fc.constantFrom(0, 0.05, 0.4, 1),
    breaker: fc.constantFrom('closed', 'open', 'half-open'),
    coolingUntil: fc.option(fc.integer({ min: now - 5_000, max: now + 60_000 }), { nil: null }),
    headroom: fc.constant(null),
    inFlight: fc.nat(5),
    concurrencyLimit: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
    firstTokenP50Ms: fc.constant(null),
    firstTokenP95Ms: fc.constant(null),
    tokensPerSecond: fc.constant(null),
  });

  it('is never emptied', () => {
    fc.assert(
      fc.property(fc.array(view, { minLength: 1, maxLength: 6 }), (views) => {
        const { reasons, factors, panic } = eligible(views, now);
        expect(reasons).toContain(null);
        for (const [at, reason] of reasons.entries()) expect(factors[at]! > 0).toBe(reason === null);
        expect(panic).toBe(views.every((one) => reasonAgainst(one, now) !== null));
      }),
    );
  });

  const open: TargetHealth = { ...unknownHealth, breaker: 'open', factor: 0, success: 0.2 };
  const cooling = (seconds: number): TargetHealth => ({
    ...unknownHealth,
    factor: 0,
    coolingUntil: now + seconds * 1_000,
  });

  it('leaves out who is open or cooling while somebody is well', () => {
    expect(eligible([open, cooling(5), unknownHealth], now)).toEqual({
      reasons: ['breaker_open', 'cooling_down', null],
      factors: [0, 0, 1],
      panic: false,
    });
  });

  it('asks who merely failed before who asked to be left alone', () => {
    expect(eligible([cooling(1), open], now).reasons).toEqual(['cooling_down', null]);
  });

  it('asks who cools down soonest when all do', () => {
    expect(eligible([cooling(20), cooling(5)], now).reasons).toEqual(['cooling_down', null]);
  });
});
