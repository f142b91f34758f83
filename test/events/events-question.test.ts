// GET /api/events over a real store: events of proxies and of the collector itself, each once.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEvents } from '../../collector/events/events.ts';
import type { EventRecord } from '../../contract/event.ts';
import type { EventsAnswer } from '../../contract/questions/events.ts';
import { boot, exchange, seal, segmentName } from '../clickhouse/records.ts';
import { type House, openHouse } from '../questions/house.ts';

const start = 1_767_225_600_000;
const now = start + 3_600_000;
const id = (number: number) => `018f0000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
const event = (number: number, changes: Partial<EventRecord> = {}): EventRecord => ({
  ...{ kind: 'event', id: id(number), boot, startedAt: start + number, tenant: 'default', actor: 'operator' },
  ...{ action: 'key.create', subject: `key_${number}`, detail: { name: `n${number}` } },
  ...changes,
});

let house: House;
beforeAll(async () => {
  house = await openHouse(() => now);
  const first = [event(1), exchange(1), event(2, { action: 'secret.open', tenant: 'other' }), event(3)];
  await house.deliver(segmentName(0), [...first, seal(0, 1)]);
  // A worker that died had its successor send an event again.
  await house.deliver(segmentName(1), [event(3), event(4, { actor: 'proxy' }), seal(1, 1)]);
});
afterAll(() => house.close());

const eventually = (read: () => unknown) => expect.poll(read, { timeout: 15_000, interval: 20 });
const ask = (query: string) => house.ask<EventsAnswer>(`/api/events?${query}`);
const ids = ({ rows }: EventsAnswer) => rows.map((row) => row.id);

describe('GET /api/events', () => {
  it('answers newest first, and an event that came twice once', async () => {
    const answer = await ask('');
    expect(ids(answer)).toEqual([id(4), id(3), id(2), id(1)]);
    expect(answer.next).toBeNull();
    expect(answer.rows.at(-1)).toEqual({
      ...{ id: id(1), startedAt: start + 1, boot, tenant: 'default', actor: 'operator' },
      ...{ action: 'key.create', subject: 'key_1', detail: { name: 'n1' } },
    });
  });

  it('filters by action, subject, actor, tenant and window', async () => {
    expect(ids(await ask('action=secret.open'))).toEqual([id(2)]);
    expect(ids(await ask('subject=key_3'))).toEqual([id(3)]);
    expect(ids(await ask('actor=proxy'))).toEqual([id(4)]);
    expect(ids(await ask('tenant=other'))).toEqual([id(2)]);
    expect(ids(await ask(`from=${start + 2}&to=${start + 4}`))).toEqual([id(3), id(2)]);
  });

  it('pages without a gap and without a double', async () => {
    const first = await ask('limit=3');
    expect(ids(first)).toEqual([id(4), id(3), id(2)]);
    const second = await ask(`limit=3&before=${first.next}`);
    expect(ids(second)).toEqual([id(1)]);
  });

  it('leaves what else stands in the segment as it was', async () => {
    const conservation = await house.ask<{ rows?: unknown[] }>('/api/conservation');
    expect(JSON.stringify(conservation)).toContain(boot);
    const [row] = await house.store.read<{ rows: string }>(
      'SELECT count() AS rows FROM {db:Identifier}.exchanges WHERE tenant = {tenant:String}',
      { tenant: 'default' },
    );
    expect(Number(row?.rows)).toBe(1);
  });
});

describe('the collector’s own events', () => {
  it('are written together while one segment is under way, and asked for like the others', async () => {
    const events = createEvents({ accept: house.ingest.accept, clock: () => now });
    const written = [11, 12, 13].map((number) =>
      events.write({ id: id(number), startedAt: start + number, action: 'budget.set', subject: 'team day' }),
    );
    await Promise.all(written);
    await eventually(async () => ids(await ask('action=budget.set'))).toEqual([id(13), id(12), id(11)]);
    const { rows } = await ask('action=budget.set&limit=1');
    expect(rows[0]).toMatchObject({ boot: 'collector', tenant: 'default', actor: '', detail: {} });
  });

  it('are the same event under the same id', async () => {
    const events = createEvents({ accept: house.ingest.accept, clock: () => now });
    const once = { id: id(21), startedAt: start + 21, action: 'budget.remove' as const };
    await Promise.all([events.write(once), events.write(once)]);
    await events.write(once);
    await eventually(async () => ids(await ask('action=budget.remove'))).toEqual([id(21)]);
  });

  it('are refused aloud when they cannot be made durable, and later ones go on', async () => {
    let refuse = true;
    const accept: typeof house.ingest.accept = (name, stream) =>
      refuse ? Promise.reject(new Error('disk')) : house.ingest.accept(name, stream);
    const events = createEvents({ accept, clock: () => now });
    const one = { id: id(31), startedAt: start + 31, action: 'cache.purge' as const };
    await expect(events.write(one)).rejects.toThrow('disk');
    refuse = false;
    await events.write(one);
    await eventually(async () => ids(await ask('action=cache.purge'))).toEqual([id(31)]);
  });
});
