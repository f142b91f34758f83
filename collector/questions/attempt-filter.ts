// Filters as a condition on attempts. Provider is the attempt's own. A model is the one that was asked for or the one that
// answered, which may carry a date. What only exchanges know is asked of them, within the same window.
import type { Filters, Window } from '../../contract/questions/window.ts';
import { type Condition, exchangeFilters, filterCondition } from './filters.ts';

/** True when the rollup of attempts can apply every filter that was given. */
export const fitsAttemptRollup = (filters: Filters): boolean =>
  exchangeFilters.every((name) => name === 'provider' || filters[name] === undefined);

const between =
  "ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";

/** Attempts of exchanges that started in the window, as far as the filters let them through. */
export function attemptCondition({ from, to }: Window, filters: Filters): Condition {
  const parts = [between];
  const { provider, model, ...others } = filters;
  if (provider !== undefined) parts.push('provider = {filter_provider:String}');
  if (model !== undefined)
    parts.push(`(model = {filter_model:String} OR (id, provider) IN (
  SELECT id, provider FROM {db:Identifier}.exchanges WHERE ${between} AND model = {filter_model:String}))`);
  const foreign = filterCondition(others);
  if (foreign.sql !== '1')
    parts.push(`id IN (SELECT id FROM {db:Identifier}.exchanges WHERE ${between} AND ${foreign.sql})`);
  return { sql: parts.join('\n  AND '), parameters: { ...filterCondition(filters).parameters, from, to } };
}
