// Everything the collector has to do with budgets, put together: which there are, what was spent of them, who may spend how much
// of what is left, and who is told when little is.
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../clickhouse/store.ts';
import type { Budget } from '../../contract/access/budget.ts';
import type { CollectorConfiguration } from '../../contract/configuration.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { Documents } from '../documents/documents.ts';
import type { NamedKey } from '../questions/budget-scope.ts';
import { type BudgetBook, createBudgetBook } from './budget-book.ts';
import { budgetViews } from './budget-views.ts';
import { createLeaseLedger } from './lease-ledger.ts';
import { type Reseed, startReseed } from './reseed.ts';
import { serveBudgets } from './serve-budgets.ts';
import { serveLeases } from './serve-leases.ts';
import { createWarnings } from './warnings.ts';
import { createWebhook } from './webhook.ts';

export interface BudgetRoomOptions {
  store: Pick<Store, 'read'>;
  documents: Documents;
  configured: readonly Budget[];
  keys(): readonly NamedKey[];
  onEvent(event: NewEvent): Promise<void> | void;
  /** Who gets a POST for every step that is reached; '': nobody. */
  webhook: string;
  configuration: Pick<CollectorConfiguration, 'timezone' | 'host' | 'port' | 'basePath'>;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
}

export interface BudgetRoom {
  book: BudgetBook;
  reseed: Reseed;
  serve(app: FastifyInstance): void;
  close(): Promise<void>;
}

/** A burst of calls is looked at once. */
const lookEveryMs = 500;

export function openBudgetRoom(options: BudgetRoomOptions): BudgetRoom {
  const { store, documents, keys, clock, onEvent, onProblem, configuration } = options;
  const { timezone } = configuration;
  const book = createBudgetBook({ configured: options.configured, documents, clock, onEvent });
  const budgets = (): Budget[] => book.all().map(({ budget }) => budget);
  const webhook = createWebhook({ url: options.webhook, onProblem });
  const ledger = createLeaseLedger({
    ...{ clock: () => performance.now(), wallClock: clock },
    seeded: (counter): boolean => reseed.of(counter) !== null,
  });
  const warnings = createWarnings({
    ...{ ledger, store, budgets, timezone, clock, onEvent, onAlert: webhook.send, link: linkTo(configuration) },
  });
  let due: NodeJS.Timeout | null = null;
  const lookSoon = (): void => {
    due ??= setTimeout(() => {
      due = null;
      void warnings.look();
    }, lookEveryMs).unref();
  };
  const reseed = startReseed({
    ...{ store, ledger, budgets, keys, timezone, clock, onProblem, onSeeded: lookSoon },
  });
  const forget = documents.onChange(() => void reseed.run());
  return {
    book,
    reseed,
    serve(app) {
      serveLeases(app, { ledger, reseed, onSaid: lookSoon });
      serveBudgets(app, { book, timezone, viewOf: budgetViews({ ledger, timezone, clock }) });
    },
    async close() {
      forget();
      reseed.stop();
      if (due) clearTimeout(due);
      await webhook.close();
    },
  };
}

/** Where the dashboard shows budgets. */
function linkTo({ host, port, basePath }: BudgetRoomOptions['configuration']): string {
  const named = ['0.0.0.0', '::', ''].includes(host) ? 'localhost' : host.includes(':') ? `[${host}]` : host;
  return `http://${named}:${port}${basePath}/spend`;
}
