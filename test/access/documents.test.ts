// Documents over the real embedded ClickHouse: the newest version is in force, and what was answered is still there later.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import type { Store } from '../../clickhouse/store.ts';
import { type Documents, openDocuments } from '../../collector/documents/documents.ts';
import { ClickHouseConfiguration } from '../../contract/configuration.ts';

let directory: string;
let store: Store;
let now = 1_700_000_000_000;
const open = (writer = 'one'): Promise<Documents> =>
  openDocuments({ store, writer, clock: () => now, onProblem: (message) => expect.fail(message) });

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-documents-'));
  store = await createStore({
    configuration: ClickHouseConfiguration.parse({}),
    dataDirectory: directory,
    retentionDays: { exchanges: 90, bodies: 30, rollups: 730 },
    onProblem: () => {},
  });
  await store.migrate();
});
afterAll(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

it('gives back what was written, and nothing that was removed', async () => {
  const documents = await open();
  await documents.put('note', 'b', { text: 'second' });
  await documents.put('note', 'a', { text: `it's "quoted"\n'; DROP TABLE documents; -- \\` });
  await documents.put('other', 'a', { text: 'another kind' });
  await documents.put('note', 'c', { text: 'gone soon' });
  await documents.remove('note', 'c');
  expect(documents.all('note').map(({ id, body }) => [id, body])).toEqual([
    ['a', { text: `it's "quoted"\n'; DROP TABLE documents; -- \\` }],
    ['b', { text: 'second' }],
  ]);
  expect((await open()).all('note')).toEqual(documents.all('note'));
  expect(documents.get('note', 'c')).toBeNull();
});

it('lets the newest version win although the clock stood still or went back', async () => {
  const documents = await open();
  await documents.put('clock', 'a', 1);
  await documents.put('clock', 'a', 2);
  now -= 3_600_000;
  await documents.put('clock', 'a', 3);
  const again = await open();
  expect(again.all('clock')).toMatchObject([{ id: 'a', body: 3 }]);
});

it('has two collectors on one database agree, also when both wrote in the same millisecond', async () => {
  const [one, other] = [await open('one'), await open('other')];
  await one.put('shared', 'a', 'from one');
  await other.put('shared', 'a', 'from other');
  await one.put('shared', 'b', 'from one');
  await Promise.all([one.reread(), other.reread()]);
  expect(one.all('shared')).toEqual(other.all('shared'));
  expect(one.all('shared').map(({ id }) => id)).toEqual(['a', 'b']);
});

it('says that it knows nothing rather than that there is nothing', async () => {
  const problems: string[] = [];
  const away = await openDocuments({
    store: { kind: 'server', insertRows: store.insertRows, read: () => Promise.reject(new Error('nobody answered')) },
    clock: () => now,
    onProblem: (message) => problems.push(message),
  });
  expect(() => away.all('note')).toThrow(/have not been read/);
  await expect(away.put('note', 'a', 1)).rejects.toThrow(/have not been read/);
  expect(problems).toHaveLength(1);
  away.close();
});

it('tells whoever listens of a change, and of no change nobody', async () => {
  const documents = await open();
  let told = 0;
  documents.onChange(() => (told += 1));
  await documents.put('heard', 'a', 1);
  await documents.reread();
  expect(told).toBe(1);
});
