// Does the database take a row and give it back? A running collector is asked; without one the store is opened here, in
// a process of its own, because the embedded engine must find its environment set before it starts.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { type Check, fail, ok, warn } from './check.ts';

export interface DatabaseQuestion {
  collectorUrl: string;
  collectorRuns: boolean;
  /** Folder of this package, its Node and the environment for the process that opens the store. */
  root: string;
  node: string;
  env: Record<string, string | undefined>;
  /** ClickHouse settings and data folder, as store-probe.ts takes them. */
  store: { url: string; cluster: string; database: string; data: string };
}

const PROBE_TIMEOUT_MS = 60_000;

export async function checkDatabase(question: DatabaseQuestion): Promise<Check> {
  return question.collectorRuns ? askCollector(question.collectorUrl) : openStore(question);
}

async function askCollector(url: string): Promise<Check> {
  const name = 'database';
  try {
    const response = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(10_000) });
    const body = (await response.json()) as { store?: { ok: boolean; detail: string }; segmentsWaiting?: number };
    const waiting = body.segmentsWaiting ?? 0;
    if (body.store?.ok)
      return ok(name, `the running collector wrote and read a row${waiting > 0 ? `; ${waiting} segments wait` : ''}`);
    return fail(
      name,
      `the running collector cannot write and read: ${body.store?.detail ?? `it answers ${response.status}`}`,
      'see the collector’s own lines; records wait on disk meanwhile',
    );
  } catch (error) {
    return warn(name, `the collector runs but did not answer: ${(error as Error).message}`, 'look at its load and log');
  }
}

async function openStore({ root, node, env, store }: DatabaseQuestion): Promise<Check> {
  const name = 'database';
  const kind = store.url === '' ? 'the embedded store' : 'the ClickHouse server';
  const { code, output, problem } = await run([node, path.join(root, 'cli/doctor/store-probe.ts')], {
    input: JSON.stringify(store),
    env: { ...env, TZ: 'UTC', UV_THREADPOOL_SIZE: '16' },
  });
  const last = output.trim().split('\n').at(-1) ?? '';
  const result = last.startsWith('{') ? (JSON.parse(last) as { ok: boolean; detail: string }) : null;
  if (result?.ok) return ok(name, `${kind} wrote and read a row${result.detail && `; ${result.detail}`}`);
  const found = result?.detail ?? (problem.trim().split('\n').at(-1) || `its process ended with ${code}`);
  return fail(
    name,
    `${kind} cannot write and read: ${found}`,
    store.url === ''
      ? 'see the checks of engine, disk and data folder'
      : 'check CLICKHOUSE_URL, its user and password, and that the server runs',
  );
}

interface Ended {
  code: number | null;
  output: string;
  problem: string;
}

function run([program = '', ...parameters]: string[], options: { input: string; env: DatabaseQuestion['env'] }) {
  return new Promise<Ended>((resolve) => {
    const child = spawn(program, parameters, { env: options.env, timeout: PROBE_TIMEOUT_MS });
    let output = '';
    let problem = '';
    child.stdout.on('data', (bytes) => (output += bytes));
    child.stderr.on('data', (bytes) => (problem += bytes));
    child.on('error', (error) => resolve({ code: null, output: '', problem: error.message }));
    child.on('close', (code) => resolve({ code, output, problem }));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}
