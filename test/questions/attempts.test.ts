// The questions about attempts, asked over HTTP of a real store, against the same worked out in plain TypeScript.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ErrorsAnswer } from '../../contract/questions/errors.ts';
import type { ExchangesAnswer } from '../../contract/questions/exchanges.ts';
import type { IncidentsAnswer } from '../../contract/questions/incidents.ts';
import type { ReliabilityAnswer } from '../../contract/questions/reliability.ts';
import type { RetryCostsAnswer } from '../../contract/questions/retry-costs.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { FailureClass, Outcome } from '../../contract/words.ts';
import {
  bad,
  costOf,
  countsByClass,
  failureOf,
  recordsWithAttempts,
  speaksAgainst,
  type Tried,
  triedIn,
} from './attempts.ts';
import { type House, openHouse } from './house.ts';
import { bucketOf, fits, isPercentile } from './model.ts';
import { end, start, toSegments } from './synthetic.ts';

const records = recordsWithAttempts(2400, 20_261_124);
const runs = { numRuns: 15 };
const quarter = 900_000;
let house: House;

beforeAll(async () => {
  house = await openHouse(() => end);
  for (const segment of toSegments(records, 600)) await house.deliver(segment.name, segment.records);
});
afterAll(() => house.close());

const anyWindow = fc
  .tuple(fc.integer({ min: start - 3e8, max: end }), fc.integer({ min: 1, max: 13 * 86_400_000 }), fc.boolean())
  .map(([at, length, isEven]) => {
    const from = isEven ? Math.floor(at / quarter) * quarter : at;
    return { from, to: from + length };
  });
const sometimes = <Value>(value: fc.Arbitrary<Value>) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: value });
const filters: fc.Arbitrary<Filters> = fc.record({
  provider: sometimes(fc.constantFrom('openai', 'anthropic', 'nobody')),
  model: sometimes(fc.constantFrom('alpha', 'alpha-2026')),
  app: sometimes(fc.constantFrom('', "o'brien", "' OR 1=1 --")),
  session: sometimes(fc.constantFrom('s-7', 's-8')),
  outcome: sometimes(fc.constantFrom(...Outcome.options)),
});

function ask<Answer>(name: string, values: Record<string, unknown>): Promise<Answer> {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return house.ask(
    `/api/${name}?${new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)]))}`,
  );
}

function expectFigures(found: ReliabilityAnswer['providers'][number], tried: Tried[]): void {
  expect(found).toMatchObject({
    attempts: tried.length,
    failed: tried.filter(speaksAgainst).length,
    classes: countsByClass(tried),
  });
  expect(Object.keys(found.classes)).toHaveLength(Object.keys(countsByClass(tried)).length);
  const waits = tried.filter((one) => failureOf(one) === null).map((one) => one.firstByteMs);
  expect(isPercentile(found.firstByteP95Ms, 0.95, waits), `${found.firstByteP95Ms} of ${waits.length}`).toBe(true);
}

describe('reliability', () => {
  test('counts every attempt once, in its bucket and over the window, for any window, step and filters', async () => {
    const anyStep = fc.constantFrom(60, 300, 900, 1800, 7200, 86_400);
    await fc.assert(
      fc.asyncProperty(anyWindow, anyStep, filters, async (window, step, chosen) => {
        if ((window.to - window.from) / 1000 / step > 4000) return;
        const answer = await ask<ReliabilityAnswer>('reliability', { ...window, step, ...chosen });
        const tried = triedIn(records, window, chosen);
        const whole = Map.groupBy(tried, (one) => one.provider);
        expect(answer.providers.map((row) => row.provider).sort()).toEqual([...whole.keys()].sort());
        for (const row of answer.providers) expectFigures(row, whole.get(row.provider)!);
        const cells = Map.groupBy(tried, (one) => `${bucketOf(one.record.startedAt, step, 'UTC')} ${one.provider}`);
        expect(answer.rows.map((row) => `${row.at} ${row.provider}`).sort()).toEqual([...cells.keys()].sort());
        for (const row of answer.rows) expectFigures(row, cells.get(`${row.at} ${row.provider}`)!);
      }),
      runs,
    );
  });

  test('is empty, not zero, where nothing was asked', async () => {
    const answer = await ask<ReliabilityAnswer>('reliability', { from: end + 1e9, to: end + 2e9 });
    expect(answer).toMatchObject({ step: 900, providers: [], rows: [] });
  });

  test('reads the rollup for whole quarters and attempts for the edges alone', async () => {
    const from = Math.ceil(start / quarter) * quarter;
    house.reads.length = 0;
    await ask('reliability', { from, to: from + 40 * quarter });
    expect(house.reads.join()).not.toMatch(/\.attempts\b/);
    house.reads.length = 0;
    await ask('reliability', { from: from + 1, to: from + 40 * quarter });
    expect(house.reads.join()).toMatch(/\.attempts\b[\s\S]*quarter_attempts/);
  });

  test('refuses a window that ends before it begins', async () => {
    const answer = await fetch(`${house.url}/api/reliability?from=9&to=5`);
    expect(answer.status).toBe(400);
  });
});

