// The rows that totals, series, top and facets add up, exact to the millisecond: whole cells come from a rollup, the two
// edges of the window from the exchanges, in one shape. Filters by user or session have no rollup; then all of the window
// comes from the exchanges. Rows carry quantile states, so that percentiles of any union of them can be had.
// Edges older than the retention of exchanges are gone; windows cut at quarter hours (every local midnight is one) have none.
import type { Filters, Window } from '../../contract/questions/window.ts';
import { type Condition, filterCondition, fitsMinutes, fitsRollup, rollupFilters } from './filters.ts';
import { cutToCells, isEmpty } from './windows.ts';

/** `minute`: the finest cells asked for are minutes; `quarter`: they are multiples of 15 minutes. */
export type Grain = 'minute' | 'quarter';

export interface SlicesOptions {
  window: Window;
  filters: Filters;
  /** Columns to carry along, `outcome` always among them. */
  dimensions: readonly string[];
  /** SQL for a column `bucket`, given the SQL of a time; left out when there are no buckets. */
  bucket?: (time: string) => string;
  grain?: Grain;
}

const quarterMs = 900_000;
const minuteMs = 60_000;

const cellColumns = [
  'request_count AS requests_n',
  'input_token_sum AS input_n',
  'output_token_sum AS output_n',
  'cost_sum AS cost_n',
  'unpriced_count AS unpriced_n',
  'estimated_count AS estimated_n',
  'total_ms_state AS total_s',
  'first_token_ms_state AS first_token_s',
];

const hasTokens = '(ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)';
const digest = (column: string) =>
  `quantilesTDigestStateIf(0.5, 0.95, 0.99)(assumeNotNull(${column}), ${column} IS NOT NULL)`;

const exchangeColumns = [
  'count() AS requests_n',
  'sum(input_tokens) AS input_n',
  'sum(output_tokens) AS output_n',
  'sum(cost_nanos) AS cost_n',
  `countIf(cost_nanos IS NULL AND ${hasTokens}) AS unpriced_n`,
  "countIf(usage_source = 'estimated') AS estimated_n",
  `${digest('total_ms')} AS total_s`,
  `${digest('first_token_ms')} AS first_token_s`,
];

/** A SELECT (UNION ALL) to stand in parentheses after FROM. Columns: bucket?, dimensions, outcome, *_n and *_s. */
export function slices(options: SlicesOptions): Condition {
  const { window, filters } = options;
  const source = sourceOf(options);
  if (source === null) return fromExchanges(options, [window]);
  const { cells, edges } = cutToCells(window, source.cellMs);
  const rest = edges.filter((edge) => !isEmpty(edge));
  const parts: Condition[] = [];
  if (!isEmpty(cells)) parts.push(fromCells(options, source, cells));
  if (rest.length > 0) parts.push(fromExchanges(options, rest));
  return {
    sql: parts.map((part) => part.sql).join('\nUNION ALL\n'),
    parameters: Object.assign({}, ...parts.map((part) => part.parameters), filterCondition(filters).parameters),
  };
}

interface Source {
  table: string;
  time: string;
  cellMs: number;
}

/** The cheapest rollup that has what is asked; null when none has. */
function sourceOf({ filters, dimensions, grain = 'quarter' }: SlicesOptions): Source | null {
  if (!fitsRollup(filters)) return null;
  if (grain === 'quarter') return { table: 'quarter_costs', time: 'quarter', cellMs: quarterMs };
  const foreign = dimensions.some((name) => !['provider', 'model', 'outcome'].includes(name));
  if (foreign || !fitsMinutes(filters)) return null;
  return { table: 'minute_models', time: 'minute', cellMs: minuteMs };
}

function fromCells(options: SlicesOptions, source: Source, cells: Window): Condition {
  const filter = filterCondition(options.filters, rollupFilters);
  return {
    sql: `SELECT ${[...keys(options, source.time), ...cellColumns].join(', ')}
FROM {db:Identifier}.${source.table}
WHERE ${source.time} >= toDateTime({cells_from:UInt32}, 'UTC') AND ${source.time} < toDateTime({cells_to:UInt32}, 'UTC')
  AND ${filter.sql}`,
    parameters: { ...filter.parameters, cells_from: cells.from / 1000, cells_to: cells.to / 1000 },
  };
}

function fromExchanges(options: SlicesOptions, windows: Window[]): Condition {
  const filter = filterCondition(options.filters);
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const inside = windows.map((_, index) => `(ts >= ${time(`edge${index}_from`)} AND ts < ${time(`edge${index}_to`)})`);
  const bounds = windows.flatMap(({ from, to }, index) => [
    [`edge${index}_from`, from],
    [`edge${index}_to`, to],
  ]);
  return {
    sql: `SELECT ${[...keys(options, 'ts'), ...exchangeColumns].join(', ')}
FROM {db:Identifier}.exchanges
WHERE (${inside.join(' OR ')}) AND ${filter.sql}
GROUP BY ${keys(options, 'ts')
      .map((key) => key.split(' AS ').at(-1))
      .join(', ')}`,
    parameters: { ...filter.parameters, ...Object.fromEntries(bounds) },
  };
}

function keys({ dimensions, bucket }: SlicesOptions, time: string): string[] {
  const columns = [...new Set([...dimensions, 'outcome'])];
  return bucket ? [`${bucket(time)} AS bucket`, ...columns] : columns;
}
