// Every question, asked over HTTP of a real store, against the same sums done in plain TypeScript.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExchangesAnswer } from '../../contract/questions/exchanges.ts';
import type { FacetsAnswer } from '../../contract/questions/facets.ts';
import type { SeriesAnswer } from '../../contract/questions/series.ts';
import type { TopAnswer } from '../../contract/questions/top.ts';
import type { Totals, TotalsAnswer } from '../../contract/questions/totals.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { Outcome } from '../../contract/words.ts';
import { type House, openHouse } from './house.ts';
import { bucketOf, countsOf, fieldOf, fits, groupBy, isPercentile, localMidnight, wallClock, within } from './model.ts';
import { awkward, end, start, syntheticRecords, toSegments } from './synthetic.ts';

const records = syntheticRecords(3000, 20_260_308);
const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kathmandu', 'Asia/Kolkata', 'Australia/Lord_Howe'];
const runs = { numRuns: 15 };
let house: House;
const houses = new Map<string, (path: string) => Promise<unknown>>();

beforeAll(async () => {
  house = await openHouse(() => end);
  for (const segment of toSegments(records, 500)) await house.deliver(segment.name, segment.records);
  for (const timezone of zones) {
    const app = await house.another({ timezone });
    houses.set(timezone, async (path) => {
      const answer = await app.inject({ url: path, headers: { host: 'localhost' } });
      expect(answer.statusCode, answer.body).toBe(200);
      return answer.json();
    });
  }
});
afterAll(() => house.close());

const dimension = fc.constantFrom('provider', 'model', 'app', 'team', 'task', 'environment');
const anyWindow = fc
  .tuple(fc.integer({ min: start - 3e8, max: end }), fc.integer({ min: 1, max: 13 * 86_400_000 }))
  .map(([from, length]) => ({ from, to: from + length }));
const shortWindow = fc
  .tuple(fc.integer({ min: start, max: end }), fc.integer({ min: 1, max: 3 * 3_600_000 }))
  .map(([from, length]) => ({ from, to: from + length }));
/** Rarely set: with nine filters set, nothing would ever fit and every claim would hold. */
const sometimes = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const rollupFilters = fc.record({
  provider: sometimes(fc.constantFrom('openai', 'google', 'nobody')),
  model: sometimes(fc.constantFrom('alpha', 'alpha-2026')),
  app: sometimes(fc.constantFrom('', 'desk', ...awkward)),
  team: sometimes(fc.constantFrom('', 'red')),
  task: sometimes(fc.constantFrom('reply', 'sum up')),
  environment: sometimes(fc.constantFrom('', 'staging')),
  outcome: sometimes(fc.constantFrom(...Outcome.options)),
});
const filters: fc.Arbitrary<Filters> = fc
  .tuple(
    rollupFilters,
    fc.record({ user: sometimes(fc.constantFrom('ann', ...awkward)), session: sometimes(fc.constant('s-7')) }),
  )
  .map(([one, other]) => ({ ...one, ...other }));

function queryString(values: Record<string, unknown>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]): [string, string] => [name, String(value)])).toString();
}

function expectFigures(found: Partial<Totals>, chosen: typeof records): void {
  const exact = countsOf(chosen) as Partial<Totals>;
  const comparable = Object.fromEntries(
    Object.keys(exact)
      .filter((key) => key in found)
      .map((key) => [key, exact[key as keyof Totals]]),
  );
  expect(found).toMatchObject(comparable);
  const total = chosen.map((record) => record.totalMs);
  const firstToken = chosen.map((record) => record.firstTokenMs);
  const percentiles = [
    [found.p50Ms, 0.5, total],
    [found.p95Ms, 0.95, total],
    [found.p99Ms, 0.99, total],
    [found.firstTokenP50Ms, 0.5, firstToken],
    [found.firstTokenP95Ms, 0.95, firstToken],
  ] as const;
  for (const [value, fraction, samples] of percentiles) {
    expect(isPercentile(value ?? null, fraction, samples), `${value} as ${fraction} of ${samples.length}`).toBe(true);
  }
}

