// The command line as its users meet it: a real process, with its output and exit code.
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import path from 'node:path';

export const root: string = path.resolve(import.meta.dirname, '../..');

export interface Run {
  code: number | null;
  out: string;
  err: string;
}

export interface RunOptions {
  env?: Record<string, string>;
  cwd?: string;
}

/** A sightline process that has been started; `done` resolves when it has ended. */
export function begin(argv: string[], { env = {}, cwd = root }: RunOptions = {}) {
  const child: ChildProcess = spawn(process.execPath, [path.join(root, 'cli/main.ts'), ...argv], {
    cwd,
    // Nothing of the developer's own environment may decide a test: no keys, no SIGHTLINE_*.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  const run: Run = { code: null, out: '', err: '' };
  child.stdout!.setEncoding('utf8').on('data', (text) => (run.out += text));
  child.stderr!.setEncoding('utf8').on('data', (text) => (run.err += text));
  const done = new Promise<Run>((resolve) => child.on('close', (code) => resolve({ ...run, code })));
  return { child, run, done };
}

export const sightline = (argv: string[], options?: RunOptions): Promise<Run> => begin(argv, options).done;

/** Resolves once `reached` says so; rejects after `ms`, naming what was waited for. */
export async function until(what: string, reached: () => boolean | Promise<boolean>, ms = 20_000): Promise<void> {
  const end = Date.now() + ms;
  while (!(await reached())) {
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Ports that were free a moment ago. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
