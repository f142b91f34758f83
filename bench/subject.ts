// A process under measurement: started, waited for, its CPU time and memory read, ended by its id.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

export interface Subject {
  name: string;
  url: string;
  pid: number;
  /** CPU seconds of the process and all its threads so far. */
  cpuSeconds(): number;
  /** CPU seconds of the main thread alone. */
  mainThreadSeconds(): number;
  /** Resident megabytes. */
  residentMb(): number;
  stop(): Promise<void>;
}

export interface SubjectOptions {
  name: string;
  command: string[];
  env?: Record<string, string>;
  port: number;
  readyPath?: string;
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());
const pinning = hasTaskset();

export async function startSubject(options: SubjectOptions): Promise<Subject> {
  const [program, ...rest] = options.command as [string, ...string[]];
  const child = spawn(program, rest, {
    env: { ...process.env, PORT: String(options.port), ...options.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr?.on('data', (text) => {
    said = (said + text).slice(-4000);
  });
  const url = `http://127.0.0.1:${options.port}`;
  try {
    await ready(child, url + (options.readyPath ?? '/'), () => said);
  } catch (error) {
    await stop(child);
    throw error;
  }
  const pid = child.pid as number;
  return {
    name: options.name,
    url,
    pid,
    cpuSeconds: () => cpuSeconds(`/proc/${pid}/stat`),
    mainThreadSeconds: () => cpuSeconds(`/proc/${pid}/task/${pid}/stat`),
    residentMb: () => residentMb(pid),
    stop: () => stop(child),
  };
}

/**
 * Puts a process on a core: its main thread alone and the helper threads on `others`, or everything on one. Threads that
 * start later inherit the core of whoever starts them. Without taskset (util-linux) nothing is pinned.
 */
export function pin(pid: number, core: number, others = core): void {
  if (!pinning) return;
  execFileSync('taskset', ['-a', '-p', '-c', String(others), String(pid)], { stdio: 'ignore' });
  if (others !== core) execFileSync('taskset', ['-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
}

export async function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

/** Any HTTP answer will do: what counts is that somebody listens. */
async function ready(child: ChildProcess, url: string, said: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`${child.spawnargs.join(' ')} ended at once:\n${said()}`);
    try {
      await fetch(url, { signal: AbortSignal.timeout(1000) });
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  throw new Error(`${child.spawnargs.join(' ')} did not answer within 30 s:\n${said()}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), 8000);
  await ended;
  clearTimeout(late);
}

/** proc(5): fields 14 and 15 are user and system time in clock ticks; of a process all its threads are included. */
function cpuSeconds(file: string): number {
  const stat = readFileSync(file, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

function hasTaskset(): boolean {
  try {
    execFileSync('taskset', ['-p', String(process.pid)], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