describe('totals', () => {
  test('are exact for any window and any filters, and for the window before', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(anyWindow, shortWindow), filters, async ({ from, to }, chosen) => {
        const answer = await house.ask<TotalsAnswer>(`/api/totals?${queryString({ from, to, ...chosen })}`);
        const fitting = records.filter((record) => fits(record, chosen));
        expectFigures(answer.current, within(fitting, from, to));
        expectFigures(answer.previous, within(fitting, from - (to - from), from));
      }),
      runs,
    );
  });

  test('say null, not 0, where nothing is known', async () => {
    const { current } = await house.ask<TotalsAnswer>(`/api/totals?from=${end + 1e9}&to=${end + 2e9}`);
    expect(current).toMatchObject({
      requests: 0,
      costNanos: null,
      inputTokens: null,
      p50Ms: null,
      firstTokenP95Ms: null,
    });
  });

  test.each([
    [5, 5],
    [9, 5],
    [0, 4e12],
  ])('refuse the window from %d to %d with what to do about it', async (from, to) => {
    const answer = await fetch(`${house.url}/api/totals?from=${from}&to=${to}`);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({
      error: { code: 'window_invalid', fix: expect.stringContaining('epoch') },
    });
  });
});

describe('series', () => {
  test('add up to the model in every bucket, group, step and time zone', async () => {
    const anyStep = fc.constantFrom(60, 300, 900, 1200, 3600, 6 * 3600, 5400, 86_400);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(anyWindow, shortWindow),
        filters,
        fc.record({ step: anyStep, zone: fc.constantFrom(...zones), by: fc.option(dimension, { nil: undefined }) }),
        async ({ from, to }, chosen, { step, zone, by }) => {
          if ((to - from) / 1000 / step > 4000) return;
          const query = queryString({ from, to, step, by, limit: 20, ...chosen });
          const answer = (await houses.get(zone)!(`/api/series?${query}`)) as SeriesAnswer;
          const inside = within(records, from, to).filter((record) => fits(record, chosen));
          const expected = groupBy(inside, (record) =>
            JSON.stringify([bucketOf(record.startedAt, step, zone), by ? fieldOf(record, by) : '']),
          );
          expect(answer.rows.map((row) => JSON.stringify([row.at, row.group])).sort()).toEqual(
            [...expected.keys()].sort(),
          );
          for (const row of answer.rows) expectFigures(row, expected.get(JSON.stringify([row.at, row.group]))!);
        },
      ),
      runs,
    );
  });

  test.each(zones)('by day in %s begin at local midnight and add up to the whole range', async (zone) => {
    const from = localMidnight(start + 86_400_000, zone);
    const to = localMidnight(end - 86_400_000, zone);
    const answer = (await houses.get(zone)!(`/api/series?from=${from}&to=${to}&step=86400`)) as SeriesAnswer;
    expect(answer.timezone).toBe(zone);
    expect(new Set(answer.rows.map((row) => wallClock(row.at, zone).slice(11)))).toEqual(new Set(['00:00:00']));
    const total = await house.ask<TotalsAnswer>(`/api/totals?from=${from}&to=${to}`);
    expect(answer.rows.reduce((sum, row) => sum + row.requests, 0)).toBe(total.current.requests);
    expect(String(answer.rows.reduce((sum, row) => sum + BigInt(row.costNanos ?? 0), 0n))).toBe(
      total.current.costNanos,
    );
  });

  test('have a day of 23 hours where the clocks go forward', async () => {
    const zone = 'America/Los_Angeles';
    const answer = (await houses.get(zone)!(`/api/series?from=${start}&to=${end}&step=86400`)) as SeriesAnswer;
    const lengths = answer.rows.slice(1).map((row, index) => (row.at - answer.rows[index]!.at) / 3_600_000);
    expect(lengths.filter((hours) => hours === 23)).toHaveLength(1);
    expect(lengths.filter((hours) => hours !== 23 && hours !== 24)).toEqual([]);
  });

  test('by week begin on Monday', async () => {
    const answer = (await houses.get('Asia/Kathmandu')!(
      `/api/series?from=${start}&to=${end}&step=604800`,
    )) as SeriesAnswer;
    const weekdays = answer.rows.map((row) =>
      new Intl.DateTimeFormat('en', { timeZone: 'Asia/Kathmandu', weekday: 'long' }).format(row.at),
    );
    expect(new Set(weekdays)).toEqual(new Set(['Monday']));
    expect(answer.rows.reduce((sum, row) => sum + row.requests, 0)).toBe(records.length);
  });

  test('keep the dearest groups and add up the rest as "other"', async () => {
    const answer = await house.ask<SeriesAnswer>(`/api/series?from=${start}&to=${end}&step=86400&by=app&limit=3`);
    const groups = new Set(answer.rows.map((row) => row.group));
    const cost = (app: string) =>
      BigInt(countsOf(records.filter((record) => record.attribution.app === app)).costNanos ?? 0);
    const apps = [...new Set(records.map((record) => record.attribution.app))];
    const dearest = apps.sort((one, other) => Number(cost(other) - cost(one))).slice(0, 3);
    expect(groups).toEqual(new Set([...dearest, 'other']));
    expect(answer.rows.reduce((sum, row) => sum + row.requests, 0)).toBe(records.length);
  });

  test.each([61, 0, 90_000])('refuse a step of %d seconds', async (step) => {
    const answer = await fetch(`${house.url}/api/series?from=${start}&to=${end}&step=${step}`);
    expect(answer.status).toBe(400);
  });

  test('refuse more buckets than a chart can show', async () => {
    const answer = await fetch(`${house.url}/api/series?from=${start}&to=${end}&step=60`);
    expect(await answer.json()).toMatchObject({
      error: { code: 'step_invalid', message: expect.stringContaining('too many') },
    });
  });
});

