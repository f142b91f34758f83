// /livez, /readyz and /metrics: alive is not ready, and neither lies.
import { expect, test } from 'vitest';
import { pretendedIngest, pretendedStore, quietCollector } from './quiet-collector.ts';

test('readiness asks the store to write and read, and reports what waits', async () => {
  const ingest = { ...pretendedIngest, waiting: () => 3, lagMs: () => 1200, deadRecords: () => 1 };
  const answer = await (await quietCollector({}, { ingest })).inject('/readyz');
  expect(answer.statusCode).toBe(200);
  expect(answer.json()).toMatchObject({
    ready: true,
    store: { ok: true },
    segmentsWaiting: 3,
    lagMs: 1200,
    deadRecords: 1,
  });
});

test('a store that fails makes it unready but not dead', async () => {
  const store = { ...pretendedStore, health: async () => ({ ok: false, detail: 'no answer within 3000 ms' }) };
  const app = await quietCollector({}, { store });
  const answer = await app.inject('/readyz');
  expect(answer.statusCode).toBe(503);
  expect(answer.json()).toMatchObject({ ready: false, store: { detail: 'no answer within 3000 ms' } });
  expect((await app.inject('/livez')).statusCode).toBe(200);
});

test('a stopping collector is unready while it finishes', async () => {
  const stopping = new AbortController();
  const app = await quietCollector({}, { stopping: stopping.signal });
  stopping.abort();
  expect((await app.inject('/readyz')).json()).toMatchObject({ ready: false, stopping: true, store: { ok: true } });
  expect((await app.inject('/readyz')).statusCode).toBe(503);
});

test('metrics are Prometheus text, with the store or without it', async () => {
  const line = /^(# (HELP|TYPE) .+|[a-z_:]+(\{[^}]*\})? [0-9.e+-]+|)$/;
  const answer = await (await quietCollector()).inject('/metrics');
  expect(answer.headers['content-type']).toContain('text/plain; version=0.0.4');
  expect(answer.body).toContain('sightline_pretended 1');
  expect(answer.body).toContain('sightline_collector_store_up 1');
  for (const each of answer.body.split('\n')) expect(each).toMatch(line);
  const store = { ...pretendedStore, read: () => Promise.reject(new Error('gone')) };
  const without = await (await quietCollector({}, { store })).inject('/metrics');
  expect(without.statusCode).toBe(200);
  expect(without.body).toContain('sightline_collector_store_up 0');
});

test('metrics name at most twenty boots', async () => {
  const asked: unknown[] = [];
  const store = {
    ...pretendedStore,
    async read(_sql: string, parameters?: unknown) {
      asked.push(parameters);
      return [];
    },
  };
  const app = await quietCollector({}, { store });
  asked.length = 0; // what it reads when it begins
  await app.inject('/metrics');
  expect(asked).toEqual([{ most: 20 }]);
});
