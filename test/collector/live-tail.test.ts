// The live tail over a real store: rows reach whoever listens, filtered, counted when there are too many.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { z } from 'zod';
import type { LiveEvent } from '../../contract/questions/live.ts';
import { exchange, seal, segmentName } from '../clickhouse/records.ts';
import { eventsOf, type House, openHouse } from '../questions/house.ts';

type Told = z.infer<typeof LiveEvent>;
let house: House;
let sequence = 0;
const now = Date.UTC(2026, 5, 1);
beforeAll(async () => {
  house = await openHouse(() => now);
});
afterAll(() => house.close());

async function listen(query = '') {
  const controller = new AbortController();
  const response = await fetch(`${house.url}/api/live${query}`, { signal: controller.signal });
  const events = eventsOf(response);
  expect((await events.next()).value).toMatchObject({ event: 'hello' });
  return {
    response,
    next: async () => (await events.next()).value as { event: string; data: Told },
    end: () => controller.abort(),
  };
}

async function deliver(numbers: number[], changes = {}): Promise<void> {
  const records = numbers.map((number) => exchange(number, { startedAt: now - 60_000 + number, ...changes }));
  await house.deliver(segmentName(sequence), [...records, seal(sequence, records.length)]);
  sequence += 1;
}

test('shows each exchange once it is stored, oldest first, like the list does', async () => {
  const tail = await listen();
  expect(tail.response.headers.get('content-type')).toContain('text/event-stream');
  await deliver([1, 2, 3]);
  const { event, data } = await tail.next();
  expect(event).toBe('exchanges');
  expect(data).toMatchObject({
    dropped: 0,
    rows: [{ requestPreview: 'question 1' }, {}, { requestPreview: 'question 3' }],
  });
  const list = await house.ask<{ rows: unknown[] }>('/api/exchanges');
  expect(data.rows.toReversed()).toEqual(list.rows);
  tail.end();
});

test('tells a listener only what fits its filters', async () => {
  const tail = await listen('?app=app-2&outcome=success');
  await deliver([11, 13, 15]);
  await deliver([14, 18, 19]);
  expect((await tail.next()).data.rows.map((row) => row.app)).toEqual(['app-2', 'app-2']);
  tail.end();
});

test('keeps the newest two hundred of a burst and counts the rest', async () => {
  const tail = await listen();
  await deliver(Array.from({ length: 450 }, (_, index) => 1000 + index));
  const { data } = await tail.next();
  expect(data.rows).toHaveLength(200);
  expect(data.dropped).toBe(250);
  expect(data.rows.at(-1)?.requestPreview).toBe('question 1449');
  tail.end();
});

test('reads nothing when nobody listens, and forgets who went away', async () => {
  await expect.poll(async () => (await fetch(`${house.url}/metrics`)).text()).toContain('live_listeners 0');
  house.reads.length = 0;
  await deliver([2001]);
  await house.ask('/livez');
  expect(house.reads).toEqual([]);
});

test('refuses filters it does not know with a problem', async () => {
  const answer = await fetch(`${house.url}/api/live?outcome=nix`);
  expect(answer.status).toBe(400);
});

test('ends its streams when the collector stops', async () => {
  const app = await house.another({});
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  const events = eventsOf(await fetch(`${url}/api/live`));
  expect((await events.next()).done).toBe(false);
  await app.close();
  expect((await events.next()).done).toBe(true);
});
