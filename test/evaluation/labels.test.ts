// From outcomes to labels: what counts, when, for how much, and on which scale.
import { describe, expect, it } from 'vitest';
import { OutcomeRecord } from '../../contract/outcome.ts';
import { learn, noBelief } from '../../evaluation/belief.ts';
import { calibrate, type Pair } from '../../evaluation/calibration.ts';
import { type HeardLabel, pooled } from '../../evaluation/pool-labels.ts';
import { settledLabel } from '../../evaluation/settle-label.ts';
import { now, policy, seeded } from './evidence.ts';

const minute = 60_000;
const window = { now, attributionMs: 30 * minute };
const longAgo = { decidedAt: now - 120 * minute, kind: 'sampled' };
const outcome = (more: Partial<OutcomeRecord>): OutcomeRecord =>
  OutcomeRecord.parse({
    ...{
      kind: 'outcome',
      id: Math.abs(more.at ?? 0).toString(),
      at: longAgo.decidedAt + minute,
      receivedAt: now,
      value: 1,
    },
    ...{ source: 'explicit', signal: 'thumb' },
    ...more,
  });
const inferred = (value: number, more: Partial<OutcomeRecord> = {}): OutcomeRecord =>
  outcome({ source: 'inferred', signal: 're_ask', value, id: `inferred ${value}`, ...more });

describe('a label', () => {
  it('is the explicit outcome where there is one, whatever the traffic suggests', () => {
    expect(settledLabel([inferred(0.1), outcome({ value: 1 })], longAgo, window)).toMatchObject({
      value: 1,
      source: 'explicit',
    });
  });
  it('does not exist before its time, whether good or bad', () => {
    const recent = { decidedAt: now - 5 * minute, kind: 'sampled' };
    for (const value of [0, 1]) expect(settledLabel([outcome({ value, at: now })], recent, window)).toBeNull();
  });
  it('does not come from an answer that stood in after a failure, was hedged, cached or shadowed', () => {
    for (const kind of ['failover', 'hedge', 'cache', 'shadow', 'cascade', 'pinned'])
      expect(settledLabel([outcome({})], { ...longAgo, kind }, window)).toBeNull();
  });
  it('follows a change of mind, and counts what is sent twice once', () => {
    const first = outcome({ id: 'a', value: 0 });
    const second = outcome({ id: 'b', value: 1, at: first.at + minute });
    expect(settledLabel([second, first, first], longAgo, window)?.value).toBe(1);
  });
  it('ignores an outcome from before the decision: some clock is wrong', () => {
    expect(settledLabel([outcome({ at: longAgo.decidedAt - 10 * minute })], longAgo, window)).toBeNull();
  });
  it('weighs a sampled verdict by one over its chance, up to a limit', () => {
    const judged = outcome({ source: 'judged', signal: 'rubric', sampledWith: 0.1 });
    expect(settledLabel([judged], longAgo, window)?.inverseChance).toBe(10);
    expect(settledLabel([{ ...judged, sampledWith: 0.001 }], longAgo, window)?.inverseChance).toBe(20);
  });
});

describe('late contentment', () => {
  it('makes a new model look as good as it is, where counting at once would not', () => {
    const random = seeded(5);
    // Refusals come within a minute, acceptance after twenty: four in five answers are accepted.
    const answers = Array.from({ length: 2_000 }, (_, at) => {
      const value = random() < 0.8 ? 1 : 0;
      const decidedAt = now - Math.floor((at / 2_000) * 40 * minute);
      return { value, decidedAt, arrives: decidedAt + (value === 1 ? 20 : 1) * minute };
    });
    const arrived = answers.filter(({ arrives }) => arrives <= now);
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    const settled = arrived.flatMap(({ value, decidedAt, arrives }) => {
      const label = settledLabel([outcome({ value, at: arrives })], { decidedAt, kind: 'sampled' }, window);
      return label ? [label.value] : [];
    });
    expect(mean(arrived.map(({ value }) => value))).toBeLessThan(0.73);
    expect(mean(settled)).toBeGreaterThan(0.75);
  });
});

const pairs = (agree: number, count = 400): Pair[] => {
  const random = seeded(9);
  return Array.from({ length: count }, () => {
    const explicit = random() < 0.7 ? 1 : 0;
    return { explicit, other: random() < agree ? explicit : 1 - explicit };
  });
};

describe('labels of several sources', () => {
  const heard = (source: HeardLabel['source'], value: number, unit = ''): HeardLabel => ({
    ...{ at: now, target: 'a', source, value, unit, inverseChance: 1, version: '' },
  });
  const unknown = calibrate([], 'inferred');

  it('are never pooled without the offset between them', () => {
    const pooling = { inferred: unknown, judged: unknown, weightPerUnit: 5 };
    expect(pooled([heard('explicit', 1), heard('inferred', 0)], pooling).map(({ source }) => source)).toEqual([
      'explicit',
    ]);
  });
  it('are moved to the explicit scale, and count for as much as they tell', () => {
    const inferred = calibrate(pairs(0.85), 'inferred');
    const [, label] = pooled([heard('explicit', 1), heard('inferred', 1)], {
      inferred,
      judged: unknown,
      weightPerUnit: 5,
    });
    expect(label!.value).toBeGreaterThan(0.85);
    expect(label!.value).toBeLessThan(0.98);
    expect(label!.weight).toBeGreaterThan(0.2);
    expect(label!.weight).toBeLessThan(0.7);
  });
  it('let one voice count for a few, however often it speaks', () => {
    const poison = Array.from({ length: 1_000 }, () => heard('explicit', 0, 'somebody'));
    const labels = pooled(poison, { inferred: unknown, judged: unknown, weightPerUnit: 5 });
    expect(labels.reduce((sum, { weight }) => sum + weight, 0)).toBe(5);
  });
  it('leave a judge out that agrees too little with people, and a sign that points the other way', () => {
    expect(calibrate(pairs(0.6), 'judged')).toMatchObject({
      weight: 0,
      refused: expect.stringContaining('agrees too little'),
    });
    expect(calibrate(pairs(0.1), 'inferred')).toMatchObject({
      weight: 0,
      refused: expect.stringContaining('does not go with'),
    });
    expect(calibrate(pairs(0.95), 'judged').weight).toBeGreaterThan(0.5);
  });
});

describe('a belief', () => {
  const teach = (belief: ReturnType<typeof noBelief>, share: number, count: number, random: () => number): void => {
    for (let at = 0; at < count; at++)
      learn(
        belief,
        { at: now, value: random() < share ? 1 : 0, weight: 1, source: 'explicit' },
        belief.taskLabels + 1,
        policy,
      );
  };
  it('begins anew soon after a target has become worse', () => {
    const belief = noBelief(now);
    const random = seeded(3);
    teach(belief, 0.85, 1_500, random);
    expect(belief.changedAt).toBeNull();
    teach(belief, 0.65, 250, random);
    expect(belief.changedAt).toBe(now);
    expect(belief.accepted / (belief.accepted + belief.rejected)).toBeLessThan(0.75);
  });
  it('sees no change where there is none, but for a few alarms in many', () => {
    const alarms = Array.from({ length: 40 }, (_, seed) => {
      const belief = noBelief(now);
      teach(belief, 0.85, 1_500, seeded(100 + seed));
      return belief.changedAt === null ? 0 : 1;
    });
    expect(alarms.filter(Boolean).length).toBeLessThanOrEqual(4);
  });
});
