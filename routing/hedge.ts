// Whom to ask as well when the first is slow to begin, and after how long. Never with tools: two models could both act.
import type { CompiledRoute } from './compile-route.ts';
import type { Contender } from './contender.ts';
import { plannedTarget } from './plan.ts';
import type { Question } from './question.ts';
import { isPatient } from './shares.ts';
import type { PlannedTarget } from './target.ts';

export interface Hedge {
  target: PlannedTarget;
  afterMs: number;
  /** Share of the traffic that may be asked twice; the caller keeps the account. */
  maxPercent: number;
}

/** Null where the route wants none, nothing is learned yet, or nobody at another provider is in the plan. */
export function hedgeFor(plan: readonly Contender[], route: CompiledRoute, question: Question): Hedge | null {
  const hedge = route.configuration?.hedge;
  const [first, ...others] = plan;
  if (!hedge || !first || question.needs.tools) return null;
  const afterMs = hedge.afterMs ?? first.health?.firstTokenP95Ms ?? null;
  const second = others.find(({ target }) => target.provider !== first.target.provider);
  if (afterMs === null || !second) return null;
  return { target: plannedTarget(second, route, isPatient(route, question)), afterMs, maxPercent: hedge.maxPercent };
}
