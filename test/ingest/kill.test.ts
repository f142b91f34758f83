// kill -9 at random moments and in the middle of inserts, several times over, and in the end every record is in ClickHouse
// once, in base and rollups.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type FSWatcher, watch } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import { exchange, retentionDays, seal, segmentName, toLines } from '../clickhouse/records.ts';
import { expectedSums, storedSums } from '../clickhouse/sums.ts';

const segments = 20;
const perSegment = 30;
const kills = 4;
const killsWhileAnnouncing = 6;
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-kill-'));
  await mkdir(path.join(root, 'sent'));
  await mkdir(path.join(root, 'data'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

type Ending = (child: ChildProcess, said: string[]) => void;

/** Runs the child to its end, or to the one that `end` prepares for it; called at its start and with every line. */
async function run(end: Ending = () => undefined): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'ingest-child.ts');
  const child = spawn(execPath, [script, path.join(root, 'data'), path.join(root, 'sent')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  end(child, said);
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    end(child, said);
  }
  await exited;
  return said;
}

const soonAfter =
  (lines: number): Ending =>
  (child, said) => {
    if (said.length === lines) setTimeout(() => child.kill('SIGKILL'), Math.random() * 120);
  };

/** A part is announced in its table's log and renamed right after: the kill races against that rename, `nth` parts on. */
async function whileAnnouncing(nth: number): Promise<{ end: Ending; close(): void }> {
  const store = path.join(root, 'data', 'clickhouse', 'store');
  const logs = (await readdir(store, { recursive: true })).filter((name) => name.endsWith('deduplication_logs'));
  const watchers: FSWatcher[] = [];
  let left = nth;
  const end: Ending = (child, said) => {
    if (said.length > 0) return;
    const onChange = (): void => {
      left -= 1;
      if (left === 0) child.kill('SIGKILL');
    };
    for (const directory of logs) watchers.push(watch(path.join(store, directory), onChange));
  };
  return { end, close: () => watchers.forEach((watcher) => void watcher.close()) };
}

it('loses nothing and doubles nothing through kills at any moment', { timeout: 300_000 }, async () => {
  const all = Array.from({ length: segments * perSegment }, (_, index) => exchange(index + 1));
  for (let sequence = 0; sequence < segments; sequence += 1) {
    const records = all.slice(sequence * perSegment, (sequence + 1) * perSegment);
    // Every tenth segment carries a line that must be bisected out, however often that is interrupted.
    const poison = sequence % 10 === 5 ? '{"kind":"exchange","id":"poison"}\n' : '';
    const text = poison + toLines([...records, seal(sequence, perSegment)]);
    await writeFile(path.join(root, 'sent', `${segmentName(sequence)}.ndjson`), text);
  }

  await run(soonAfter(1));
  for (let round = 0; round < killsWhileAnnouncing; round += 1) {
    const { end, close } = await whileAnnouncing(1 + round * 4);
    expect(await run(end)).not.toContain('done');
    close();
  }
  for (let round = 1; round < kills; round += 1) await run(soonAfter(1 + Math.floor((round * segments) / kills / 1.5)));
  const said = await run();
  expect(said.filter((line) => line.startsWith('problem'))).toEqual([]);
  expect(said.at(-1)).toBe('done');

  const dataDirectory = path.join(root, 'data');
  const configuration = { url: '', cluster: '', database: 'sightline' };
  const store = await createStore({ configuration, dataDirectory, retentionDays, onProblem: () => undefined });
  try {
    expect(await storedSums(store)).toEqual(expectedSums(all));
    const [seals] = await store.read('SELECT count() AS n, uniqExact(segment) AS names FROM {db:Identifier}.segments');
    expect(seals).toEqual({ n: String(segments), names: String(segments) });
  } finally {
    await store.close();
  }
  expect(await readdir(path.join(dataDirectory, 'ingest', 'incoming'))).toEqual([]);
  expect(await readdir(path.join(dataDirectory, 'ingest', 'dead'))).toHaveLength(segments / 10);
});
