// What was not spent: by the cache, by the choice among targets, and what prompt caches lost when a session went elsewhere.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Candidate, Decision } from '../../contract/decision.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { RoutingMissesAnswer } from '../../contract/questions/routing-misses.ts';
import type { SavingsAnswer } from '../../contract/questions/savings.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { exchange } from '../clickhouse/records.ts';
import { type House, openHouse } from './house.ts';
import { toSegments, uuidv7 } from './synthetic.ts';

const at = Date.UTC(2026, 2, 10, 9);
const window = `from=${at}&to=${at + 3_600_000}`;
let house: House;
let number = 0;

const record = (changes: Partial<ExchangeRecord>, seconds = 1): ExchangeRecord => {
  number += 1;
  const startedAt = at + seconds * 1000;
  const base = exchange(number);
  return exchange(number, {
    ...{ id: uuidv7(startedAt, number), startedAt, outcome: 'success', usage: { ...unknownUsage } },
    attribution: { ...base.attribution, session: '' },
    ...changes,
  });
};

const cached = (status: 'hit' | 'shared' | 'miss', savedNanos: number | null): ExchangeRecord =>
  record({ cache: { status, namespace: '', ageMs: null, from: '', savedNanos } });

const candidate = (expectedNanos: number | null, probability: number, changes: Partial<Candidate> = {}): Candidate => ({
  ...{ provider: 'p', model: 'm', region: '', score: null, health: null, detail: '', excluded: null },
  ...{ expectedNanos, probability },
  ...changes,
});

const decided = (candidates: Candidate[], first: number, changes: Partial<Decision> = {}): ExchangeRecord =>
  record({
    decision: {
      ...{ route: 'support', strategy: 'weighted', kind: 'sampled', unit: '', draw: 0.5, weightsVersion: '' },
      ...{ meaning: null, candidates, plan: [first] },
      ...changes,
    },
  });

/** A call of a session at a target, with so many tokens read from a prompt cache and so many not. */
const called = (target: string, seconds: number, [read, fresh]: [number, number], session = 'chat'): ExchangeRecord => {
  const base = exchange(number + 1);
  return record(
    {
      ...{ provider: target, requestedModel: 'm', responseModel: 'm' },
      attribution: { ...base.attribution, session },
      usage: { ...unknownUsage, inputCacheRead: read, inputUncached: fresh, outputText: 5 },
      pricing: {
        ...base.pricing,
        costNanos: read * 300 + fresh * 3000,
        costSource: 'computed',
        breakdown: [
          { bucket: 'inputCacheRead', tokens: read, nanosPerMillion: 300e6, nanos: read * 300 },
          { bucket: 'inputUncached', tokens: fresh, nanosPerMillion: 3000e6, nanos: fresh * 3000 },
        ].filter(({ tokens }) => tokens > 0),
      },
    },
    seconds,
  );
};

beforeAll(async () => {
  house = await openHouse(() => at + 3_600_000);
  const records = [
    ...[cached('hit', 700), cached('hit', 300), cached('hit', null), cached('shared', 50), cached('miss', null)],
    decided([candidate(100, 0.9), candidate(400, 0.1)], 0),
    decided([candidate(100, 0.9), candidate(400, 0.1)], 1),
    decided([candidate(100, 0.2), candidate(900, 0.8, { excluded: 'residency' }), candidate(300, 0.1)], 0),
    decided([candidate(100, 0.5), candidate(null, 0.5)], 0),
    decided([candidate(100, 1)], 0, { route: 'alone' }),
    ...[called('warm', 10, [1000, 200]), called('cold', 60, [0, 1300]), called('cold', 90, [1200, 200])],
    ...[called('warm', 1000, [1000, 200]), called('cold', 1400, [0, 1300])],
    ...[called('warm', 20, [500, 10], 'other'), called('warm', 30, [510, 10], 'other')],
    ...[called('warm', 40, [800, 0], 'unknown'), called('cold', 50, [0, 900], 'unknown')],
  ];
  for (const { name, records: lines } of toSegments(records, 100)) await house.deliver(name, lines);
}, 60_000);
afterAll(() => house.close());

describe('savings by the cache', () => {
  it('are what the served answers had cost, by status; an unknown one is counted and not guessed', async () => {
    const { cache } = await house.ask<SavingsAnswer>(`/api/savings?${window}`);
    expect(cache).toMatchObject({ requests: 5, served: 4, savedNanos: '1050' });
    expect(cache.statuses).toContainEqual({ status: 'hit', requests: 3, savedNanos: '1000', unknown: 1 });
    expect(cache.statuses).toContainEqual({ status: 'miss', requests: 1, savedNanos: null, unknown: 0 });
  });

  it('are the same whether rollup or exchanges are asked', async () => {
    const { cache } = await house.ask<SavingsAnswer>(`/api/savings?${window}`);
    const raw = await house.ask<SavingsAnswer>(`/api/savings?${window}&outcome=success`);
    expect(raw.cache).toEqual(cache);
  });
});

describe('savings by routing', () => {
  it('hold the chosen target against the dearest and the likeliest, where the cost of all is known', async () => {
    const { routing } = await house.ask<SavingsAnswer>(`/api/savings?${window}`);
    expect(routing!.routes).toEqual([
      {
        ...{ route: 'support', decisions: 4, known: 3 },
        ...{ chosenNanos: '600', dearestNanos: '1100', likeliestNanos: '300' },
      },
    ]);
  });

  it('are not told where a filter is set that decisions are not divided by', async () => {
    expect((await house.ask<SavingsAnswer>(`/api/savings?${window}&team=red`)).routing).toBeNull();
  });
});

describe('prompt caches', () => {
  it('show which share of input was read from them', async () => {
    const { promptCache } = await house.ask<SavingsAnswer>(`/api/savings?${window}`);
    const read = 1000 + 1200 + 1000 + 500 + 510 + 800;
    const all = read + 200 + 1300 + 200 + 200 + 1300 + 10 + 10 + 900;
    expect(promptCache).toMatchObject({ readTokens: read, inputTokens: all, share: read / all, writtenTokens: null });
    expect(promptCache.readNanos).toBe(String(read * 300));
  });

  it('lose what the next call of a session reads at full price elsewhere within five minutes', async () => {
    const found = await house.ask<RoutingMissesAnswer>(`/api/routing-misses?${window}`);
    // 1000 tokens at 3000 instead of 300 nano-dollars; the session of four hundred seconds later is too late.
    expect(found.rows).toEqual([
      { from: 'warm/m', to: 'cold/m', switches: 2, tokens: 1800, lostNanos: String(1000 * 2700), unknown: 1 },
    ]);
    expect(found.total).toMatchObject({ switches: 2, lostNanos: '2700000', unknown: 1 });
  });

  it('lose nothing where nobody went elsewhere', async () => {
    const found = await house.ask<RoutingMissesAnswer>(`/api/routing-misses?${window}&session=other`);
    expect(found.total).toEqual({ switches: 0, tokens: 0, lostNanos: null, unknown: 0 });
  });
});
