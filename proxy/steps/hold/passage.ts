// Budgets on the short way round, where nobody looks into a request before it leaves: a call is refused only where a budget that
// it surely falls under is used up, and holds a small fixed amount until its real cost is known. A budget for one model cannot
// refuse a call whose model stands in the body; it counts it when it is over.
import type { BudgetRoom } from '../../budgets/budget-room.ts';
import { refusalMessage } from '../../budgets/refusal-message.ts';
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import { callerOf } from './caller.ts';

export interface HeldPassage extends Pick<Exchange, 'id' | 'attribution' | 'key' | 'releases' | 'startedAt'> {
  readonly request: { method?: string | undefined; headers: { upgrade?: string | undefined } };
  readonly provider: { name: string };
  readonly route: { model: string };
  readonly policies: string[];
  /** Of the provider's answer; null: none came. */
  readonly status: number | null;
}

/** A cent: a fraction of most calls, and the price of some. */
const passageNanos = 10_000_000;
const ttlMs = 10 * 60_000;
const free: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'DELETE']);

export function holdPassage(passage: HeldPassage, { budgets }: BudgetRoom): void | Promise<void> {
  if (budgets.none) return;
  const { id, request, startedAt, provider, route } = passage;
  if (free.has(request.method ?? 'GET') && !request.headers.upgrade) return;
  const caller = callerOf(passage);
  if (!budgets.concerns(caller)) return;
  const target = { provider: provider.name, model: route.model || null };
  const counters = budgets.countersFor(caller, target, startedAt).map((counter) => ({ counter, nanos: passageNanos }));
  let running = true;
  const refused = budgets.hold({
    ...{ id, caller, startedAt, counters, nanos: passageNanos, ttlMs },
    isRunning: () => running,
  });
  const held = (): void => {
    passage.releases.add(() => {
      running = false;
      budgets.ended(id, passage.status === null ? null : target);
    });
  };
  if (refused === null) return held();
  return refused.then((refusal) => {
    if (refusal === null) return held();
    passage.policies.push(`${refusal.counter.compiled.budget.name}: stop`);
    throw new ProxyError('SIGHTLINE_BUDGET_EXCEEDED', refusalMessage({ ...refusal, neededNanos: passageNanos }));
  });
}
