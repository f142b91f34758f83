// The budgets as the rest of the proxy meets them: kept up to date with the access document, renewed every second, and told of
// every finished exchange.
import type { Budget } from '../../contract/access/budget.ts';
import type { FinishedSummary } from '../tap/recorder.ts';
import { Budgets, type BudgetsOptions } from './budgets.ts';
import { LearnedOutput } from './learned-output.ts';

export interface BudgetDocument {
  budgets: readonly Budget[];
  timezone: string;
}

export interface BudgetRoom {
  budgets: Budgets;
  learned: LearnedOutput;
  finished(summary: FinishedSummary): void;
  stop(): Promise<void>;
}

export interface BudgetRoomOptions extends BudgetsOptions {
  /** Until a document is heard of, what the configuration says. */
  first: BudgetDocument;
  onChange(listener: (document: BudgetDocument) => void): () => void;
  /** Called when first there is a budget: from then on `finished` has to be told of every exchange. */
  onNeeded(): void;
}

const everyMs = 1_000;

export function createBudgetRoom({ first, onChange, onNeeded, ...options }: BudgetRoomOptions): BudgetRoom {
  const budgets = new Budgets(options);
  const learned = new LearnedOutput();
  let needed = false;
  const take = (document: BudgetDocument): void => {
    budgets.update(document.budgets, document.timezone);
    if (!needed && !budgets.none) onNeeded();
    needed ||= !budgets.none;
  };
  take(first);
  const forget = onChange(take);
  const timer = setInterval(() => budgets.tick(), everyMs).unref();
  return {
    budgets,
    learned,
    finished(summary) {
      learned.learn(summary.provider, summary.targetModel, summary.outputTokens);
      if (budgets.holds === 0) return;
      budgets.settle(summary.id, {
        costNanos: summary.costNanos,
        usedTokens: (summary.inputTokens ?? 0) + (summary.outputTokens ?? 0) > 0,
        model: summary.targetModel,
      });
    },
    async stop() {
      clearInterval(timer);
      forget();
      await options.source.close?.();
    },
  };
}
