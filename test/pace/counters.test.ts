// What a limit means, over any schedule of calls.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LocalCounters } from '../../proxy/pace-limits/local-counters.ts';
import { burstOf, type Rule } from '../../proxy/pace-limits/rule.ts';

const rule = (fields: Partial<Rule> = {}): Rule => ({
  ...{ limit: 'l', counter: 'c', counts: 'requests', most: 60, cost: 1 },
  ...fields,
});

const largestInAMinute = (calls: { at: number; cost: number }[]): number =>
  Math.max(
    0,
    ...calls.map(({ at }) =>
      calls.filter((one) => one.at >= at && one.at < at + 60_000).reduce((sum, { cost }) => sum + cost, 0),
    ),
  );

describe('a limit', () => {
  it('admits in no stretch of 60 s more than its number and its burst, whenever calls come', () => {
    const schedule = fc.array(fc.integer({ min: 0, max: 4000 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(schedule, fc.integer({ min: 1, max: 200 }), (gaps, most) => {
        let now = 0;
        const counters = new LocalCounters(() => now);
        const admitted: { at: number; cost: number }[] = [];
        for (const gap of gaps) {
          now += gap;
          if (counters.take('x', [rule({ most })]).admitted) admitted.push({ at: now, cost: 1 });
        }
        expect(largestInAMinute(admitted)).toBeLessThanOrEqual(most + burstOf(rule({ most })));
      }),
    );
  });

  it('of tokens admits no more than its number and its burst, or its largest call', () => {
    const calls = fc.array(
      fc.record({ gap: fc.integer({ min: 0, max: 9000 }), cost: fc.integer({ min: 0, max: 9000 }) }),
      {
        ...{ minLength: 1, maxLength: 200 },
      },
    );
    fc.assert(
      fc.property(calls, fc.integer({ min: 100, max: 20_000 }), (schedule, most) => {
        let now = 0;
        const counters = new LocalCounters(() => now);
        const admitted: { at: number; cost: number }[] = [];
        for (const { gap, cost } of schedule) {
          now += gap;
          if (counters.take('x', [rule({ counts: 'tokens', most, cost })]).admitted) admitted.push({ at: now, cost });
        }
        const slack = Math.max(burstOf(rule({ counts: 'tokens', most })), ...admitted.map(({ cost }) => cost));
        // Sums of fractions of a millisecond may be a hair off.
        expect(largestInAMinute(admitted)).toBeLessThanOrEqual(most + slack + 1e-3);
      }),
    );
  });

  it('admits whoever comes when it says that they will pass', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 300 }), (most, already) => {
        let now = 0;
        const counters = new LocalCounters(() => now);
        for (let at = 0; at < already; at++) counters.take('x', [rule({ most })]);
        const { admitted, standings } = counters.take('x', [rule({ most })]);
        if (admitted) return;
        now += standings[0]?.waitMs ?? 0;
        expect(counters.take('x', [rule({ most })]).admitted).toBe(true);
      }),
    );
  });

  it('that is small can be used up at once, and then comes back one by one', () => {
    let now = 0;
    const counters = new LocalCounters(() => now);
    const take = (): boolean => counters.take('x', [rule({ most: 3 })]).admitted;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    now += 20_000;
    expect([take(), take()]).toEqual([true, false]);
  });

  it('takes nothing from any counter for a call that another one refuses', () => {
    const counters = new LocalCounters(() => 0);
    const shared = rule({ counter: 'shared', most: 5 });
    const own = rule({ counter: 'own', most: 1 });
    const place = rule({ counter: 'place', counts: 'concurrency', most: 9 });
    expect(counters.take('a', [shared, own, place]).admitted).toBe(true);
    for (let at = 0; at < 10; at++) expect(counters.take(`b${at}`, [shared, own, place]).admitted).toBe(false);
    const { standings } = counters.take('c', [shared, place]);
    expect(standings.map(({ remaining }) => remaining)).toEqual([3, 7]);
  });

  it('of tokens is paid back what was taken too much, and owes what was taken too little', () => {
    let now = 0;
    const counters = new LocalCounters(() => now);
    const call = rule({ counts: 'tokens', most: 60_000, cost: 6000 });
    const remaining = (): number => counters.take('look', [{ ...call, cost: 0 }]).standings[0]?.remaining ?? -1;
    counters.take('x', [call]);
    expect(remaining()).toBe(0);
    counters.change([{ rule: call, units: -5000 }]);
    expect(remaining()).toBe(5000);
    counters.change([{ rule: call, units: 25_000 }]);
    expect(counters.take('y', [{ ...call, cost: 1 }]).standings[0]?.waitMs).toBeCloseTo(20_001, 0);
    now += 60_000;
    counters.change([{ rule: call, units: -1_000_000 }]);
    expect(remaining()).toBe(6000);
  });

  it('forgets counters that are full again', () => {
    let now = 0;
    const counters = new LocalCounters(() => now);
    for (let at = 0; at < 20_000; at++) {
      now += 1000;
      counters.take('x', [rule({ counter: `user ${at}` })]);
    }
    expect(counters.size).toBeLessThan(6000);
  });
});