describe('errors', () => {
  const anyFailure = sometimes(fc.constantFrom(...FailureClass.options));

  test('count each class per bucket and per target', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, anyFailure, async (window, chosen, failure) => {
        const answer = await ask<ErrorsAnswer>('errors', { ...window, step: 86_400, limit: 100, failure, ...chosen });
        const tried = triedIn(records, window, chosen);
        const failed = tried.filter((one) => failureOf(one) !== null && (!failure || failureOf(one) === failure));
        const cells = Map.groupBy(
          failed,
          (one) => `${bucketOf(one.record.startedAt, 86_400, 'UTC')} ${failureOf(one)}`,
        );
        expect(Object.fromEntries(answer.rows.map((row) => [`${row.at} ${row.failure}`, row.attempts]))).toEqual(
          Object.fromEntries([...cells].map(([key, all]) => [key, all.length])),
        );
        const groups = Map.groupBy(failed, (one) => `${one.provider} ${one.model} ${failureOf(one)}`);
        expect(
          Object.fromEntries(answer.groups.map((row) => [`${row.provider} ${row.model} ${row.failure}`, row.attempts])),
        ).toEqual(Object.fromEntries([...groups].map(([key, all]) => [key, all.length])));
        for (const { provider, model, of } of answer.groups) {
          expect(of).toBe(tried.filter((one) => one.provider === provider && one.model === model).length);
        }
      }),
      runs,
    );
  });

  test('show the newest failures as they were recorded, each with how its exchange ended', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, anyFailure, async (window, chosen, failure) => {
        const answer = await ask<ErrorsAnswer>('errors', { ...window, step: 86_400, limit: 7, failure, ...chosen });
        const expected = triedIn(records, window, chosen)
          .filter((one) => failureOf(one) !== null && (!failure || failureOf(one) === failure))
          .sort((one, other) => other.record.startedAt - one.record.startedAt || other.number - one.number)
          .slice(0, 7);
        expect(answer.examples.map((each) => `${each.id} ${each.number}`)).toEqual(
          expected.map((one) => `${one.record.id} ${one.number}`),
        );
        for (const [index, { record, ...one }] of expected.entries()) {
          const wasLast = record.outcome !== 'success' && one.number === record.attempts.length;
          expect(answer.examples[index]).toEqual({
            ...{ id: record.id, number: one.number, at: record.startedAt + one.startedAtMs, failure: failureOf(one) },
            ...{ provider: one.provider, model: one.model, region: one.region, kind: one.kind, status: one.status },
            ...{ errorCode: one.errorCode, providerRequestId: one.providerRequestId },
            message: wasLast ? record.errorMessage : '',
            exchangeOutcome: record.outcome,
            servedBy: record.outcome === 'success' ? record.provider : '',
          });
        }
      }),
      runs,
    );
  });

  test('refuse a class that does not exist', async () => {
    const answer = await fetch(`${house.url}/api/errors?from=1&to=2&failure=bad_luck`);
    expect(await answer.json()).toMatchObject({ error: { code: 'question_invalid' } });
  });
});

describe('retry costs', () => {
  test('add up what is known per kind and count what is not', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, async (window, chosen) => {
        const { rows } = await ask<RetryCostsAnswer>('retry-costs', { ...window, ...chosen });
        const kinds = Map.groupBy(triedIn(records, window, chosen), (one) => one.kind);
        expect(rows.map((row) => row.kind).sort()).toEqual([...kinds.keys()].sort());
        for (const row of rows) {
          const tried = kinds.get(row.kind)!;
          expect(row).toEqual({
            kind: row.kind,
            attempts: tried.length,
            failed: tried.filter(speaksAgainst).length,
            costNanos: costOf(tried),
            unpriced: tried.filter((one) => one.costNanos === null).length,
          });
        }
      }),
      runs,
    );
  });

  test('are unknown, not nothing, where no attempt has a cost', async () => {
    const unpriced = records.find((record) => record.attempts.every((one) => one.costNanos === null))!;
    const window = { from: unpriced.startedAt, to: unpriced.startedAt + 1 };
    const { rows } = await ask<RetryCostsAnswer>('retry-costs', window);
    for (const row of rows) expect(row).toMatchObject({ costNanos: null, unpriced: row.attempts });
    expect((await ask<RetryCostsAnswer>('retry-costs', { from: end + 1e9, to: end + 2e9 })).rows).toEqual([]);
  });
});

