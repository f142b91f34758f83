// One demo run from start to end: simulated providers, the real services, traffic, the books, and everything put away again.

import { supervise } from '../supervise.ts';
import { type Books, readBooks, readSettledBooks, since } from './books.ts';
import { ensureDashboard } from './dashboard-build.ts';
import { demoChildren, openFolder, writeConfiguration } from './house.ts';
import type { DemoOptions } from './options.ts';
import { findPort } from './ports.ts';
import type { Progress } from './progress.ts';
import { startSimulatedProviders } from './providers.ts';
import { createRandom } from './random.ts';
import { type DemoResult, resultOf } from './result.ts';
import { startTraffic, type Traffic } from './traffic.ts';

export interface RunOptions {
  demo: DemoOptions;
  /** Folder of the package, and the Node that runs it. */
  root: string;
  node: string;
  env: Record<string, string | undefined>;
  now: () => number;
  say: (text: string) => void;
  progress: Progress;
  /** Aborted when the user has seen enough. */
  interrupt: AbortSignal;
  onReady(dashboard: string, proxyUrl: string): void;
}

const pollMs = 2000;
const finishMs = 30_000;
const settleMs = 60_000;
// After Ctrl-C nobody wants to wait as long.
const hurriedMs = 8000;
const shutdownMs = 15_000;

/** Resolves with what was counted. Rejects with an Error that says what to do when the demo cannot run. */
export async function runDemo(options: RunOptions): Promise<DemoResult> {
  const putAway: (() => Promise<void>)[] = [];
  try {
    return await play(options, putAway);
  } finally {
    for (const step of putAway.reverse()) await step();
  }
}

async function play(options: RunOptions, putAway: (() => Promise<void>)[]): Promise<DemoResult> {
  const { demo, root, node, env, now, say, progress, interrupt } = options;
  const proxyPort = await findPort({ option: '--port', asked: demo.proxyPort, usual: 4141 });
  const collectorPort = await findPort({ option: '--collector-port', asked: demo.collectorPort, usual: 4142 }, [
    proxyPort,
  ]);
  await ensureDashboard({ root, node, say });
  const folder = await openFolder(demo.data, demo.keep);
  putAway.push(async () => {
    await folder.remove();
    say(folder.temporary ? `Removed ${folder.directory}\n` : `Kept ${folder.directory}\n`);
  });
  say(`Recording into ${folder.directory}${folder.temporary ? ' (removed at the end)' : ''}\n`);

  const providers = await startSimulatedProviders({ seed: demo.seed, severity: 1, slowness: 1, now });
  putAway.push(providers.close);
  const { baseUrls } = providers;
  const configurationFile = await writeConfiguration({
    directory: folder.directory,
    proxyPort,
    collectorPort,
    baseUrls,
  });
  const services = supervise({
    children: demoChildren({ root, node, env, configurationFile, proxyPort, collectorPort }),
    log: (line: string) => {
      progress.clear();
      say(`${line}\n`);
    },
    graceMs: shutdownMs,
  });
  putAway.push(() => services.stop());
  await Promise.race([services.ready, untilInterrupted(interrupt)]);

  const collectorUrl = `http://127.0.0.1:${collectorPort}`;
  const proxyUrl = `http://127.0.0.1:${proxyPort}`;
  options.onReady(collectorUrl, proxyUrl);
  const from = Math.floor(now() / 60_000) * 60_000;
  const before = await readBooks(collectorUrl, { from, to: now() + 60_000 });
  const traffic = startTraffic({ proxyUrl, rate: demo.rate, random: createRandom(demo.seed) });
  putAway.push(() => traffic.stop(0));
  const last = await watch({ options, traffic, collectorUrl, from, before });

  progress.clear();
  say('Waiting for running calls to end and for every record to be stored …\n');
  await traffic.stop(interrupt.aborted ? hurriedMs : finishMs);
  const { sent, unreached } = traffic.report();
  if (unreached > 0) say(`${unreached} calls found nobody on port ${proxyPort}; they are not counted as sent.\n`);
  const books = await readSettledBooks(collectorUrl, {
    sent,
    from,
    before,
    timeoutMs: interrupt.aborted ? hurriedMs : settleMs,
    now,
  }).catch((error: unknown) => {
    if (!interrupt.aborted || last === null) throw error;
    say('The collector has already stopped; the figures are the last ones it gave.\n');
    return last;
  });
  return resultOf(sent, books, collectorUrl);
}

interface Watch {
  options: RunOptions;
  traffic: Traffic;
  collectorUrl: string;
  from: number;
  before: Books;
}

/** Shows the figures until the time is up or the user interrupts; gives the last ones it saw. */
async function watch({ options, traffic, collectorUrl, from, before }: Watch): Promise<Books | null> {
  const { demo, now, progress, interrupt } = options;
  const end = demo.forMs === null ? Number.POSITIVE_INFINITY : now() + demo.forMs;
  let last: Books | null = null;
  while (now() < end && !interrupt.aborted) {
    await pause(Math.min(pollMs, end - now()), interrupt);
    // A question that fails now is asked again; at the end it must not.
    last = await readBooks(collectorUrl, { from, to: now() + 60_000 }).then(
      (books) => since(before, books),
      () => last,
    );
    progress.show(traffic.report().sent, last);
  }
  return last;
}

function pause(ms: number, interrupt: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      interrupt.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    interrupt.addEventListener('abort', done);
  });
}

function untilInterrupted(interrupt: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    interrupt.addEventListener('abort', () => reject(new Error('it was interrupted before everything had started.')));
  });
}
