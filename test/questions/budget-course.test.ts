// Budgets as they are used up: the pace and the moment they will be hit as plain sums, and the whole question over the store.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { courseOf } from '../../collector/questions/budget-pace.ts';
import { Budget } from '../../contract/access/budget.ts';
import type { BudgetCourseAnswer } from '../../contract/questions/budget-course.ts';
import type { ForecastAnswer } from '../../contract/questions/forecast.ts';
import { exchange } from '../clickhouse/records.ts';
import { type House, openHouse } from './house.ts';
import { toSegments, uuidv7 } from './synthetic.ts';

const hour = 3_600_000;
const day = 24 * hour;
const dollar = 1_000_000_000;

describe('the course of a budget', () => {
  const noon = Date.UTC(2026, 2, 10, 12);
  const midnight = Date.UTC(2026, 2, 10);
  const today = { from: midnight, to: midnight + day, now: noon, per: 'day' } as const;
  const steady = Array.from({ length: 12 }, (_, at) => ({ at: midnight + at * hour, nanos: 100n, unpriced: 0 }));

  it('adds up what was spent, and goes on at the pace of late', () => {
    const found = courseOf({ ...today, buckets: steady, limitNanos: 1800n });
    expect(found.spentNanos).toBe('1200');
    expect(found.course.at(-1)).toEqual({ at: noon, nanos: '1200' });
    expect(found).toMatchObject({ hit: 'expected', hitAt: midnight + 18 * hour });
  });

  it('is not hit when the period ends before', () => {
    expect(courseOf({ ...today, buckets: steady, limitNanos: 9000n })).toMatchObject({
      hit: 'not in this period',
      hitAt: null,
    });
  });

  it('says when it was passed', () => {
    expect(courseOf({ ...today, buckets: steady, limitNanos: 500n })).toMatchObject({
      hit: 'passed',
      hitAt: midnight + 5 * hour,
    });
  });

  it('counts nothing from before the period, but takes the pace from there', () => {
    const before = [{ at: midnight - hour, nanos: 5000n, unpriced: 0 }];
    const found = courseOf({ ...today, now: midnight + hour / 2, buckets: before, limitNanos: 10_000n });
    expect(found.spentNanos).toBeNull();
    expect(found.hit).toBe('expected');
  });

  it('is unknown where nothing has a price, and null is not 0', () => {
    const unpriced = [{ at: noon - hour, nanos: null, unpriced: 3 }];
    expect(courseOf({ ...today, buckets: unpriced, limitNanos: 1n })).toEqual({
      ...{ spentNanos: null, unpriced: 3, course: [], hit: 'unknown', hitAt: null },
    });
  });
});

describe('budgets over the store', () => {
  let house: House;
  const now = Date.UTC(2026, 2, 18, 15, 30);
  const budgets = [
    { name: 'all', limitUsd: 100, per: 'month' },
    { name: 'red team', for: { team: 'red' }, limitUsd: 4, per: 'day' },
    { name: 'each team', each: 'team', limitUsd: 20, per: 'week' },
    { name: 'dated', for: { model: 'smart' }, limitUsd: 1, per: 'month' },
    { name: 'starred', for: { model: 'sm*t', user: 'ann' }, limitUsd: 1000, per: 'month' },
  ].map((budget) => Budget.parse(budget));
  let ask: <Answer>(address: string) => Promise<Answer>;

  beforeAll(async () => {
    house = await openHouse(() => now);
    // One call each hour for five weeks, a tenth of a dollar each: red and blue by turns, ann is red.
    const records = Array.from({ length: 24 * 35 }, (_, index) => {
      const startedAt = now - 60_000 - index * hour;
      const base = exchange(index + 1);
      const red = index % 2 === 0;
      return exchange(index + 1, {
        id: uuidv7(startedAt, index + 1),
        startedAt,
        responseModel: red ? 'smart-2026-01-31' : 'other',
        attribution: { ...base.attribution, team: red ? 'red' : 'blue', user: red ? 'ann' : '' },
        pricing: { ...base.pricing, costNanos: dollar / 10 },
      });
    });
    for (const { name, records: lines } of toSegments(records, 400)) await house.deliver(name, lines);
    const app = await house.another({ timezone: 'Asia/Kathmandu' }, { policies: { budgets, limits: [] } });
    ask = async <Answer>(address: string) => (await app.inject(address)).json() as Answer;
  }, 60_000);
  afterAll(() => house.close());

  const courseNamed = async (name: string) =>
    (await ask<BudgetCourseAnswer>(`/api/budget-course?name=${encodeURIComponent(name)}`)).courses;

  it('begin with the local day and month', async () => {
    const [month] = await courseNamed('all');
    expect(month).toMatchObject({ from: Date.UTC(2026, 1, 28, 18, 15), to: Date.UTC(2026, 2, 31, 18, 15) });
    const hours = Math.floor((now - 60_000 - month!.from) / hour) + 1;
    expect(month!.spentNanos).toBe(String((hours * dollar) / 10));
    expect(month!.course.at(-1)!.nanos).toBe(month!.spentNanos);
  });

  it('count what their patterns fit, dated names of a model included', async () => {
    const [red] = await courseNamed('red team');
    const inDay = Array.from({ length: 24 }, (_, index) => now - 60_000 - index * hour).filter(
      (at, index) => index % 2 === 0 && at >= red!.from,
    );
    expect(red!.spentNanos).toBe(String((inDay.length * dollar) / 10));
    const [dated] = await courseNamed('dated');
    const [starred] = await courseNamed('starred');
    expect(dated!.hit).toBe('passed');
    expect(starred!.spentNanos).toBe(dated!.spentNanos);
  });

  it('have a course for each team that spent, the fullest first', async () => {
    const courses = await courseNamed('each team');
    expect(courses.map(({ value }) => value).sort()).toEqual(['blue', 'red']);
    const all = (await ask<BudgetCourseAnswer>('/api/budget-course')).courses;
    const shares = all.map(({ spentNanos, limitNanos }) => Number(spentNanos) / Number(limitNanos));
    expect(shares).toEqual([...shares].sort((one, other) => other - one));
  });

  it('stand beside the forecast of the month that they are over', async () => {
    const found = await ask<ForecastAnswer>('/api/forecast');
    expect(found).toMatchObject({ basis: 'weekdays', budgets: [{ name: 'all', limitNanos: String(100 * dollar) }] });
    // 24 calls of a tenth of a dollar on each of 31 days.
    expect(Math.abs(Number(found.expectedNanos) / dollar - 74.4)).toBeLessThan(0.3);
    expect(await ask('/api/forecast?team=red')).toMatchObject({ budgets: [] });
  });
});