describe('top', () => {
  test('lists the groups with the most, all figures exact', async () => {
    const order = fc.constantFrom('cost', 'requests', 'errors', 'latency');
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, fc.record({ by: dimension, order }), async ({ from, to }, chosen, asked) => {
        const query = queryString({ from, to, limit: 5, ...asked, ...chosen });
        const answer = await house.ask<TopAnswer>(`/api/top?${query}`);
        const inside = within(records, from, to).filter((record) => fits(record, chosen));
        const groups = groupBy(inside, (record) => fieldOf(record, asked.by as keyof Filters));
        expect(answer.groups).toBe(groups.size);
        expect(answer.rows).toHaveLength(Math.min(5, groups.size));
        for (const row of answer.rows) expectFigures(row, groups.get(row.group)!);
        const measures = {
          cost: (row: Totals) => Number(row.costNanos ?? -1),
          requests: (row: Totals) => row.requests,
          errors: (row: Totals) => row.errors,
          latency: (row: Totals) => row.p95Ms ?? -1,
        };
        const ranked = answer.rows.map(measures[asked.order as keyof typeof measures]);
        expect(ranked).toEqual([...ranked].sort((one, other) => other - one));
        if (asked.order !== 'requests') return;
        const most = [...groups.values()].map((group) => group.length).sort((one, other) => other - one);
        expect(ranked).toEqual(most.slice(0, 5));
      }),
      runs,
    );
  });
});