describe('incidents', () => {
  const window = { from: start, to: end };

  test('find the two hours in which a provider failed, and nothing of the calm days', async () => {
    const { incidents, found } = await ask<IncidentsAnswer>('incidents', window);
    expect({ found, provider: incidents[0]?.provider }).toEqual({ found: 1, provider: bad.provider });
    const inside = triedIn(records, bad, { provider: bad.provider });
    const against = inside.filter(speaksAgainst);
    const times = against.map((one) => one.record.startedAt + one.startedAtMs);
    expect(incidents[0]).toMatchObject({
      ...{ from: Math.min(...times), to: Math.max(...times), ongoing: false },
      ...{ attempts: inside.length, failed: against.length, classes: countsByClass(inside) },
    });
    expect(incidents[0]!.course.reduce((sum, cell) => sum + cell.failed, 0)).toBe(against.length);
  });

  test('say what became of each exchange that met a failure', async () => {
    const { incidents } = await ask<IncidentsAnswer>('incidents', window);
    const against = triedIn(records, bad, { provider: bad.provider }).filter(speaksAgainst);
    const met = [...new Set(against.map((one) => one.record))];
    const saved = Map.groupBy(
      met.filter((record) => record.outcome === 'success'),
      (record) => record.provider,
    );
    const lost = Map.groupBy(
      met.filter((record) => record.outcome !== 'success'),
      (record) => record.outcome,
    );
    const { exchanges, ...fate } = incidents[0]!;
    expect(exchanges).toBe(met.length);
    expect(Object.fromEntries(fate.saved.map((each) => [each.provider, each.exchanges]))).toEqual(
      Object.fromEntries([...saved].map(([name, all]) => [name, all.length])),
    );
    expect(Object.fromEntries(fate.lost.map((each) => [each.outcome, each.exchanges]))).toEqual(
      Object.fromEntries([...lost].map(([name, all]) => [name, all.length])),
    );
  });

  test('lead down to the newest raw errors', async () => {
    const { incidents } = await ask<IncidentsAnswer>('incidents', window);
    const newest = triedIn(records, bad, { provider: bad.provider })
      .filter(speaksAgainst)
      .sort((one, other) => other.record.startedAt - one.record.startedAt || other.number - one.number);
    expect(incidents[0]!.examples.map((each) => `${each.id} ${each.number}`)).toEqual(
      newest.slice(0, 5).map((one) => `${one.record.id} ${one.number}`),
    );
  });

  test('are none where the filters leave none, and none in an empty window', async () => {
    const nothing = { incidents: [], found: 0 };
    expect(await ask('incidents', { ...window, provider: 'nobody' })).toEqual(nothing);
    expect(await ask('incidents', { from: end + 1e9, to: end + 2e9 })).toEqual(nothing);
  });
});

describe('exchanges', () => {
  test('that asked a provider in any attempt are found, whoever answered', async () => {
    await fc.assert(
      fc.asyncProperty(anyWindow, filters, fc.constantFrom('openai', 'anthropic'), async (window, chosen, tried) => {
        const { rows } = await ask<ExchangesAnswer>('exchanges', { ...window, ...chosen, tried, limit: 500 });
        const expected = records
          .filter((record) => record.startedAt >= window.from && record.startedAt < window.to && fits(record, chosen))
          .filter((record) => record.attempts.some((one) => one.provider === tried))
          .sort((one, other) => other.startedAt - one.startedAt)
          .slice(0, 500);
        expect(rows.map((row) => row.startedAt)).toEqual(expected.map((record) => record.startedAt));
      }),
      runs,
    );
  });
});

test('no question about attempts reads a body or a preview', async () => {
  house.reads.length = 0;
  for (const name of ['reliability', 'errors', 'incidents', 'retry-costs']) {
    await ask(name, { from: start + 1, to: end, app: 'desk' });
  }
  expect(house.reads.length).toBeGreaterThan(5);
  for (const sql of house.reads) expect(sql).not.toMatch(/bod(y|ies)\b|preview|FINAL/i);
});
