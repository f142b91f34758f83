// Runs the demo's two processes: starts them, waits until they are ready, stops them in reverse order.
import { type ChildProcess, spawn } from 'node:child_process';
import type { DemoChild } from './house.ts';

export interface Supervisor {
  /** Resolves when every child answers on its readyUrl; rejects when one ends before that. */
  ready: Promise<void>;
  stop(): Promise<void>;
}

export function supervise(options: {
  children: DemoChild[];
  log: (line: string) => void;
  graceMs: number;
}): Supervisor {
  const running: { child: ChildProcess; ended: Promise<void> }[] = [];
  const startAll = async () => {
    for (const wish of options.children) {
      const [program = '', ...parameters] = wish.command;
      // In a group of its own, so that Ctrl-C reaches only the demo, which then ends them in order.
      const child = spawn(program, parameters, { env: wish.env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      let over = false;
      const ended = new Promise<void>((resolve) =>
        child.once('exit', () => {
          over = true;
          resolve();
        }),
      );
      running.push({ child, ended });
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding('utf8').on('data', (text: string) => {
          for (const line of text.split('\n').filter(Boolean)) options.log(`[${wish.name}] ${line}`);
        });
      }
      while (!(await answers(wish.readyUrl))) {
        if (over) throw new Error(`the ${wish.name} ended with code ${child.exitCode} before it was ready.`);
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  return {
    ready: startAll(),
    stop: async () => {
      for (const { child, ended } of running.reverse()) {
        child.kill('SIGTERM');
        const late = setTimeout(() => child.kill('SIGKILL'), options.graceMs);
        await ended;
        clearTimeout(late);
      }
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    (response) => response.ok,
    () => false,
  );
