// A kill between two steps of an insert leaves a block that is announced and not there. Such blocks are forgotten before the
// store opens, so that their segment fills the hole when it comes again; nothing else is, so that it doubles nothing.
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pid } from 'node:process';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import { openEmbeddedEngine } from '../../clickhouse/embedded-engine.ts';
import { forgetGhostBlocks } from '../../clickhouse/ghost-blocks.ts';
import type { Store } from '../../clickhouse/store.ts';
import { exchange, retentionDays, segmentName, segmentText } from './records.ts';
import { expectedSums, storedSums } from './sums.ts';

let root: string;
let folder: string;
let runs = 0;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-ghosts-'));
});
beforeEach(async () => {
  runs += 1;
  folder = path.join(root, String(runs));
  await mkdir(folder);
});
afterAll(() => rm(root, { recursive: true, force: true }));

const segments = 4;
const all = Array.from({ length: segments * 10 }, (_, index) => exchange(index + 1));

async function withStore<Result>(use: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await createStore({
    configuration: { url: '', cluster: '', database: 'sightline' },
    dataDirectory: folder,
    retentionDays,
    onProblem: (message) => expect.unreachable(message),
  });
  try {
    await store.migrate();
    return await use(store);
  } finally {
    await store.close();
  }
}

async function insertAll(store: Store): Promise<void> {
  for (let sequence = 0; sequence < segments; sequence += 1) {
    const file = path.join(folder, `${segmentName(sequence)}.ndjson`);
    await writeFile(file, segmentText(sequence, { first: 1 + sequence * 10 }));
    await store.insertSegment(segmentName(sequence), file);
  }
}

const dataFolder = async (store: Store, table: string): Promise<string> => {
  const sql =
    "SELECT data_paths[1] AS folder FROM system.tables WHERE database = 'sightline' AND name = {table:String}";
  return (await store.read<{ folder: string }>(sql, { table }))[0]!.folder;
};

const tables = ['exchanges', 'bodies', 'attempts', 'minute_models', 'quarter_attempts'];

it('fills the holes when the segment of a killed insert comes again, and doubles nothing', {
  timeout: 120_000,
}, async () => {
  const folders = await withStore(async (store) => {
    await insertAll(store);
    return Promise.all(tables.map((table) => dataFolder(store, table)));
  });
  for (const where of folders) {
    const parts = (await readdir(where)).filter((name) => /^\d+_\d+_\d+_\d+$/.test(name)).sort();
    // As if the process had ended before the rename that makes a part of what was written.
    await rm(path.join(where, parts.at(-1)!), { recursive: true });
  }
  await withStore(async (store) => {
    expect((await storedSums(store)).base.requests).toBe(String(all.length - 10));
    await insertAll(store);
    expect(await storedSums(store)).toEqual(expectedSums(all));
    const [attempts] = await store.read('SELECT sum(attempt_count) AS n FROM {db:Identifier}.quarter_attempts');
    expect(attempts).toEqual({ n: String(all.length) });
  });
});

it('knows the blocks of a merged part, and so doubles nothing after a merge', { timeout: 120_000 }, async () => {
  await withStore(insertAll);
  const engine = await openEmbeddedEngine({ dataDirectory: folder, pid });
  for (const table of tables) await engine.command(`OPTIMIZE TABLE sightline.${table} FINAL`);
  await engine.close();
  expect(await forgetGhostBlocks(path.join(folder, 'clickhouse'))).toEqual({ forgotten: [], problems: [] });
  await withStore(async (store) => {
    await insertAll(store);
    expect(await storedSums(store)).toEqual(expectedSums(all));
  });
});

