// What was spent: the rollups against the exchanges and both against plain TypeScript, in time zones whose days begin on the
// hour, half past and a quarter to, over a change of clocks.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { SpendAnswer, SpendBy } from '../../contract/questions/spend.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { type House, openHouse } from './house.ts';
import { bucketOf, fieldOf, groupBy, within } from './model.ts';
import { buckets, costOf, nanosOfKind, savedOf, spendingRecords, tokensOf, unpricedTokensOf } from './spending.ts';
import { end, start, toSegments } from './synthetic.ts';

const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Kathmandu'];
const records = spendingRecords(2500, 5);
const houses = new Map<string, (pathAndQuery: string) => Promise<unknown>>();
let house: House;

beforeAll(async () => {
  house = await openHouse();
  for (const { name, records: lines } of toSegments(records, 500)) await house.deliver(name, lines);
  for (const zone of zones) {
    const app = await house.another({ timezone: zone });
    houses.set(zone, async (address) => {
      const answer = await app.inject(address);
      if (answer.statusCode !== 200) throw new Error(`${address}: ${answer.body}`);
      return answer.json();
    });
  }
}, 120_000);
afterAll(() => house.close());

const ask = (parameters: Record<string, string | number | undefined>, zone = 'UTC'): Promise<SpendAnswer> => {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams(Object.fromEntries(given.map(([name, value]) => [name, String(value)])));
  return houses.get(zone)!(`/api/spend?${query}`) as Promise<SpendAnswer>;
};

const groupOf = (record: ExchangeRecord, by: SpendBy): string => fieldOf(record, by as keyof Filters);
const dimensions: SpendBy[] = ['team', 'app', 'key', 'user', 'task', 'model', 'provider'];
const anyWindow = fc
  .tuple(fc.integer({ min: start - 9e7, max: end + 9e7 }), fc.integer({ min: 1, max: 14 * 86_400_000 }))
  .map(([from, span]) => ({ from, to: from + span }));
const runs = { numRuns: 12, seed: 7 };

describe('sums of days', () => {
  it.each(zones)('equal the range in %s, whatever it is divided by', async (zone) => {
    const whole = { from: start - 86_400_000, to: end + 86_400_000, step: 86_400, limit: 20 };
    const { total } = await ask({ ...whole, by: 'provider' }, zone);
    expect(total.costNanos).toBe(costOf(records));
    for (const by of [...dimensions, 'kind']) {
      const { series } = await ask({ ...whole, by }, zone);
      const sum = series.reduce((nanos, point) => nanos + BigInt(point.costNanos ?? 0), 0n);
      expect(String(sum), by).toBe(total.costNanos);
    }
  });

  it.each(zones)('are those of the days on a wall in %s, 23 and 25 hours included', async (zone) => {
    const { series } = await ask({ from: start, to: end, step: 86_400, by: 'provider' }, zone);
    const expected = groupBy(records, (record) => `${bucketOf(record.startedAt, 86_400, zone)} ${record.provider}`);
    expect(Object.fromEntries(series.map((point) => [`${point.at} ${point.group}`, point.costNanos]))).toEqual(
      Object.fromEntries([...expected].map(([key, group]) => [key, costOf(group)])),
    );
  });

  it('are read from the rollups alone when the window begins and ends on quarters of an hour', async () => {
    house.reads.length = 0;
    const hour = 3_600_000;
    const window = { from: Math.ceil(start / hour) * hour, to: Math.floor(end / hour) * hour };
    for (const by of [...dimensions, 'kind']) await ask({ ...window, by }, 'Asia/Kathmandu');
    expect(house.reads.length).toBeGreaterThan(0);
    for (const sql of house.reads) expect(sql).not.toContain('.exchanges');
  });
});

