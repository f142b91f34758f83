// Runs `sightline vault …` as a process, as an operator does.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';

const main = path.resolve(import.meta.dirname, '../../cli/main.ts');

export interface Ran {
  code: number | null;
  out: string;
  said: string;
}

export interface Desk {
  folder: string;
  /** Writes the configuration anew. */
  configure(sections: Record<string, unknown>): void;
  begin(args: string[], options?: RunOptions): ChildProcessByStdio<Writable, Readable, Readable>;
  run(args: string[], options?: RunOptions): Promise<Ran>;
  /** What it printed with --json. Throws when it failed. */
  json<Answer>(args: string[], options?: RunOptions): Promise<Answer>;
  close(): void;
}

export interface RunOptions {
  input?: string;
  env?: Record<string, string>;
}

/** A folder with a configuration whose collector stands at `collectorUrl`. */
export function openDesk(collectorUrl: string): Desk {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-desk-'));
  const { hostname, port } = new URL(collectorUrl);
  const configure = (sections: Record<string, unknown>): void =>
    writeFileSync(
      path.join(folder, 'sightline.config.json'),
      JSON.stringify({ data: './data', collector: { host: hostname, port: Number(port) }, ...sections }),
    );
  configure({});
  const begin: Desk['begin'] = (args, { input = '', env = {} } = {}) => {
    const child = spawn(process.execPath, [main, 'vault', ...args], {
      cwd: folder,
      env: { PATH: process.env.PATH, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
    return child;
  };
  const run: Desk['run'] = (args, options) => {
    const child = begin(args, options);
    const ran: Ran = { code: null, out: '', said: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ran.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ran.said += text;
    });
    return new Promise((resolve) => child.on('close', (code) => resolve({ ...ran, code })));
  };
  return {
    ...{ folder, configure, begin, run },
    async json<Answer>(args: string[], options?: RunOptions) {
      const { code, out, said } = await run([...args, '--json'], options);
      if (code !== 0) throw new Error(`vault ${args.join(' ')} ended with ${code}: ${said}`);
      return JSON.parse(out) as Answer;
    },
    close: () => rmSync(folder, { recursive: true, force: true }),
  };
}
