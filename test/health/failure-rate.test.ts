import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chanceBelow } from '../../proxy/health/beta-distribution.ts';
import { chanceOfSuccess, FailureRate, reliability } from '../../proxy/health/failure-rate.ts';

const counts = fc.double({ min: 0, max: 5_000, noNaN: true });

describe('the chance that a rate lies below a limit', () => {
  it('is what the binomial distribution says for whole numbers', () => {
    // P(Beta(a, b) < x) = P(Binomial(a + b - 1, x) >= a)
    expect(chanceBelow(0.05, 1, 1)).toBeCloseTo(0.05, 9);
    expect(chanceBelow(0.05, 2, 1)).toBeCloseTo(0.05 ** 2, 9);
    expect(chanceBelow(0.05, 1, 45)).toBeCloseTo(1 - 0.95 ** 45, 9);
    expect(chanceBelow(0.3, 2, 3)).toBeCloseTo(1 - 0.7 ** 4 - 4 * 0.3 * 0.7 ** 3, 9);
  });

  it('is a probability, grows with the limit and mirrors itself', () => {
    const shape = fc.double({ min: 0.5, max: 3_000, noNaN: true });
    const limit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(limit, limit, shape, shape, (one, other, a, b) => {
        const [low, high] = [Math.min(one, other), Math.max(one, other)];
        expect(chanceBelow(low, a, b)).toBeGreaterThanOrEqual(0);
        expect(chanceBelow(high, a, b)).toBeLessThanOrEqual(1);
        expect(chanceBelow(low, a, b)).toBeLessThanOrEqual(chanceBelow(high, a, b) + 1e-6);
        expect(chanceBelow(low, a, b) + chanceBelow(1 - low, b, a)).toBeCloseTo(1, 5);
      }),
    );
  });
});

describe('reliability', () => {
  it('is a share, and never better for one more failure', () => {
    fc.assert(
      fc.property(counts, counts, (successes, failures) => {
        const now = reliability({ successes, failures });
        expect(now).toBeGreaterThanOrEqual(0);
        expect(now).toBeLessThanOrEqual(1);
        expect(reliability({ successes, failures: failures + 1 })).toBeLessThanOrEqual(now + 1e-6);
      }),
    );
  });

  it('holds nothing against a target that nobody called', () => {
    expect(reliability({ successes: 0, failures: 0 })).toBe(1);
    expect(chanceOfSuccess({ successes: 0, failures: 0 })).toBeNull();
  });

  it('is whole with 2 % of errors and next to nothing with 30 %', () => {
    expect(reliability({ successes: 196, failures: 4 })).toBe(1);
    expect(reliability({ successes: 14, failures: 6 })).toBeLessThan(0.01);
  });

  it('gives a success chance strictly between 0 and 1', () => {
    fc.assert(
      fc.property(counts, counts, (successes, failures) => {
        const chance = chanceOfSuccess({ successes, failures });
        if (chance !== null) expect(chance > 0 && chance < 1).toBe(true);
      }),
    );
  });
});

describe('a failure rate', () => {
  const busy = (rate: FailureRate, seconds: number, fails: (call: number) => boolean): number | null => {
    for (let call = 0; call < seconds * 4; call++) {
      const now = 1_000_000 + call * 250;
      rate.add(!fails(call), now - 100, now);
      if (rate.suspendedUntil(now) !== null) return call;
    }
    return null;
  };

  it('halves its evidence in 45 seconds', () => {
    const rate = new FailureRate();
    for (let call = 0; call < 8; call++) rate.add(true, 0, 0);
    expect(rate.evidence(45_000).successes).toBeCloseTo(4, 6);
    expect(rate.evidence(90_000).successes).toBeCloseTo(2, 6);
  });

  it('suspends a target whose every third call fails within five seconds, after hours of good ones', () => {
    const rate = new FailureRate();
    const firstBad = 4 * 3_600;
    const noticed = busy(rate, 3_700, (call) => call >= firstBad && call % 3 === 0);
    expect(noticed).toBeGreaterThanOrEqual(firstBad);
    expect(noticed! - firstBad).toBeLessThanOrEqual(20);
  });

  it('never suspends a target that fails evenly in 2 % of calls', () => {
    expect(busy(new FailureRate(), 3_600, (call) => call % 50 === 0)).toBeNull();
  });

  it('comes back on probation with a part of its traffic, and for longer away each time it fails again', () => {
    const rate = new FailureRate();
    for (let call = 0; call < 3; call++) rate.add(false, 0, 0);
    const first = rate.suspendedUntil(0)!;
    expect(rate.ceiling(0)).toBe(0);
    expect(rate.ceiling(first)).toBeLessThan(1);
    expect(rate.ceiling(first)).toBeGreaterThan(0);
    for (let call = 0; call < 3; call++) rate.add(false, first, first);
    expect(rate.suspendedUntil(first)! - first).toBeGreaterThan(first);
  });

  it('is free again after enough good calls on probation', () => {
    const rate = new FailureRate();
    for (let call = 0; call < 3; call++) rate.add(false, 0, 0);
    const until = rate.suspendedUntil(0)!;
    for (let call = 0; call < 20; call++) rate.add(true, until, until);
    expect(rate.ceiling(until)).toBe(1);
  });

  it('learns nothing during a suspension from calls that began before it, and from others that the target lives', () => {
    const rate = new FailureRate();
    for (let call = 0; call < 3; call++) rate.add(false, 1_000, 1_000);
    rate.add(true, 500, 1_100);
    expect(rate.suspendedUntil(1_100)).not.toBeNull();
    rate.add(true, 1_050, 1_200);
    expect(rate.suspendedUntil(1_200)).toBeNull();
    expect(rate.ceiling(1_200)).toBeLessThan(1);
  });
});
