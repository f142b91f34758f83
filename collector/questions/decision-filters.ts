// Filters of the decision log as SQL over `decisions`. What only the exchange itself knows (its app, the answering model,
// how it ended) is asked of `exchanges` within the same window: both tables hold the same time and id.
import type { DecisionFilters } from '../../contract/questions/decisions.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { type Condition, filterCondition } from './filters.ts';

const columns: Record<Exclude<keyof DecisionFilters, 'excluded'>, string> = {
  route: 'route',
  strategy: 'strategy',
  kind: 'decision_kind',
  requestedModel: 'requested_model',
};
const inDecisions = ['provider', 'task', 'session'] as const;
const inExchanges = ['model', 'app', 'team', 'environment', 'outcome', 'user', 'key'] as const;

/** The window as every question over decisions binds it. */
export const insideWindow =
  "ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";

/** Why candidates of a row were left out, each reason once. */
export const exclusions =
  "arrayDistinct(arrayFilter(reason -> reason != '', arrayMap(candidate -> JSONExtractString(candidate, 'excluded'), " +
  "JSONExtractArrayRaw(decision, 'candidates'))))";

export function decisionCondition(query: Filters & DecisionFilters): Condition {
  const named = Object.entries(columns).filter(([name]) => query[name as keyof DecisionFilters] !== undefined);
  const own = named.map(([name, column]) => `${column} = {decision_${name}:String}`);
  const parameters = Object.fromEntries(
    named.map(([name]) => [`decision_${name}`, query[name as keyof DecisionFilters]!]),
  );
  if (query.excluded !== undefined) {
    own.push(`has(${exclusions}, {decision_excluded:String})`);
    parameters.decision_excluded = query.excluded;
  }
  const here = filterCondition(query, inDecisions);
  const there = filterCondition(query, inExchanges);
  if (there.sql !== '1')
    own.push(`id GLOBAL IN (SELECT id FROM {db:Identifier}.exchanges WHERE ${insideWindow} AND ${there.sql})`);
  return {
    sql: [here.sql, ...own].join(' AND '),
    parameters: { ...here.parameters, ...there.parameters, ...parameters },
  };
}
