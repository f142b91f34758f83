// Builds the dashboard when dashboard/dist is missing or older than its sources, once, however many test files ask at a time.
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const dashboard = path.resolve(import.meta.dirname, '../../dashboard');
const lock = path.resolve(import.meta.dirname, '../../node_modules/.dashboard-build');
const abandonedAfterMs = 120_000;

/** Resolves when dashboard/dist is up to date. Throws what Vite says when the build fails. */
export async function buildDashboard(): Promise<void> {
  while (isStale()) {
    if (!takeLock()) {
      await sleep(200);
      continue;
    }
    try {
      await build();
    } finally {
      rmdirSync(lock);
    }
    return;
  }
  while (ageOf(lock) < abandonedAfterMs) await sleep(200);
}

/** In a process of its own: under the test runner's NODE_ENV the build would be Vue's development version. */
async function build(): Promise<void> {
  const vite = path.resolve(import.meta.dirname, '../../node_modules/vite/bin/vite.js');
  const given = [vite, 'build', '--config', path.join(dashboard, 'vite.config.ts'), '--logLevel', 'error'];
  await promisify(execFile)(process.execPath, given, { env: { ...process.env, NODE_ENV: 'production' } });
}

function takeLock(): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    if (ageOf(lock) > abandonedAfterMs && ageOf(lock) < Number.POSITIVE_INFINITY) rmdirSync(lock);
    return false;
  }
}

/** Milliseconds since the file was written; infinite when there is none. */
function ageOf(file: string): number {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? Date.now() - stats.mtimeMs : Number.POSITIVE_INFINITY;
}

function isStale(): boolean {
  const sources = ['src', 'public'].flatMap((folder) =>
    readdirSync(path.join(dashboard, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(dashboard, folder, name),
    ),
  );
  const youngest = Math.min(...[...sources, path.join(dashboard, 'index.html')].map(ageOf));
  return ageOf(path.join(dashboard, 'dist/index.html')) > youngest;
}
