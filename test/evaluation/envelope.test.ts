// Whatever the evidence is, weights never leave their envelope: poisoned feedback, tiny samples, cold starts, clocks that
// jump and prices that make no sense.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WeightsDocument } from '../../contract/weights.ts';
import { TaskWeights } from '../../contract/weights.ts';
import { learn, noBelief } from '../../evaluation/belief.ts';
import { outOfBounds, taskOutOfBounds } from '../../evaluation/envelope.ts';
import { soundFooting } from '../../evaluation/evidence.ts';
import { proposeWeights } from '../../evaluation/propose-weights.ts';
import { current, evidence, now, policy, target } from './evidence.ts';

const wild = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, -Infinity, -1, 0, 1, 1e300));

const label = fc.record({
  at: fc.oneof(fc.integer({ min: now - 1e9, max: now + 1e9 }), fc.constantFrom(0, 4e15)),
  value: wild,
  weight: wild,
  source: fc.constantFrom('explicit' as const, 'inferred' as const, 'judged' as const),
});

const targets = fc
  .array(
    fc.record({
      labels: fc.array(label, { maxLength: 60 }),
      usd: fc.option(fc.oneof(fc.double({ min: 0, max: 5, noNaN: true }), wild)),
      blocked: fc.constantFrom('', '', '', 'personal data'),
      over: fc.nat(2_000),
    }),
    { minLength: 1, maxLength: 8 },
  )
  .map((all) =>
    all.map(({ labels, usd, blocked, over }, place) => {
      const belief = noBelief(now);
      for (const [at, one] of labels.entries()) learn(belief, one, at, policy);
      const more = { belief, blocked, failures: { calls: 1_000, over }, late: { calls: over, over: 5 } };
      return target(`provider/${place}`, [0, 0], usd, more);
    }),
  );

const shares = fc.array(fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), wild), { minLength: 8, maxLength: 8 });
const named = (values: number[]): Record<string, number> =>
  Object.fromEntries(values.map((value, place) => [`provider/${place}`, value]));

const footing = fc.record({
  outcomeLagMs: fc.constantFrom(0, 0, 0, 1e12, -5),
  labelsPerHour: fc.constantFrom(0, 10),
  usualLabelsPerHour: fc.constantFrom(null, null, 10),
  pricesAgeMs: fc.constantFrom(0, 0, null, -1, 1e12),
  sinceLastVersionMs: fc.constantFrom(null, 300_000, -1e9, 1e13),
  frozenUntil: fc.constantFrom(null, null, now + 1),
  spendUsdPerHour: fc.option(wild),
});

describe('weights', () => {
  it('are shares of a whole, within their bounds and one step of those before, for any evidence', () => {
    fc.assert(
      fc.property(targets, shares, footing, fc.constantFrom(now, 0, Number.NaN, 8e15), (all, before, footing, time) => {
        const given = current(named(before));
        const first = proposeWeights(evidence(all, { footing: soundFooting }), given, policy);
        expect(taskOutOfBounds(first, undefined)).toEqual([]);
        const published = current(Object.fromEntries(first.targets.map((one) => [one.target, one.probability])));
        const budget = { ...policy, budgetUsdPerHour: 3 };
        const second = proposeWeights(evidence(all, { footing, now: time }), published, budget);
        expect(taskOutOfBounds(second, first)).toEqual([]);
        expect(() => TaskWeights.parse(second)).not.toThrow();
      }),
      { numRuns: 150 },
    );
  });

  it('move by a bounded step a version even when every vote is for the worst target', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (votes) => {
        const belief = noBelief(now);
        for (let vote = 1; vote <= votes; vote++)
          learn(belief, { at: now, value: 1, weight: 1, source: 'explicit' }, vote, policy);
        const all = [target('provider/0', [0.85, 900], 0.001), target('provider/1', [0, 0], 0.0001, { belief })];
        const { targets } = proposeWeights(evidence(all), current({ 'provider/0': 1 }), policy);
        expect(targets[1]!.probability).toBeLessThanOrEqual(policy.largestStep + 1e-6);
      }),
    );
  });
});

describe('a document', () => {
  const all = [target('provider/0', [0.85, 900], 0.001), target('provider/1', [0.84, 900], 0.002)];
  const task = proposeWeights(evidence(all), current({ 'provider/0': 0.5, 'provider/1': 0.5 }), policy);
  const document = (sequence: number, shares: number[]): WeightsDocument => ({
    ...{ version: `v${sequence}`, sequence, previousVersion: '', createdAt: now, actor: 'evaluation', rollbackOf: '' },
    tasks: [{ ...task, targets: task.targets.map((one, at) => ({ ...one, probability: shares[at]! })) }],
    signature: null,
  });

  it('is refused when it is older than what is in force', () => {
    expect(outOfBounds(document(4, [0.5, 0.5]), document(5, [0.5, 0.5])).join()).toContain('not newer');
  });
  it('is refused when too much moves at once, but for an operator who goes back', () => {
    const jump = document(6, [0.99, 0.01]);
    expect(outOfBounds(jump, document(5, [0.5, 0.5])).join()).toContain('moves at once');
    expect(outOfBounds({ ...jump, rollbackOf: 'v2' }, document(5, [0.5, 0.5]))).toEqual([]);
  });
  it.each([[[0.7, 0.7]], [[1.2, -0.2]], [[Number.NaN, 1]]])('is refused with shares of %j', (shares) => {
    expect(outOfBounds(document(1, shares), null)).not.toEqual([]);
  });
});
