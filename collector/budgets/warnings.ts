// Notices that a budget has reached one of its steps: written down as an event and told to the webhook, once for each step,
// budget and period, however many proxies there are and however often the collector is started anew.
import { counterParts, counterPrefix, nanosOfUsd, usdOfNanos } from '../../catalog/spending/counter.ts';
import { periodsIn } from '../../catalog/spending/period.ts';
import type { Store } from '../../clickhouse/store.ts';
import type { Budget, BudgetStep } from '../../contract/access/budget.ts';
import type { NewEvent } from '../../contract/event.ts';
import { budgetEvent, stepEventId } from './budget-event.ts';
import type { LeaseLedger } from './lease-ledger.ts';
import type { Alert } from './webhook.ts';

export interface WarningOptions {
  ledger: Pick<LeaseLedger, 'counters' | 'view'>;
  store: Pick<Store, 'read'>;
  budgets(): readonly Budget[];
  timezone: string;
  /** Epoch milliseconds. */
  clock: () => number;
  onEvent(event: NewEvent): Promise<void> | void;
  onAlert(alert: Alert): void;
  /** Where the dashboard shows budgets. */
  link: string;
}

export interface Warnings {
  /** Never rejects. */
  look(): Promise<void>;
}

export function createWarnings(options: WarningOptions): Warnings {
  const { ledger, clock, timezone } = options;
  const periodOf = periodsIn(timezone);
  /** Ids of events that were written down; null until those of before have been read. */
  let told: Set<string> | null = null;
  let looking: Promise<void> = Promise.resolve();

  async function lookNow(): Promise<void> {
    const reached = options.budgets().flatMap(reachedOf);
    if (reached.length === 0) return;
    told ??= await toldBefore(options.store, clock());
    for (const { step, budget, counter, spentNanos } of reached) {
      const id = stepEventId(counter, step.percent, step.action);
      if (told.has(id)) continue;
      const alert = alertOf({ budget, counter, spentNanos, step });
      const { period: _period, ...said } = alert;
      const detail = Object.fromEntries(Object.entries(said).map(([name, value]) => [name, String(value)]));
      await options.onEvent(budgetEvent(`budget.${step.action}`, { id, name: budget.name, at: clock(), detail }));
      told.add(id);
      options.onAlert(alert);
    }
  }

  function reachedOf(budget: Budget): { step: BudgetStep; budget: Budget; counter: string; spentNanos: number }[] {
    const prefix = counterPrefix(budget, timezone);
    const { startsAt } = periodOf(budget.per, clock());
    const limit = nanosOfUsd(budget.limitUsd);
    const steps = stepsOf(budget);
    return ledger.counters().flatMap((counter) => {
      if (!counter.startsWith(prefix) || counterParts(counter).startsAt !== startsAt) return [];
      const spentNanos = ledger.view(counter).settledNanos;
      const reached = steps.filter(({ percent }) => spentNanos * 100 >= limit * percent);
      return reached.map((step) => ({ step, budget, counter, spentNanos }));
    });
  }

  function alertOf({ budget, counter, spentNanos, step }: ReturnType<typeof reachedOf>[number]): Alert {
    const period = periodOf(budget.per, counterParts(counter).startsAt);
    return {
      budget: budget.name,
      value: counterParts(counter).value,
      action: step.action,
      percent: step.percent,
      spentUsd: usdOfNanos(spentNanos),
      limitUsd: budget.limitUsd,
      period: { per: budget.per, ...period },
      link: options.link,
    };
  }

  return {
    look() {
      looking = looking.then(lookNow).catch(() => {}); // whatever could not be written down is tried at the next look
      return looking;
    },
  };
}

/** A hard budget stops at its limit without being told. */
const stepsOf = ({ hard, steps }: Budget): BudgetStep[] =>
  hard && !steps.some(({ action }) => action === 'stop') ? [...steps, { percent: 100, action: 'stop' }] : steps;

const longestPeriodMs = 32 * 86_400_000;

async function toldBefore(store: Pick<Store, 'read'>, now: number): Promise<Set<string>> {
  const rows = await store.read<{ event: string }>(
    `SELECT DISTINCT toString(id) AS event FROM {db:Identifier}.audit_events
WHERE ts >= fromUnixTimestamp64Milli({from_ms:Int64})
  AND action IN ('budget.warn', 'budget.slow', 'budget.cheaper', 'budget.stop') LIMIT 100000`,
    { from_ms: now - longestPeriodMs },
  );
  return new Set(rows.map(({ event }) => event));
}
