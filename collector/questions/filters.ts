// Filters as SQL: column names come from this file alone, values only ever as typed parameters.
import type { Filters } from '../../contract/questions/window.ts';

type Values = Record<string, string | number | string[]>;

export interface Condition {
  sql: string;
  parameters: Values;
}

/** The rollups know these; the others stand in the exchanges table alone. */
export const rollupFilters = ['provider', 'model', 'app', 'team', 'task', 'environment', 'outcome'] as const;
export const exchangeFilters = [...rollupFilters, 'user', 'session', 'key'] as const;
export type FilterName = (typeof exchangeFilters)[number];

/** `AND`-ed equalities for every filter that was given; the empty string means "not said". Always a valid condition. */
export function filterCondition(filters: Filters, names: readonly FilterName[] = exchangeFilters): Condition {
  const given = names.filter((name) => filters[name] !== undefined);
  return {
    sql: given.map((name) => `${columnOf(name)} = {filter_${name}:String}`).join(' AND ') || '1',
    parameters: Object.fromEntries(given.map((name) => [`filter_${name}`, filters[name]!])),
  };
}

/** `key` is a word of SQL. */
export const columnOf = (name: string): string => (name === 'key' ? 'key_id' : name);

/** True when the rollups can apply every filter that was given. */
export function fitsRollup(filters: Filters): boolean {
  return filters.user === undefined && filters.session === undefined && filters.key === undefined;
}

/** True when minute_models, which has no app, team, task and environment, can apply them too. */
export function fitsMinutes(filters: Filters): boolean {
  const foreign = (['app', 'team', 'task', 'environment'] as const).some((name) => filters[name] !== undefined);
  return fitsRollup(filters) && !foreign;
}