describe('spend', () => {
  it('is exact for any window, filter and dimension, and null where nothing is known', async () => {
    const filters = fc.record(
      {
        team: fc.constantFrom('', 'red'),
        provider: fc.constantFrom('openai', 'nobody'),
        user: fc.constantFrom('', 'ann', "o'brien"),
        key: fc.constantFrom('', 'key_aaaaaaaaaaaa'),
        outcome: fc.constantFrom('success', 'failed'),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, fc.constantFrom(...dimensions), async (window, chosen, by) => {
        const { total, rows, groups } = await ask({ ...window, ...chosen, by, rows: 1000 });
        const fitting = within(records, window.from, window.to).filter((record) =>
          Object.entries(chosen).every(([name, value]) => fieldOf(record, name as keyof Filters) === value),
        );
        expectSpend(total, fitting);
        const expected = groupBy(fitting, (record) => groupOf(record, by));
        expect(groups).toBe(expected.size);
        expect(new Set(rows.map(({ group }) => group))).toEqual(new Set(expected.keys()));
        for (const row of rows) expectSpend(row, expected.get(row.group)!);
      }),
      runs,
    );
  });

  it('splits into kinds that add up to the whole, each within the rounding of its parts', async () => {
    const { total } = await ask({ from: start, to: end });
    const sum = total.kinds.reduce((nanos, { costNanos }) => nanos + BigInt(costNanos ?? 0), 0n);
    expect(String(sum)).toBe(total.costNanos);
    for (const { kind, costNanos } of total.kinds) {
      if (kind === 'unsplit') continue;
      const off = Math.abs(Number(costNanos) - nanosOfKind(records, kind));
      expect(off, kind).toBeLessThanOrEqual(records.length);
    }
  });

  it('says apart what no kind is known of', async () => {
    const reported = records.filter(({ pricing }) => pricing.costSource === 'reported');
    const { total } = await ask({ from: start, to: end });
    const unsplit = total.kinds.find(({ kind }) => kind === 'unsplit')?.costNanos;
    expect(Math.abs(Number(unsplit) - Number(costOf(reported)))).toBeLessThanOrEqual(10 * records.length);
  });

  it('lists only exchanges without a price where those are asked for', async () => {
    const { rows } = await house.ask<{ rows: { id: string }[] }>(
      `/api/exchanges?unpriced=true&limit=500&from=${start}&to=${end}`,
    );
    const expected = records.filter(
      (record) => record.pricing.costNanos === null && (unpricedTokensOf([record]) ?? 0) > 0,
    );
    expect(rows).toHaveLength(expected.length);
    expect(new Set(rows.map(({ id }) => id))).toEqual(new Set(expected.map(({ id }) => id)));
  });

  it('has minutes for an hour, and refuses them where that would read too many exchanges', async () => {
    const window = { from: start, to: start + 7_200_000, by: 'provider', limit: 20 };
    const { series, total } = await ask({ ...window, step: 300 });
    const expected = groupBy(within(records, window.from, window.to), (record) =>
      bucketOf(record.startedAt, 300, 'UTC'),
    );
    expect(new Set(series.map(({ at }) => at))).toEqual(new Set(expected.keys()));
    expect(String(series.reduce((sum, { costNanos }) => sum + BigInt(costNanos ?? 0), 0n))).toBe(total.costNanos);
    const answer = await fetch(`${house.url}/api/spend?from=${start}&to=${end}&step=300`);
    expect(answer.status).toBe(400);
  });
});

function expectSpend(found: SpendAnswer['total'], fitting: ExchangeRecord[]): void {
  expect(found.requests).toBe(fitting.length);
  expect(found.costNanos).toBe(costOf(fitting));
  expect(found.savedNanos).toBe(savedOf(fitting));
  expect(found.unpricedTokens).toBe(unpricedTokensOf(fitting));
  for (const kind of buckets) {
    const tokens = found.kinds.find((one) => one.kind === kind)?.tokens ?? null;
    expect(tokens ?? 0, kind).toBe(tokensOf(fitting, kind) ?? 0);
  }
}
