// Tells the ledger every half minute what ClickHouse has recorded of each budget. Setting the same again changes nothing, so it
// does not matter how often, or what comes twice. A store that takes its time is asked less often.
import { counterParts, counterPrefix } from '../../catalog/spending/counter.ts';
import { periodsIn } from '../../catalog/spending/period.ts';
import type { Store } from '../../clickhouse/store.ts';
import type { Budget } from '../../contract/access/budget.ts';
import type { CounterSeed } from '../../contract/access/lease.ts';
import type { NamedKey } from '../questions/budget-scope.ts';
import type { LeaseLedger } from './lease-ledger.ts';
import { recordedSpend } from './recorded-spend.ts';

export interface ReseedOptions {
  store: Pick<Store, 'read'>;
  ledger: LeaseLedger;
  /** Throws while the documents are not known. */
  budgets(): readonly Budget[];
  keys(): readonly NamedKey[];
  timezone: string;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
  /** After each time. */
  onSeeded?(): void;
  everyMs?: number;
}

export interface Reseed {
  /** False until everything has been read once. */
  seeded(): boolean;
  /** Now, or with the one that is under way. Never rejects. */
  run(): Promise<void>;
  /** What was recorded of a counter when it was last read; that nothing was is an answer, too. Null: not read yet. */
  of(counter: string): CounterSeed | null;
  stop(): void;
}

/** The store is busy with this for a twentieth of the time at most. */
const restFactor = 20;
const longestPeriodMs = 32 * 86_400_000;

export function startReseed(options: ReseedOptions): Reseed {
  const { ledger, clock, onProblem, everyMs = 30_000 } = options;
  const periodOf = periodsIn(options.timezone);
  /** By the prefix of a budget's counters: when it was read, and what was found. */
  const found = new Map<string, { at: number; seeds: Map<string, CounterSeed> }>();
  let underWay: Promise<void> | null = null;
  let seeded = false;
  let said = '';
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;

  async function readAll(): Promise<void> {
    try {
      for (const budget of options.budgets()) await readOne(budget);
      seeded = true;
      said = '';
      options.onSeeded?.();
    } catch (error) {
      const { message } = error as Error;
      if (said !== message) onProblem(`budgets: what is recorded cannot be read: ${message}`);
      said = message;
    }
  }

  async function readOne(budget: Budget): Promise<void> {
    const now = clock();
    const period = periodOf(budget.per, now);
    const prefix = counterPrefix(budget, options.timezone);
    const since = sinceOf(ledger, prefix, period.startsAt);
    const seeds = await recordedSpend(options.store, {
      ...{ budget, period, since, now, timezone: options.timezone, keys: options.keys() },
    });
    found.set(prefix, { at: now, seeds: new Map(seeds.map((seed) => [seed.counter, seed])) });
    for (const seed of seeds) if (!stopped) ledger.seed(seed);
  }

  function run(): Promise<void> {
    underWay ??= readAll().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function again(): Promise<void> {
    const began = performance.now();
    await run();
    if (stopped) return;
    const wait = seeded ? Math.max(everyMs, restFactor * (performance.now() - began)) : Math.min(everyMs, 1_000);
    timer = setTimeout(() => void again(), wait).unref();
  }

  void again();
  return {
    seeded: () => seeded,
    run,
    of(counter) {
      const prefix = counter.slice(0, counter.indexOf('|') + 1);
      const known = found.get(prefix)?.seeds.get(counter);
      if (known) return known;
      // Of a budget that this collector does not know there is nothing to wait for.
      const isAwaited = options.budgets().some((budget) => counterPrefix(budget, options.timezone) === prefix);
      if (!seeded || (isAwaited && !found.has(prefix))) return null;
      return { counter, version: found.get(prefix)?.at ?? clock(), endsAt: clock() + longestPeriodMs, boots: [] };
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}

function sinceOf(ledger: LeaseLedger, prefix: string, startsAt: number): Map<string, number> {
  const since = new Map<string, number>();
  for (const counter of ledger.counters()) {
    if (!counter.startsWith(prefix) || counterParts(counter).startsAt !== startsAt) continue;
    for (const { boot, sinceMs } of ledger.boots(counter)) if (sinceMs > 0) since.set(boot, sinceMs);
  }
  return since;
}
