// Proxy and collector as an operator runs them: child processes with a configuration file, logs kept, killed by id.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

export type ServiceName = 'proxy' | 'collector';

export interface Service {
  name: ServiceName;
  url: string;
  pid: number;
  /** Everything it has said so far. */
  log(): string;
  /** Sends the signal and waits until the process is gone. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
}

export interface Household {
  data: string;
  proxyUrl: string;
  collectorUrl: string;
  start(name: ServiceName): Promise<Service>;
  /** Every line that any service of this household has said. */
  logs(): string;
}

const root = path.resolve(import.meta.dirname, '../..');

/** `configuration` as a user writes it; ports and data folder are filled in. */
export async function createHousehold(data: string, configuration: Record<string, unknown>): Promise<Household> {
  mkdirSync(data, { recursive: true });
  const [proxyPort, collectorPort] = [await freePort(), await freePort()];
  const section = (name: string): object => (configuration[name] as object) ?? {};
  const collectorUrl = `http://127.0.0.1:${collectorPort}`;
  const file = path.join(data, '..', `${path.basename(data)}.config.json`);
  writeFileSync(
    file,
    JSON.stringify({
      ...configuration,
      data,
      proxy: { ...section('proxy'), port: proxyPort },
      collector: { ...section('collector'), port: collectorPort },
      recording: { sealAfterMs: 100, collectorUrl, ...section('recording') },
    }),
  );
  let said = '';
  const urls = { proxy: `http://127.0.0.1:${proxyPort}`, collector: collectorUrl };
  return {
    data,
    proxyUrl: urls.proxy,
    collectorUrl,
    logs: () => said,
    async start(name) {
      const child = spawn(process.execPath, [path.join(root, name, 'main.ts'), '--config', file], {
        cwd: root,
        env: { ...process.env, TZ: 'UTC', UV_THREADPOOL_SIZE: '16', NODE_ENV: 'test' },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let own = '';
      const keep = (text: Buffer): void => {
        said += text;
        own += text;
      };
      child.stdout?.on('data', keep);
      child.stderr?.on('data', keep);
      await answering(child, `${urls[name]}/livez`, () => own);
      return { name, url: urls[name], pid: child.pid as number, log: () => own, end: (signal) => end(child, signal) };
    },
  };
}

async function answering(child: ChildProcess, url: string, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`ended at once:\n${log()}`);
    const answered = await fetch(url, { signal: AbortSignal.timeout(1000) }).catch(() => null);
    await answered?.body?.cancel();
    if (answered?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`did not answer at ${url}:\n${log()}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Asks until the answer satisfies, for at most `patienceMs`; the last answer otherwise. */
export async function askUntil<T>(url: string, satisfied: (answer: T) => boolean, patienceMs = 30_000): Promise<T> {
  const until = Date.now() + patienceMs;
  let last: T | undefined;
  for (;;) {
    const answered = await fetch(url).catch(() => null);
    if (answered?.ok) last = (await answered.json()) as T;
    if (last !== undefined && satisfied(last)) return last;
    if (Date.now() > until) {
      if (last === undefined) throw new Error(`no answer at ${url}`);
      return last;
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
