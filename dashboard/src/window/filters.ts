// The filters, named as the questions and the URL name them.
import type { Filters } from '../../../contract/questions/window.ts';

export const filterNames = [
  'provider',
  'model',
  'app',
  'team',
  'task',
  'environment',
  'outcome',
  'user',
  'session',
  'key',
] as const;
export type FilterName = (typeof filterNames)[number];

const outcomes = ['success', 'failed', 'truncated', 'aborted', 'unreachable', 'refused', 'partial'] as const;

/** What of the URL's query are filters. An outcome that does not exist is left out. */
export function readFilters(query: Record<string, unknown>): Filters {
  const found: Partial<Record<FilterName, string>> = {};
  for (const name of filterNames) {
    const value = query[name];
    if (typeof value === 'string' && value !== '') found[name] = value;
  }
  const outcome = outcomes.find((known) => known === found.outcome);
  return { ...found, outcome };
}

export function activeFilters(filters: Filters): { name: FilterName; value: string }[] {
  return filterNames.flatMap((name) => (filters[name] === undefined ? [] : [{ name, value: filters[name] }]));
}
