// What a proposal says for evidence of every kind, and that each number comes with its reason.
import { describe, expect, it } from 'vitest';
import { soundFooting } from '../../evaluation/evidence.ts';
import { proposeWeights } from '../../evaluation/propose-weights.ts';
import { current, evidence, now, policy, target } from './evidence.ts';

const even = current({ cheap: 0.5, dear: 0.5 });
const shareOf = (weights: ReturnType<typeof proposeWeights>, name: string): number =>
  weights.targets.find((one) => one.target === name)!.probability;

describe('a proposal', () => {
  const good = [target('cheap', [0.86, 2_000], 0.001), target('dear', [0.88, 2_000], 0.02)];

  it('moves traffic to what is worth most, by one bounded step', () => {
    const weights = proposeWeights(evidence(good), even, policy);
    expect(shareOf(weights, 'cheap')).toBeCloseTo(0.8, 3);
    expect(weights.targets[0]!.reasons.join()).toContain('as far as one version may go');
  });
  it('says that one model is best and routing buys nothing, where that is so', () => {
    const weights = proposeWeights(evidence(good), current({ cheap: 0.95, dear: 0.05 }), policy);
    expect(weights.verdict).toBe('one_is_best');
    expect(weights.reasons.join()).toContain('do not route');
  });
  it('holds while there are too few labels to say anything', () => {
    const few = [target('cheap', [1, 9], 0.001), target('dear', [0.5, 10], 0.02)];
    const weights = proposeWeights(evidence(few), even, policy);
    expect(weights).toMatchObject({ verdict: 'hold', reasons: ['only 19 labels, 30 needed'] });
    expect(weights.targets.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
  });
  it('shrinks what likely falls below the quality floor, however cheap it is', () => {
    const targets = [target('cheap', [0.7, 500], 0.0001), target('dear', [0.88, 500], 0.02)];
    const weights = proposeWeights(evidence(targets), even, policy);
    expect(shareOf(weights, 'cheap')).toBeLessThan(0.25);
    expect(weights.targets[0]!.reasons.join()).toContain('meets the floor of 80 % with 0 %');
  });
  it('keeps a newcomer small, whatever its few labels say', () => {
    const targets = [target('cheap', [1, 12], 0.0001), target('dear', [0.81, 3_000], 0.02)];
    const weights = proposeWeights(evidence(targets), current({ dear: 1 }), policy);
    expect(shareOf(weights, 'cheap')).toBeLessThanOrEqual(policy.newcomerShare + policy.explorationShare);
  });
  it('never prefers a target because its price is unknown', () => {
    const targets = [...good, target('unpriced', [0.88, 2_000], null)];
    const weights = proposeWeights(evidence(targets), current({ cheap: 0.4, dear: 0.3, unpriced: 0.3 }), policy);
    expect(shareOf(weights, 'unpriced')).toBeLessThan(0.3);
    expect(weights.targets[2]!.evidence).toMatchObject({ costNanos: null, costPerAcceptedNanos: null });
  });
  it('takes out what surely fails or is late too often', () => {
    const late = { late: { calls: 1_000, over: 300 } };
    const targets = [target('cheap', [0.86, 2_000], 0.001, late), target('dear', [0.86, 2_000], 0.02)];
    expect(shareOf(proposeWeights(evidence(targets), even, policy), 'cheap')).toBeLessThan(0.25);
  });
  it('leaves a blocked target at once and gives it nothing, not even for trying', () => {
    const targets = [target('cheap', [0.86, 2_000], 0.001, { blocked: 'holds personal data' }), good[1]!];
    const weights = proposeWeights(evidence(targets), even, policy);
    expect(weights.targets.map(({ probability }) => probability)).toEqual([0, 1]);
  });
  it('answers with the likeliest to be accepted when nobody meets the floor', () => {
    const targets = [target('cheap', [0.3, 2_000], 0.001), target('dear', [0.6, 2_000], 0.02)];
    const weights = proposeWeights(evidence(targets), current({ cheap: 0.1, dear: 0.9 }), policy);
    expect(shareOf(weights, 'dear')).toBeGreaterThan(0.95);
  });
  it('keeps something for everybody, the hold-out included', () => {
    const targets = [...good, target('third', [0.5, 2_000], 0.02)];
    const weights = proposeWeights(evidence(targets), current({ cheap: 0.98, dear: 0.02 }), policy);
    expect(shareOf(weights, 'third')).toBeGreaterThanOrEqual(policy.explorationShare - 1e-6);
    expect(weights.holdout).toEqual({ share: 0.02, baseline: { cheap: 0.98, dear: 0.02 } });
  });
  it('is the same to the bit for the same evidence, and changes none of it', () => {
    const given = evidence(good);
    const before = structuredClone(given);
    expect(proposeWeights(given, even, policy)).toEqual(proposeWeights(given, even, policy));
    expect(given).toEqual(before);
  });
  it('presses on cost while the budget is overspent, and only then', () => {
    const footing = { ...soundFooting, spendUsdPerHour: 30 };
    const pressed = proposeWeights(evidence(good, { footing }), even, { ...policy, budgetUsdPerHour: 10 });
    expect(pressed.budgetPressure).toBeCloseTo(0.1);
    expect(proposeWeights(evidence(good, { footing }), even, policy).budgetPressure).toBe(0);
  });
});

describe('nothing moves', () => {
  const targets = [target('cheap', [0.86, 2_000], 0.001), target('dear', [0.88, 2_000], 0.02)];
  it.each([
    ['outcomes lag behind', { outcomeLagMs: 2 * 3_600_000 }],
    ['labels have dried up', { labelsPerHour: 1, usualLabelsPerHour: 40 }],
    ['the prices are old', { pricesAgeMs: 9 * 86_400_000 }],
    ['nobody knows how old the prices are', { pricesAgeMs: null }],
    ['the clock went back', { sinceLastVersionMs: -5_000 }],
    ['the clock jumped ahead', { sinceLastVersionMs: 400 * 86_400_000 }],
    ['an operator froze it', { frozenUntil: now + 1 }],
  ])('while %s', (_, footing) => {
    const weights = proposeWeights(evidence(targets, { footing: { ...soundFooting, ...footing } }), even, policy);
    expect(weights.verdict).toBe('hold');
    expect(weights.reasons.length).toBeGreaterThan(0);
    expect(weights.targets.map(({ probability }) => probability)).toEqual([0.5, 0.5]);
  });
  it('while a target is down', () => {
    const down = [{ ...targets[0]!, breakerOpen: true }, targets[1]!];
    expect(proposeWeights(evidence(down), even, policy).verdict).toBe('hold');
  });
});
