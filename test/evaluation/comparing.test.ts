// Comparing arms and policies: what looks worse because it got the harder prompts, what may be said when, and what a log
// cannot answer.
import { describe, expect, it } from 'vitest';
import { acceptanceInterval } from '../../evaluation/acceptance-interval.ts';
import { type ArmSums, compareArms } from '../../evaluation/compare-arms.ts';
import { estimateOffPolicy, type LoggedDraw } from '../../evaluation/off-policy.ts';
import { rollBackOf } from '../../evaluation/roll-back.ts';
import { seeded } from './evidence.ts';

const arm = (count: number, share: number): ArmSums => ({ count, sum: count * share, sumOfSquares: count * share });

describe('two arms', () => {
  it('are told apart rightly when the better one got the hard prompts (Simpson)', () => {
    const strata = [
      { name: 'easy', control: arm(9_000, 0.9), candidate: arm(1_000, 0.95) },
      { name: 'hard', control: arm(1_000, 0.5), candidate: arm(9_000, 0.58) },
    ];
    const { verdict, pooledDifference, misleadsWhenPooled, difference } = compareArms(strata, { margin: 0.03 });
    expect(pooledDifference).toBeLessThan(-0.2);
    expect({ verdict, misleadsWhenPooled }).toEqual({ verdict: 'better', misleadsWhenPooled: true });
    expect(difference).toBeCloseTo(0.065, 3);
  });
  it('say how much is still needed while nothing is sure', () => {
    const one = compareArms([{ name: '', control: arm(1_000, 0.8), candidate: arm(1_000, 0.81) }], { margin: 0.03 });
    expect(one.verdict).toBe('undecided');
    expect(one.stillNeeded).toBeGreaterThan(500);
  });
  it('are called no worse within the margin, and too early with too few', () => {
    const strata = (count: number) => [{ name: '', control: arm(count, 0.8), candidate: arm(count, 0.8) }];
    expect(compareArms(strata(20_000), { margin: 0.03 }).verdict).toBe('no_worse');
    expect(compareArms(strata(40), { margin: 0.03 }).verdict).toBe('too_early');
  });
  it('are not compared where no stratum has both', () => {
    const strata = [
      { name: 'a', control: arm(500, 0.8), candidate: arm(0, 0) },
      { name: 'b', control: arm(0, 0), candidate: arm(500, 0.6) },
    ];
    expect(compareArms(strata, { margin: 0.03 })).toMatchObject({ verdict: 'too_early', difference: null });
  });
});

describe('weights are rolled back', () => {
  const cost = { holdout: arm(1_000, 1), version: arm(1_000, 1) };
  const limits = { acceptanceLoss: 0.03, costIncrease: 0.2, qualityFloor: null };
  const acceptance = (share: number) => [{ name: '', control: arm(4_000, 0.85), candidate: arm(40_000, share) }];
  it('when surely fewer answers are accepted than in the hold-out', () => {
    expect(rollBackOf({ acceptance: acceptance(0.75), cost }, limits).rollBack).toBe(true);
    expect(rollBackOf({ acceptance: acceptance(0.84), cost }, limits).rollBack).toBe(false);
  });
  it('but not for giving up what lies above the floor', () => {
    const floor = { ...limits, qualityFloor: 0.74 };
    expect(rollBackOf({ acceptance: acceptance(0.75), cost }, floor).rollBack).toBe(false);
  });
  it('when an accepted answer surely became dearer', () => {
    const dear = { holdout: arm(5_000, 1), version: { count: 5_000, sum: 7_500, sumOfSquares: 7_500 * 1.5 } };
    expect(rollBackOf({ acceptance: acceptance(0.85), cost: dear }, limits).reasons.join()).toContain('1.50 times');
  });
});

describe('another policy', () => {
  const acceptance: Record<string, number> = { a: 0.9, b: 0.7 };
  /** Strong `a` gets the hard prompts, where everything is accepted less. */
  const log = (count: number): LoggedDraw[] => {
    const random = seeded(21);
    return Array.from({ length: count }, () => {
      const stratum = random() < 0.5 ? 'easy' : 'hard';
      const chanceOfA = stratum === 'hard' ? 0.9 : 0.1;
      const target = random() < chanceOfA ? 'a' : 'b';
      const value = random() < acceptance[target]! - (stratum === 'hard' ? 0.3 : 0) ? 1 : 0;
      const probability = target === 'a' ? chanceOfA : 1 - chanceOfA;
      return { stratum, target, probability, value, labelledWith: 1, unit: '' };
    });
  };
  it('is estimated from the log as it would have been', () => {
    const found = estimateOffPolicy(log(20_000), () => ({ a: 1 }));
    expect(found).toMatchObject({ answer: 'estimate' });
    if (found.answer !== 'estimate') return;
    for (const value of [found.inversePropensity, found.selfNormalised, found.doublyRobust])
      expect(value).toBeCloseTo(0.75, 1);
    expect(found.low).toBeLessThan(0.75);
    expect(found.high).toBeGreaterThan(0.75);
  });
  it('is not judged by those that got through: all draws of a stratum count, not the survivors', () => {
    const answered = log(20_000).filter(({ value, target }) => target === 'b' || value === 1);
    const naive = answered.filter(({ target }) => target === 'a');
    expect(naive.every(({ value }) => value === 1)).toBe(true);
    const found = estimateOffPolicy(log(20_000), () => ({ a: 1 }));
    expect(found.answer === 'estimate' && found.doublyRobust).toBeLessThan(0.8);
  });
  it('is refused an answer where the log is too small or never tried it', () => {
    expect(estimateOffPolicy(log(60), () => ({ a: 1 }))).toMatchObject({ answer: 'refused' });
    const never = estimateOffPolicy(log(20_000), () => ({ a: 0.5, c: 0.5 }));
    expect(never.answer === 'refused' && never.reasons.join()).toContain('never tried c');
  });
  it('is less sure where draws hang together in sessions', () => {
    const width = (draws: LoggedDraw[]): number => {
      const found = estimateOffPolicy(draws, () => ({ a: 0.5, b: 0.5 }));
      return found.answer === 'estimate' ? found.high - found.low : 0;
    };
    const alone = log(4_000);
    const repeated = alone.flatMap((draw, at) => Array.from({ length: 5 }, () => ({ ...draw, unit: `session ${at}` })));
    expect(width(repeated)).toBeGreaterThan(0.9 * width(alone));
  });
});

describe('an interval of acceptance', () => {
  it('narrows with labels and stays within 0 and 1', () => {
    const [few, many] = [acceptanceInterval(4, 4), acceptanceInterval(400, 400)];
    expect(few.low).toBeLessThan(0.65);
    expect(many.low).toBeGreaterThan(0.98);
    expect(acceptanceInterval(0, 0)).toEqual({ low: 0, high: 1 });
    expect(few.high).toBeLessThanOrEqual(1);
  });
});
