// Puts budgets together with what was spent and is held of them in their running periods.
import { counterName, counterParts, counterPrefix, nanosOfUsd } from '../../catalog/spending/counter.ts';
import { periodsIn } from '../../catalog/spending/period.ts';
import type { BudgetSpend, BudgetView } from '../../contract/access/budget-view.ts';
import type { KnownBudget } from './budget-book.ts';
import type { LeaseLedger } from './lease-ledger.ts';

export interface BudgetViewOptions {
  ledger: Pick<LeaseLedger, 'counters' | 'view'>;
  timezone: string;
  /** Epoch milliseconds. */
  clock: () => number;
}

/** Teams, keys … listed of one budget. */
const mostValues = 100;

export type ViewOf = (known: KnownBudget) => BudgetView;

export function budgetViews({ ledger, timezone, clock }: BudgetViewOptions): ViewOf {
  const periodOf = periodsIn(timezone);
  return ({ budget, source }) => {
    const period = periodOf(budget.per, clock());
    const prefix = counterPrefix(budget, timezone);
    const limitNanos = nanosOfUsd(budget.limitUsd);
    const counters = ledger
      .counters()
      .filter((name) => name.startsWith(prefix) && counterParts(name).startsAt === period.startsAt);
    if (counters.length === 0 && !budget.each) counters.push(counterName(prefix, '', period.startsAt));
    const spend = counters.map((counter): BudgetSpend => {
      const { settledNanos: spentNanos, leasedNanos: heldNanos } = ledger.view(counter);
      const percent = Math.round((spentNanos / limitNanos) * 10_000) / 100;
      return { value: counterParts(counter).value, spentNanos, heldNanos, percent };
    });
    spend.sort((one, other) => other.spentNanos - one.spentNanos || (one.value < other.value ? -1 : 1));
    return { budget, source, limitNanos, period, spend: spend.slice(0, mostValues) };
  };
}
