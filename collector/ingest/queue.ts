// Takes durable segments into ClickHouse, one at a time, oldest first, until each is acknowledged or bisected.
import { rm } from 'node:fs/promises';
import type { Store } from '../../clickhouse/store.ts';
import { type StoreErrorKind, toStoreError } from '../../clickhouse/store-error.ts';
import { forgetSplits, insertByParts, isSplit } from './bisection.ts';
import type { DeadLetters } from './dead-letters.ts';
import type { Ledger } from './ledger.ts';
import { type RetryDelays, retryDelay } from './retry.ts';

export interface WaitingSegment {
  name: string;
  file: string;
  records: number;
  bytes: number;
  /** Epoch milliseconds at which it was on disk here. */
  since: number;
}

export interface QueueOptions {
  store: Pick<Store, 'insertSegment'>;
  ledger: Ledger;
  deadLetters: DeadLetters;
  delays: RetryDelays;
  clock: () => number;
  onProblem(message: string): void;
  /** The segment is in; its file stays until the promise settles. */
  onDone(segment: WaitingSegment): Promise<void>;
  onFailure(kind: StoreErrorKind): void;
}

export interface Queue {
  add(segment: WaitingSegment): void;
  find(name: string): WaitingSegment | undefined;
  waiting(): { segments: number; bytes: number; oldestSince: number | null };
  /** Ends after the segment that is going in now; the rest stays on disk for the next start. */
  stop(): Promise<void>;
}

interface Entry extends WaitingSegment {
  failures: number;
  notBefore: number;
}

export function createQueue(options: QueueOptions): Queue {
  const { delays, clock, onProblem, onFailure } = options;
  const entries = new Map<string, Entry>();
  const cleaning = new Set<Promise<void>>();
  let stopped = false;
  let troubled = false;
  let wake: () => void = () => undefined;

  const sleep = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const pause = (ms: number): Promise<void> => (stopped ? Promise.resolve() : sleep(ms));

  const succeed = (entry: Entry): void => {
    entries.delete(entry.name);
    if (troubled) onProblem('ClickHouse takes segments again');
    troubled = false;
    const cleaned = cleanUp(entry, options).finally(() => cleaning.delete(cleaned));
    cleaning.add(cleaned);
  };

  const fail = async (entry: Entry, thrown: unknown): Promise<void> => {
    const error = toStoreError(thrown, `Inserting segment ${entry.name}`);
    onFailure(error.kind);
    // No answer at all, or no disk: no other segment would fare better. A refusal may concern this one alone.
    const general = error.code === '' || error.kind === 'full';
    const news = general ? !troubled : entry.failures === 0;
    if (news) onProblem(`${error.message} It stays on disk and is tried again until it is in.`);
    if (general) troubled = true;
    const delay = retryDelay(delays, entry.failures);
    entry.failures += 1;
    entry.notBefore = clock() + delay;
    await pause(general ? delay : Math.min(delay, delays.firstMs));
  };

  const run = async (): Promise<void> => {
    while (!stopped) {
      const entry = nextDue(entries, clock());
      if (!entry) {
        await pause(untilDue(entries, clock()));
        continue;
      }
      try {
        await bringIn(entry, options);
        succeed(entry);
      } catch (error) {
        await fail(entry, error);
      }
    }
  };
  const running = run();

  return {
    add(segment) {
      entries.set(segment.name, { ...segment, failures: 0, notBefore: 0 });
      wake();
    },
    find: (name) => entries.get(name),
    waiting() {
      let bytes = 0;
      let oldestSince: number | null = null;
      for (const entry of entries.values()) {
        bytes += entry.bytes;
        if (oldestSince === null || entry.since < oldestSince) oldestSince = entry.since;
      }
      return { segments: entries.size, bytes, oldestSince };
    },
    async stop() {
      stopped = true;
      wake();
      await running;
      await Promise.all(cleaning);
    },
  };
}

/** Once this returns, ClickHouse has every readable record, and the ledger says so. */
async function bringIn({ name, file, records }: Entry, { store, ledger, deadLetters }: QueueOptions): Promise<void> {
  if (ledger.has(name)) return;
  if (records > 0 && !(await insertedWhole(name, file, store))) {
    await deadLetters.set(name, 'insert', await insertByParts({ segment: name, file, store }));
  }
  await ledger.add(name);
}

async function insertedWhole(name: string, file: string, store: Pick<Store, 'insertSegment'>): Promise<boolean> {
  if (await isSplit(file)) return false;
  try {
    await store.insertSegment(name, file);
    return true;
  } catch (error) {
    if (toStoreError(error, `Inserting segment ${name}`).kind === 'poison') return false;
    throw error;
  }
}

/** The ledger knows the segment: from here on a crash leaves nothing but a file that the next start removes. */
async function cleanUp(entry: Entry, { onDone, onProblem }: QueueOptions): Promise<void> {
  try {
    await onDone(entry);
    await rm(entry.file, { force: true });
    await forgetSplits(entry.file);
  } catch (error) {
    onProblem(`segment ${entry.name} is in ClickHouse, but its file could not be removed: ${String(error)}`);
  }
}

function nextDue(entries: Map<string, Entry>, now: number): Entry | undefined {
  for (const entry of entries.values()) if (entry.notBefore <= now) return entry;
  return undefined;
}

function untilDue(entries: Map<string, Entry>, now: number): number {
  let soonest = now + 60_000;
  for (const entry of entries.values()) soonest = Math.min(soonest, entry.notBefore);
  return Math.max(1, soonest - now);
}
