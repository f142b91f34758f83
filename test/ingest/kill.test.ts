// kill -9 at random moments, several times over, and in the end every record is in ClickHouse once, in base and rollups.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
let root: string;

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'sightline-kill-'));
  await mkdir(path.join(root, 'sent'));
  await mkdir(path.join(root, 'data'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Runs the child until it has said `lines` lines and a little more, then kills it; without `lines`, until it is done. */
async function run(lines = Number.POSITIVE_INFINITY): Promise<string[]> {
  const script = path.join(import.meta.dirname, 'ingest-child.ts');
  const child = spawn(execPath, [script, path.join(root, 'data'), path.join(root, 'sent')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
  });
  const exited = once(child, 'exit');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    said.push(line);
    if (said.length === lines) {
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 120));
      child.kill('SIGKILL');
    }
  }
  await exited;
  return said;
}

it('loses nothing and doubles nothing through kills at any moment', { timeout: 90_000 }, async () => {
  const all = Array.from({ length: segments * perSegment }, (_, index) => exchange(index + 1));
  for (let sequence = 0; sequence < segments; sequence += 1) {
    const records = all.slice(sequence * perSegment, (sequence + 1) * perSegment);
    // Every tenth segment carries a line that must be bisected out, however often that is interrupted.
    const poison = sequence % 10 === 5 ? '{"kind":"exchange","id":"poison"}\n' : '';
    const text = poison + toLines([...records, seal(sequence, perSegment)]);
    await writeFile(path.join(root, 'sent', `${segmentName(sequence)}.ndjson`), text);
  }

  for (let round = 0; round < kills; round += 1) await run(1 + Math.floor((round * segments) / kills / 1.5));
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