describe('facets', () => {
  test('count every value under all filters but its own', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, async ({ from, to }, chosen) => {
        const answer = await house.ask<FacetsAnswer>(`/api/facets?${queryString({ from, to, ...chosen })}`);
        for (const [name, values] of Object.entries(answer)) {
          const others = { ...chosen, [name]: undefined };
          const fitting = within(records, from, to).filter((record) => fits(record, others));
          const expected = groupBy(fitting, (record) => fieldOf(record, name as keyof Filters));
          const found = Object.fromEntries(values.map(({ value, requests }) => [value, requests]));
          expect(found, name).toEqual(Object.fromEntries([...expected].map(([value, group]) => [value, group.length])));
        }
      }),
      runs,
    );
  });
});

describe('exchanges', () => {
  test('page by page are all that fit, once each, newest first', async () => {
    const text = fc.option(fc.constantFrom('überweisung', 'PARCEL', 'nothing like it'), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(fc.option(anyWindow, { nil: undefined }), filters, text, async (window, chosen, wanted) => {
        const limit = window ? 137 : 500;
        const ids: string[] = [];
        let before: string | undefined;
        let last = Number.POSITIVE_INFINITY;
        do {
          const query = queryString({ ...window, ...chosen, text: wanted, limit, before });
          const page: ExchangesAnswer = await house.ask(`/api/exchanges?${query}`);
          for (const row of page.rows) {
            expect(row.startedAt).toBeLessThanOrEqual(last);
            last = row.startedAt;
          }
          ids.push(...page.rows.map((row) => row.id));
          before = page.next ?? undefined;
        } while (before);
        const inside = window ? within(records, window.from, window.to) : records;
        const fitting = inside.filter((record) => {
          const previews = `${record.requestPreview}\n${record.responsePreview}`.toLowerCase();
          return fits(record, chosen) && (wanted === undefined || previews.includes(wanted.toLowerCase()));
        });
        expect(ids).toHaveLength(new Set(ids).size);
        expect(new Set(ids)).toEqual(new Set(fitting.map((record) => record.id)));
      }),
      { numRuns: 8 },
    );
  });

  test('show each exchange as it was recorded', async () => {
    const { rows } = await house.ask<ExchangesAnswer>('/api/exchanges?limit=500');
    for (const row of rows) {
      const record = records.find(({ id }) => id === row.id)!;
      expect(row).toMatchObject({
        startedAt: record.startedAt,
        outcome: record.outcome,
        user: record.attribution.user,
        app: record.attribution.app,
        costNanos: record.pricing.costNanos === null ? null : String(record.pricing.costNanos),
        totalMs: record.totalMs,
        firstTokenMs: record.firstTokenMs,
        requestPreview: record.requestPreview,
      });
    }
  });

  test('never read a body, nor does any question but the one about one exchange', async () => {
    house.reads.length = 0;
    const window = `from=${start + 5}&to=${end - 7}`;
    const paths = [
      'totals',
      'facets',
      'top?by=app',
      'series?step=900',
      'exchanges?text=parcel',
      'status',
      'conservation',
    ];
    for (const path of paths) await house.ask(`/api/${path}${path.includes('?') ? '&' : '?'}${window}`);
    expect(house.reads.length).toBeGreaterThanOrEqual(paths.length);
    for (const sql of house.reads) expect(sql).not.toMatch(/bod(y|ies)|SELECT \*,? FROM \{db:Identifier\}/i);
  });

  test('leave the rollups only for the edges of a window', async () => {
    house.reads.length = 0;
    const hour = 3_600_000;
    const from = Math.ceil(start / hour) * hour;
    await house.ask(`/api/totals?from=${from}&to=${from + 48 * hour}`);
    for (const sql of house.reads) expect(sql).not.toContain('.exchanges');
  });
});

