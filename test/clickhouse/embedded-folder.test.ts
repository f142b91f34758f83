// One process at a time holds the embedded store, and whoever comes second is told who and what to do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pid } from 'node:process';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import { takeFolderLock } from '../../clickhouse/folder-lock.ts';
import type { Store } from '../../clickhouse/store.ts';
import { retentionDays } from './records.ts';

let folder: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-folder-'));
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = (loadChdb?: () => Promise<never>): Promise<Store> =>
  createStore({
    configuration: { url: '', cluster: '', database: 'sightline' },
    dataDirectory: folder,
    retentionDays,
    loadChdb,
    onProblem: (message) => expect.unreachable(message),
  });

/** Another process that lives until it is killed. */
const sleeper = async (): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1000)']);
  children.push(child);
  await once(child.stdout!, 'data');
  return child;
};

it('names the process that holds the folder, and what to do', async () => {
  const child = await sleeper();
  const lock = await takeFolderLock(path.join(folder, 'clickhouse.lock'), child.pid!);
  await expect(open()).rejects.toMatchObject({
    name: 'StoreError',
    kind: 'unavailable',
    message: expect.stringMatching(new RegExp(`in use by process ${child.pid} .*SIGHTLINE_DATA.*CLICKHOUSE_URL`)),
  });
  await lock.release();
});

it('takes over from a process that died without a word', async () => {
  const child = await sleeper();
  const file = path.join(folder, 'clickhouse.lock');
  await takeFolderLock(file, child.pid!);
  child.kill('SIGKILL');
  await once(child, 'exit');
  const lock = await takeFolderLock(file, pid);
  await lock.release();
});

it('does not mistake a process that got the same number for the holder', async () => {
  const file = path.join(folder, 'clickhouse.lock');
  const child = await sleeper();
  await writeFile(file, JSON.stringify({ pid: child.pid, born: '1' }));
  await (await takeFolderLock(file, pid)).release();
  await writeFile(file, 'torn {');
  await (await takeFolderLock(file, pid)).release();
});

it('names CLICKHOUSE_URL where the embedded engine does not exist', async () => {
  const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'chdb'"));
  await expect(open(missing)).rejects.toMatchObject({
    name: 'StoreError',
    message: expect.stringMatching(/npm package chdb.*not installed.*CLICKHOUSE_URL=http/),
  });
});

it('opens, closes and opens again with what was stored', async () => {
  const first = await open();
  await first.migrate();
  await first.close();
  const second = await open();
  expect(await second.read('SELECT count() AS n FROM {db:Identifier}.exchanges')).toEqual([{ n: '0' }]);
  await second.close();
});