/** A table's folder with these parts and logs, as the engine would leave it. */
async function layOut(parts: string[], logs: Record<number, string>): Promise<(number: number) => string> {
  const table = path.join(folder, 'store', 'abc', 'abcdef');
  const logFile = (number: number): string => path.join(table, 'deduplication_logs', `deduplication_log_${number}.txt`);
  await mkdir(path.dirname(logFile(1)), { recursive: true });
  for (const part of parts) await mkdir(path.join(table, part));
  for (const [number, text] of Object.entries(logs)) await writeFile(logFile(Number(number)), text);
  return logFile;
}

const add = (part: string): string => `1\t${part}\tblock-of-${part}\n`;

it('takes only the lines out whose part is neither there nor merged into another of the same day', async () => {
  const kept = [add('20260101_1_1_0'), add('20260101_2_2_0'), `2\t20260101_9_9_0\tdropped\n`, add('20260102_3_3_0')];
  const ghosts = [add('20260102_2_2_0'), add('20260101_4_4_0')];
  const logFile = await layOut(['20260101_1_3_1_7', '20260102_3_3_0', 'tmp_insert_20260101_4_4_0', 'detached'], {
    1: [kept[0], ghosts[0], ...kept.slice(1), ghosts[1]].join(''),
  });
  const { forgotten, problems } = await forgetGhostBlocks(folder);
  expect(problems).toEqual([]);
  expect(forgotten.map((line) => `${line}\n`).sort()).toEqual([...ghosts].sort());
  expect(await readFile(logFile(1), 'utf8')).toBe(kept.join(''));
  // The engine reads every file in this folder as a log.
  expect(await readdir(path.dirname(logFile(1)))).toEqual(['deduplication_log_1.txt']);
});

it('finds the ghost at the end of a full log, after which the engine has begun a new one', async () => {
  const logFile = await layOut(['all_1_1_0'], { 9: add('all_1_1_0') + add('all_2_2_0'), 10: '' });
  expect((await forgetGhostBlocks(folder)).forgotten).toHaveLength(1);
  expect(await readFile(logFile(9), 'utf8')).toBe(add('all_1_1_0'));
});

it('keeps the older lines of a long log as they are, and looks at the newest', async () => {
  const older = Array.from({ length: 6000 }, (_, index) => add(`all_${index + 1}_${index + 1}_0`)).join('');
  const logFile = await layOut(['all_1000_6000_5'], { 1: older + add('all_6001_6001_0') });
  expect((await forgetGhostBlocks(folder)).forgotten).toEqual([add('all_6001_6001_0').trimEnd()]);
  expect(await readFile(logFile(1), 'utf8')).toBe(older);
});

it('cuts a torn line off, which would run into the next one', async () => {
  const logFile = await layOut(['all_1_1_0'], { 1: `${add('all_1_1_0')}1\tall_2_2_0\tbl` });
  expect(await forgetGhostBlocks(folder)).toEqual({ forgotten: ['1\tall_2_2_0\tbl'], problems: [] });
  expect(await readFile(logFile(1), 'utf8')).toBe(add('all_1_1_0'));
});

it('leaves a log alone that it does not understand, and says so', async () => {
  const text = `${add('all_2_2_0')}3\tall_3_3_0\tblock\n`;
  const logFile = await layOut(['all_1_1_0'], { 1: text });
  const { forgotten, problems } = await forgetGhostBlocks(folder);
  expect(forgotten).toEqual([]);
  expect(problems).toEqual([expect.stringContaining('not a record: 3\tall_3_3_0')]);
  expect(await readFile(logFile(1), 'utf8')).toBe(text);
});

it('does not write where nothing is amiss, and finds nothing in a store that is not there yet', async () => {
  const logFile = await layOut(['all_1_1_0'], { 1: add('all_1_1_0') });
  const before = await stat(logFile(1));
  expect(await forgetGhostBlocks(folder)).toEqual({ forgotten: [], problems: [] });
  expect((await stat(logFile(1))).ino).toBe(before.ino);
  expect(await forgetGhostBlocks(path.join(folder, 'nowhere'))).toEqual({ forgotten: [], problems: [] });
});