describe('one exchange', () => {
  test('comes back as the proxy wrote it, bodies included', async () => {
    for (const record of records.filter((_, index) => index % 300 === 0)) {
      const { kind: _kind, ...expected } = record;
      const found = await house.ask<Record<string, unknown>>(`/api/exchanges/${record.id}`);
      expect(found).toMatchObject({ ...expected, bodiesKept: true, segment: expect.stringMatching(/^bootbootboot-/) });
    }
  });

  test('is found without looking through the rest: the index on ids skips the parts without it, but for one in a hundred', async () => {
    const unknown = "toUUID('018f0000-0000-7000-8000-ffffffffffff')";
    const plan = await house.store.read<{ explain: string }>(
      `EXPLAIN indexes = 1 SELECT id FROM {db:Identifier}.exchanges WHERE id = ${unknown}`,
    );
    expect(plan.map((line) => line.explain).join('\n')).toMatch(/Name: by_id[\s\S]*Granules: [01]\/\d\d/);
  });

  test('is a 404 with a reason when nobody knows it', async () => {
    const answer = await fetch(`${house.url}/api/exchanges/018f0000-0000-7000-8000-ffffffffffff`);
    expect(answer.status).toBe(404);
    expect(await answer.json()).toMatchObject({ error: { code: 'exchange_unknown' } });
  });
});

describe('conservation and status', () => {
  test('prove that all that was started is stored', async () => {
    const answer = await house.ask<{ holds: boolean; rows: unknown[] }>('/api/conservation');
    expect(answer).toMatchObject({
      holds: true,
      rows: [{ boot: 'bootbootboot', segments: 6, missingSegments: 0, stored: 3000, counters: { started: 3000 } }],
    });
  });

  test('status counts what is there', async () => {
    const times = records.map((record) => record.startedAt);
    expect(await house.ask('/api/status')).toMatchObject({
      exchanges: 3000,
      firstExchangeAt: Math.min(...times),
      lastExchangeAt: Math.max(...times),
      segmentsWaiting: 0,
      deadRecords: 0,
      store: 'embedded',
      proxyUrl: 'http://127.0.0.1:4141',
    });
  });
});

describe('SQL in a value', () => {
  const attacks = [
    "' OR 1=1 --",
    "'; DROP TABLE sightline.exchanges; --",
    "') OR 1=1 UNION ALL SELECT * FROM system.tables --",
    '{db:Identifier}',
    '{filter_app:String}',
    "\\' OR 1 --",
    '\\',
    '\t\n\r',
    '\u0000',
    "file('/etc/passwd')",
  ];
  const names = ['provider', 'model', 'app', 'team', 'user', 'task', 'session', 'environment'];

  test.each(attacks)('%j is a value like any other, in every filter of every question', async (attack) => {
    for (const name of names) {
      const query = `from=${start}&to=${end}&${queryString({ [name]: attack })}`;
      const chosen = records.filter((record) => fits(record, { [name]: attack }));
      const { current } = await house.ask<TotalsAnswer>(`/api/totals?${query}`);
      expect(current.requests).toBe(chosen.length);
    }
    const everywhere = queryString(Object.fromEntries(names.map((name) => [name, attack])));
    expect((await house.ask<ExchangesAnswer>(`/api/exchanges?${everywhere}`)).rows).toEqual([]);
    const found = await house.ask<ExchangesAnswer>(`/api/exchanges?${queryString({ text: attack })}`);
    expect(found.rows).toEqual([]);
    expect(await house.ask('/api/status')).toMatchObject({ exchanges: 3000 });
  });

  test.each(['by', 'order', 'outcome', 'before', 'step', 'from', 'limit'])(
    '%s takes nothing but its own words',
    async (name) => {
      const query = { from: start, to: end, by: 'app', step: 3600, [name]: "app FROM system.tables; --'" };
      const path = { outcome: 'top', before: 'exchanges', step: 'series' }[name] ?? 'top';
      const answer = await fetch(`${house.url}/api/${path}?${queryString(query)}`);
      expect(answer.status).toBe(400);
      expect(await answer.json()).toMatchObject({
        error: { code: 'question_invalid', message: expect.stringMatching(`^${name}: expected `) },
      });
    },
  );
});
