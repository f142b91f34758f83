// Which spend a budget counts, as SQL over the dimensions of spend-slices.ts. Patterns mean what they mean to proxies.
import { nanosOfUsd } from '../../catalog/spending/counter.ts';
import { type Budget, SpendDimension, type SpendMatch } from '../../contract/access/budget.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { compilePattern } from '../../routing/pattern.ts';
import { type Condition, columnOf } from './filters.ts';

/** What questions know of a key: what it is called. */
export interface NamedKey {
  id: string;
  name: string;
}

export interface BudgetScope {
  condition: Condition;
  /** Columns that the condition and `each` need. */
  columns: string[];
}

/** Dated names of a model (`-2026-01-31`, `@20260131`) count as the model: providers answer with them. */
const datedModel = '([-@]\\d{4}-?\\d{2}-?\\d{2})?';

export function budgetScope(budget: Budget, keys: readonly NamedKey[]): BudgetScope {
  const given = SpendDimension.options.filter((name) => budget.for[name] !== undefined);
  const parts = given.map((name) => matching(name, budget.for[name]!, keys));
  const { each } = budget;
  // Who names no team has no team's budget.
  if (each && each !== 'provider' && each !== 'model') parts.push({ sql: `${columnOf(each)} != ''`, parameters: {} });
  return {
    condition: {
      sql: parts.map(({ sql }) => sql).join(' AND ') || '1',
      parameters: Object.assign({}, ...parts.map(({ parameters }) => parameters)),
    },
    columns: [...new Set([...given, ...(each ? [each] : [])].map(columnOf))],
  };
}

/** SQL for whose spend a row is, where there is a budget for each; dated names of a model are one model. */
export function budgetValue({ each }: Budget): string {
  if (each === undefined) return "''";
  if (each === 'model') return "replaceRegexpOne(toString(model), '[-@]\\\\d{4}-?\\\\d{2}-?\\\\d{2}$', '')";
  return `toString(${columnOf(each)})`;
}

function matching(name: keyof SpendMatch, pattern: string, keys: readonly NamedKey[]): Condition {
  const expression = expressionOf(pattern, name === 'model' ? datedModel : '');
  const fits = `match(${columnOf(name)}, {budget_${name}:String})`;
  if (name !== 'key') return { sql: fits, parameters: { [`budget_${name}`]: expression } };
  const matches = compilePattern(pattern);
  const named = keys.filter((key) => matches(key.name)).map(({ id }) => id);
  return {
    sql: `key_id != '' AND (${fits} OR key_id IN {budget_keys:Array(String)})`,
    parameters: { budget_key: expression, budget_keys: named },
  };
}

/** RE2, as ClickHouse has it; `(?s)`: any character is any character. */
function expressionOf(pattern: string, more: string): string {
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return `(?s)^${parts.join('.*')}${more}$`;
}

/** The budgets of a month whose scope is exactly what was asked about. */
export function budgetsOver(budgets: readonly Budget[], filters: Filters): { name: string; limitNanos: string }[] {
  const asked = (match: SpendMatch): boolean =>
    SpendDimension.options.every((name) => {
      const wanted = name === 'tenant' ? undefined : filters[name];
      return (match[name] === '*' ? undefined : match[name]) === wanted;
    });
  return budgets
    .filter(
      (budget) => budget.per === 'month' && !budget.each && filters.environment === undefined && asked(budget.for),
    )
    .map(({ name, limitUsd }) => ({ name, limitNanos: String(nanosOfUsd(limitUsd)) }));
}
