// What this proxy knows of keys, budgets and secrets: asked of the collector every second, kept on disk for a start without
// it. The collector away, the last known document goes on; nothing on an exchange's way ever waits for it.
import path from 'node:path';
import { Agent } from 'undici';
import { type AccessDocument, emptyAccess } from '../../contract/access/access-document.ts';
import { askAccess } from './ask-access.ts';
import { keepAccess, keptAccess } from './kept-access.ts';

export interface AccessWatch {
  current(): AccessDocument;
  /** False until a document was heard of, from the collector or from the disk. */
  known(): boolean;
  /** The collector has been silent for so long that what is known may be out of date. */
  stale(): boolean;
  /** Told of every other document. Returns how to stop listening. */
  onChange(listener: (document: AccessDocument) => void): () => void;
}

export interface PolledAccess extends AccessWatch {
  /** Asks once, now. Never rejects. */
  poll(): Promise<void>;
  stop(): Promise<void>;
}

export interface AccessWatchOptions {
  collectorUrl: string;
  /** Empty: none is asked. */
  ingestKey: string;
  /** Folder of this proxy; the document lies there as access.json. */
  directory: string;
  /** Epoch milliseconds. */
  clock: () => number;
  /** Uniform in [0, 1). */
  random: () => number;
  onProblem(message: string): void;
  everyMs?: number;
}

export const pollEveryMs = 1000;
export const staleAfterMs = 5000;
const deadlineMs = 2000;

/** Begins with what lies on the disk. Never throws and never keeps the process alive. */
export function watchAccess(options: AccessWatchOptions): PolledAccess {
  const { directory, clock, random, onProblem, everyMs = pollEveryMs } = options;
  const file = path.join(directory, 'access.json');
  const agent = new Agent({ connections: 1, connect: { timeout: deadlineMs } });
  const listeners = new Set<(document: AccessDocument) => void>();
  const kept = keptAccess(file, onProblem);
  let document = kept ?? emptyAccess;
  let known = kept !== null;
  let heardAt = clock();
  let problem = '';
  let underWay: Promise<void> | null = null;
  let keeping: Promise<void> = Promise.resolve();
  let stopped = false;

  function take(next: AccessDocument): void {
    document = next;
    known = true;
    keeping = keeping.then(() => keepAccess(file, next, onProblem));
    for (const listener of listeners) listener(next);
  }

  async function ask(): Promise<void> {
    const answer = await askAccess({ ...options, agent, deadlineMs, version: document.version });
    if (stopped) return;
    if ('problem' in answer) {
      // A collector that is only being started is no news.
      if (answer.problem === problem || clock() - heardAt < staleAfterMs) return;
      onProblem(`access: ${answer.problem}; what was known before stays in force`);
      problem = answer.problem;
      return;
    }
    problem = '';
    heardAt = clock();
    if (answer.document) take(answer.document);
  }

  const poll = (): Promise<void> => {
    underWay ??= ask().finally(() => {
      underWay = null;
    });
    return underWay;
  };
  // Proxies that were started together need not ask together.
  const plan = (): NodeJS.Timeout => setTimeout(tick, everyMs * (0.9 + 0.2 * random())).unref();
  const tick = (): void => {
    void poll().then(() => {
      if (!stopped) timer = plan();
    });
  };
  let timer = plan();
  return {
    current: () => document,
    known: () => known,
    stale: () => known && clock() - heardAt > staleAfterMs,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    poll,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await agent.destroy();
      await keeping;
    },
  };
}

/** Where nobody watches over access: no keys, no budgets, and that is certain. */
export const openAccess: AccessWatch = Object.freeze({
  current: () => emptyAccess,
  known: () => true,
  stale: () => false,
  onChange: () => () => {},
});
