// The rows that reliability, errors and retry-costs add up, exact to the millisecond: whole quarters of an hour come from
// the rollup where it has what is asked, and what is left from the attempts themselves.
import type { Filters, Window } from '../../contract/questions/window.ts';
import { attemptCondition, fitsAttemptRollup } from './attempt-filter.ts';
import { didNotFail, failureClass } from './failure-class.ts';
import type { Condition } from './filters.ts';
import { cutToCells, isEmpty } from './windows.ts';

const quarterSeconds = 900;

export interface AttemptSlicesOptions {
  window: Window;
  filters: Filters;
  dimensions: readonly ('provider' | 'model' | 'kind' | 'failure')[];
  /** Of what `bucket` makes of a time; left out when there are no buckets. */
  step?: number;
  bucket?: (time: string) => string;
}

/** A SELECT (UNION ALL) for after FROM. Columns: bucket?, dimensions, attempts_n, cost_n, unpriced_n, first_byte_s. */
export function attemptSlices(options: AttemptSlicesOptions): Condition {
  const { window, filters, step = quarterSeconds } = options;
  const useRollup = fitsAttemptRollup(filters) && step % quarterSeconds === 0;
  const { cells, edges } = useRollup
    ? cutToCells(window, quarterSeconds * 1000)
    : { cells: { from: window.to, to: window.to }, edges: [window] };
  const parts = edges.filter((edge) => !isEmpty(edge)).map((edge, at) => fromAttempts(options, edge, at));
  if (!isEmpty(cells)) parts.push(fromCells(options, cells));
  return {
    sql: parts.map(({ sql }) => sql).join('\nUNION ALL\n'),
    parameters: Object.assign({}, ...parts.map(({ parameters }) => parameters)),
  };
}

function fromCells({ filters, dimensions, bucket }: AttemptSlicesOptions, { from, to }: Window): Condition {
  const columns = dimensions.map((name) => (name === 'kind' ? `${kindOf} AS kind` : `${name} AS ${name}`));
  const bound = (name: string) => `toDateTime({${name}:UInt32}, 'UTC')`;
  const filter = filters.provider === undefined ? '' : ' AND provider = {filter_provider:String}';
  return {
    sql: `SELECT ${bucket ? `${bucket('quarter')} AS bucket, ` : ''}${columns.map((column) => `${column}, `).join('')}
  attempt_count AS attempts_n, cost_sum AS cost_n, unpriced_count AS unpriced_n, first_byte_ms_state AS first_byte_s
FROM {db:Identifier}.quarter_attempts
WHERE quarter >= ${bound('cells_from')} AND quarter < ${bound('cells_to')}${filter}`,
    parameters: {
      cells_from: from / 1000,
      cells_to: to / 1000,
      ...(filters.provider === undefined ? {} : { filter_provider: filters.provider }),
    },
  };
}

/** Records of proxies that did not know kinds yet have none. */
const kindOf = "if(attempt_kind = '', 'first', toString(attempt_kind))";
const expressions = { provider: 'provider', model: 'model', kind: kindOf, failure: failureClass };

function fromAttempts({ filters, dimensions, bucket }: AttemptSlicesOptions, edge: Window, at: number): Condition {
  const columns = dimensions.map((name) => `toString(${expressions[name]}) AS ${name}_d`);
  if (bucket) columns.unshift(`${bucket('ts')} AS bucket`);
  const condition = renamed(attemptCondition(edge, filters), at);
  return {
    sql: `SELECT ${[...(bucket ? ['bucket'] : []), ...dimensions.map((name) => `${name}_d AS ${name}`), 'attempts_n', 'cost_n', 'unpriced_n', 'first_byte_s'].join(', ')}
FROM (SELECT ${columns.map((column) => `${column}, `).join('')}
  count() AS attempts_n, sum(cost_nanos) AS cost_n, countIf(cost_nanos IS NULL) AS unpriced_n,
  quantilesTDigestStateIf(0.5, 0.95)(assumeNotNull(first_byte_ms), first_byte_ms IS NOT NULL AND ${didNotFail}) AS first_byte_s
FROM {db:Identifier}.attempts
WHERE ${condition.sql}
${columns.length > 0 ? `GROUP BY ${columns.map((column) => column.split(' AS ').at(-1)).join(', ')}` : ''})`,
    parameters: condition.parameters,
  };
}

/** Two edges stand in one query: each has bounds of its own. */
function renamed({ sql, parameters: { from, to, ...others } }: Condition, at: number): Condition {
  const named = sql
    .replaceAll('{from:Int64}', `{edge${at}_from:Int64}`)
    .replaceAll('{to:Int64}', `{edge${at}_to:Int64}`);
  return { sql: named, parameters: { ...others, [`edge${at}_from`]: from!, [`edge${at}_to`]: to! } };
}
