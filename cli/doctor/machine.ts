// What this machine must bring: a Node that runs TypeScript, a folder to write to, room on its disk, an engine.
import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Configuration } from '../../contract/configuration.ts';
import { type Check, fail, inUnits, ok, warn } from './check.ts';

/** Below this the embedded store cannot merge its parts any more. */
const LEAST_FREE_BYTES = 1024 ** 3;

export function checkNode(version: string): Check {
  const major = Number(version.split('.')[0]);
  if (major >= 24) return ok('node', `Node ${version}`);
  return fail(
    'node',
    `Node ${version}`,
    'use Node 24 or later: `npm install` here brings one, `npx sightline` finds it',
  );
}

export async function checkFolder(folder: string): Promise<Check> {
  const file = path.join(folder, `.doctor-${randomUUID()}`);
  try {
    await makeFolder(folder);
    await writeFile(file, 'sightline', { flush: true });
    const text = await readFile(file, 'utf8');
    if (text === 'sightline') return ok('data folder', `${folder} can be written and read`);
    return fail('data folder', `${folder} gave back other bytes than were written`, 'check the disk');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return fail(
      'data folder',
      `${folder} cannot be written (${code ?? message})`,
      'let this user write there, or choose another folder: SIGHTLINE_DATA=/path',
    );
  } finally {
    await rm(file, { force: true }).catch(() => {});
  }
}

/** Level by level: Node's own recursive mkdir never returns where making a folder fails with ENOENT, as under /proc. */
async function makeFolder(folder: string): Promise<void> {
  if (await exists(folder)) return;
  if (path.dirname(folder) !== folder) await makeFolder(path.dirname(folder));
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
}

const exists = (folder: string): Promise<boolean> =>
  statfs(folder).then(
    () => true,
    () => false,
  );

/** `allowanceBytes`: what may wait on disk for the collector. */
export async function checkDisk(folder: string, allowanceBytes: number): Promise<Check> {
  try {
    const { bavail, bsize } = await statfs(await nearestFolder(folder));
    const free = bavail * bsize;
    const found = `${inUnits(free)} free`;
    if (free < LEAST_FREE_BYTES)
      return fail('disk', found, `free at least ${inUnits(LEAST_FREE_BYTES)}, or move SIGHTLINE_DATA to a larger disk`);
    if (free >= allowanceBytes + LEAST_FREE_BYTES) return ok('disk', found);
    return warn(
      'disk',
      `${found}, but ${inUnits(allowanceBytes)} may wait there while the collector is away`,
      'free some space, or lower recording.allowanceBytes',
    );
  } catch (error) {
    return warn('disk', `free space is unknown (${(error as Error).message})`, 'check the disk by hand');
  }
}

/** The folder itself, or the closest one above it that exists. */
async function nearestFolder(folder: string): Promise<string> {
  const parent = path.dirname(folder);
  return parent === folder || (await exists(folder)) ? folder : nearestFolder(parent);
}

/** chDB ships for Linux with glibc and for macOS, on x64 and arm64. */
export function checkEngine(
  { url }: Configuration['clickhouse'],
  machine: { platform: string; arch: string },
  resolve: (name: string) => string = createRequire(import.meta.url).resolve,
): Check {
  const here = `${machine.platform} ${machine.arch}`;
  if (url !== '') return ok('engine', 'a ClickHouse server is configured; the embedded engine is not needed');
  try {
    resolve('chdb');
    return ok('engine', `the embedded engine (chdb) is installed for ${here}`);
  } catch {
    return fail(
      'engine',
      `the embedded engine (chdb) is not installed on ${here}`,
      'run `npm install` on Linux with glibc or macOS (x64, arm64), or set CLICKHOUSE_URL to a ClickHouse server',
    );
  }
}
