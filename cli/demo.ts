// `sightline demo`: Sightline at work without a key or a network. This file talks to the terminal; cli/demo/ does the work.
import path from 'node:path';
import { openBrowser } from './demo/open-browser.ts';
import { type DemoOptions, DemoUsageProblem, demoHelp, readDemoOptions } from './demo/options.ts';
import { createProgress } from './demo/progress.ts';
import { addsUp, type DemoResult, summary } from './demo/result.ts';
import { runDemo } from './demo/run.ts';

/** What the command needs of its process; tests give their own. */
export interface DemoTerminal {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown; isTTY?: boolean };
  env: Record<string, string | undefined>;
  execPath: string;
  platform: NodeJS.Platform;
  on(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
  off(signal: 'SIGINT' | 'SIGTERM', listener: () => void): unknown;
}

const exitCode = { fine: 0, doesNotAddUp: 1, cannotRun: 1, usage: 2 } as const;

/** Runs the demo and resolves with the exit code: 0 when every call that was sent is accounted for. */
export async function demo(argv: string[], terminal: DemoTerminal = process): Promise<number> {
  try {
    const options = readDemoOptions(argv);
    if (options !== 'help') return await perform(options, terminal);
    terminal.stdout.write(demoHelp);
    return exitCode.fine;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (error instanceof DemoUsageProblem) {
      terminal.stderr.write(`${message}\n\n${demoHelp}`);
      return exitCode.usage;
    }
    terminal.stderr.write(`The demo could not go on: ${message}\n`);
    return exitCode.cannotRun;
  }
}

async function perform(options: DemoOptions, terminal: DemoTerminal): Promise<number> {
  const say = (text: string) => void terminal.stderr.write(text);
  const isTerminal = terminal.stderr.isTTY === true;
  const interrupt = new AbortController();
  const onSignal = () => {
    if (!interrupt.signal.aborted) say('\nEnding the demo …\n');
    interrupt.abort();
  };
  terminal.on('SIGINT', onSignal);
  terminal.on('SIGTERM', onSignal);
  try {
    const result = await runDemo({
      demo: options,
      root: path.resolve(import.meta.dirname, '..'),
      node: terminal.execPath,
      env: terminal.env,
      now: Date.now,
      say,
      progress: createProgress({ write: say, terminal: isTerminal, now: Date.now, everyMs: 10_000 }),
      interrupt: interrupt.signal,
      onReady: (dashboard, proxyUrl) => {
        say(banner(dashboard, proxyUrl, options.forMs === null));
        const watched = isTerminal && !options.json && options.forMs === null;
        if (options.open && watched) openBrowser(dashboard, terminal);
      },
    });
    report(result, options.json, terminal);
    return addsUp(result) ? exitCode.fine : exitCode.doesNotAddUp;
  } finally {
    terminal.off('SIGINT', onSignal);
    terminal.off('SIGTERM', onSignal);
  }
}

function report(result: DemoResult, json: boolean, terminal: DemoTerminal): void {
  terminal.stdout.write(json ? `${JSON.stringify(result)}\n` : summary(result));
}

function banner(dashboard: string, proxyUrl: string, endless: boolean): string {
  return `
  ┌──────────────────────────────────────────────────────┐
  │  Sightline demo, simulated traffic                   │
  │                                                      │
  │  Dashboard   ${dashboard.padEnd(40)}│
  │  Proxy       ${`${proxyUrl}/v1`.padEnd(40)}│
  └──────────────────────────────────────────────────────┘
  Providers, apps and people are invented; prices are those of the price book. No real calls are made.
${endless ? '  Ctrl-C ends it.\n' : ''}
`;
}
