// Budgets as the proxy asks them, for every call: which of them a caller and a target fall under, with nothing left to work out
// but comparisons.
import { counterPrefix, nanosOfUsd, undatedModel } from '../../catalog/spending/counter.ts';
import type { Budget, BudgetStep, SpendDimension } from '../../contract/access/budget.ts';
import { compilePattern } from '../../routing/pattern.ts';

/** Who calls: what spend is divided by, but for the target. */
export interface Caller {
  tenant: string;
  team: string;
  app: string;
  /** Id of the key and its name; '' without one. */
  key: string;
  keyName: string;
  user: string;
  task: string;
}

/** Null: not known before the call is over. */
export interface SpendTarget {
  provider: string;
  model: string | null;
}

export interface CompiledBudget {
  budget: Budget;
  prefix: string;
  limitNanos: number;
  /** What may not be passed; null: nothing is refused. */
  stopNanos: number | null;
  /** All but `stop`, lowest share first. */
  steps: readonly BudgetStep[];
  matchesCaller(caller: Caller): boolean;
  /** A model that is not known yet matches only where any model would. */
  matchesTarget(target: SpendTarget): boolean;
  valueFor(caller: Caller, target: SpendTarget): string;
}

const always = (): boolean => true;
const callerDimensions = ['tenant', 'team', 'app', 'user', 'task'] as const;

export function compileBudget(budget: Budget, timezone: string): CompiledBudget {
  const { for: match, each } = budget;
  const limitNanos = nanosOfUsd(budget.limitUsd);
  const callers = callerDimensions.flatMap((dimension) => {
    const pattern = match[dimension];
    if (pattern === undefined) return [];
    const matches = compilePattern(pattern);
    return [(caller: Caller) => matches(caller[dimension])];
  });
  if (match.key !== undefined) {
    const matches = compilePattern(match.key);
    callers.push(({ key, keyName }) => key !== '' && (matches(key) || matches(keyName)));
  }
  // Who names no team has no team's budget; only a budget for each of several divides by what was said.
  if (each && each !== 'provider' && each !== 'model') callers.push((caller) => caller[each] !== '');
  const provider = match.provider === undefined ? always : compilePattern(match.provider);
  const model = match.model === undefined && each !== 'model' ? null : compilePattern(match.model ?? '*');
  return {
    budget,
    prefix: counterPrefix(budget, timezone),
    limitNanos,
    stopNanos: stopOf(budget, limitNanos),
    steps: budget.steps.filter(({ action }) => action !== 'stop').sort((one, other) => one.percent - other.percent),
    matchesCaller: (caller) => callers.every((holds) => holds(caller)),
    matchesTarget: (target) =>
      provider(target.provider) &&
      (model === null || (target.model !== null && (model(target.model) || model(undatedModel(target.model))))),
    valueFor: (caller, target) => valueOfEach(each, caller, target),
  };
}

/** A step `stop` says where; a hard budget without one stops at its limit. */
function stopOf({ hard, steps }: Budget, limitNanos: number): number | null {
  const percents = steps.filter(({ action }) => action === 'stop').map(({ percent }) => percent);
  if (percents.length > 0) return Math.round((limitNanos * Math.min(...percents)) / 100);
  return hard ? limitNanos : null;
}

function valueOfEach(each: SpendDimension | undefined, caller: Caller, target: SpendTarget): string {
  if (each === undefined) return '';
  if (each === 'provider') return target.provider;
  if (each === 'model') return undatedModel(target.model ?? '');
  return caller[each];
}
