// Which budgets there are: those of the configuration, and those that were set while everything runs, kept as documents. The
// configuration wins over one of the same name, and cannot be changed from here.
import { Budget } from '../../contract/access/budget.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { Documents } from '../documents/documents.ts';
import { CollectorError } from '../errors.ts';
import { budgetEvent } from './budget-event.ts';

export interface KnownBudget {
  budget: Budget;
  source: 'configuration' | 'api';
}

export interface BudgetBook {
  all(): KnownBudget[];
  /** Those set through the API alone. */
  documents(): Budget[];
  set(budget: Budget): Promise<void>;
  remove(name: string): Promise<void>;
}

export interface BudgetBookOptions {
  configured: readonly Budget[];
  documents: Documents;
  clock: () => number;
  /** Awaited before the change: what cannot be written down is not done. */
  onEvent(event: NewEvent): Promise<void> | void;
}

const kind = 'budget';

export function createBudgetBook({ configured, documents, clock, onEvent }: BudgetBookOptions): BudgetBook {
  const inFile = new Set(configured.map(({ name }) => name));
  const stored = (): Budget[] => documents.all(kind).map(({ body }) => Budget.parse(body));
  const mayChange = (name: string): void => {
    if (inFile.has(name)) throw new CollectorError('budget_configured', { name });
  };
  return {
    documents: stored,
    all() {
      const set = stored().filter(({ name }) => !inFile.has(name));
      return [
        ...configured.map((budget) => ({ budget, source: 'configuration' as const })),
        ...set.map((budget) => ({ budget, source: 'api' as const })),
      ];
    },
    async set(budget) {
      mayChange(budget.name);
      const { name, limitUsd, per, hard } = budget;
      const detail = { limitUsd: String(limitUsd), per, hard: String(hard), for: JSON.stringify(budget.for) };
      await onEvent(budgetEvent('budget.set', { name, at: clock(), detail }));
      await documents.put(kind, name, budget);
    },
    async remove(name) {
      mayChange(name);
      if (!documents.get(kind, name)) throw new CollectorError('budget_unknown', { name });
      await onEvent(budgetEvent('budget.remove', { name, at: clock(), detail: {} }));
      await documents.remove(kind, name);
    },
  };
}
