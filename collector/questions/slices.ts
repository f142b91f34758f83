// The rows that totals, series, top and facets add up, exact to the millisecond, in one shape: whole days, hours, quarters
// or minutes come from the rollups, coarsest first, and what is left at the two edges of the window from the exchanges.
// Filters by user or session have no rollup; then all of the window comes from the exchanges. Rows carry quantile states, so
// that percentiles of any union of them can be had.
// Edges older than the retention of exchanges are gone; windows cut at quarter hours (every local midnight is one) have none.
import type { Filters, Window } from '../../contract/questions/window.ts';
import { type Condition, filterCondition, fitsMinutes, fitsRollup, rollupFilters } from './filters.ts';
import { cutToCells, isEmpty } from './windows.ts';

/** The coarsest cells that fall wholly into one bucket each. */
export type Grain = 'minute' | 'quarter' | 'hour' | 'day';

export interface SlicesOptions {
  window: Window;
  filters: Filters;
  /** Columns to carry along, `outcome` always among them. */
  dimensions: readonly string[];
  /** SQL for a column `bucket`, given the SQL of a time; left out when there are no buckets. */
  bucket?: (time: string) => string;
  grain?: Grain;
}

interface Source {
  table: string;
  time: Grain;
  cellMs: number;
}

const minutes: Source = { table: 'minute_models', time: 'minute', cellMs: 60_000 };
/** One shape in three sizes, coarsest first. */
const costs: Source[] = [
  { table: 'day_costs', time: 'day', cellMs: 86_400_000 },
  { table: 'hour_costs', time: 'hour', cellMs: 3_600_000 },
  { table: 'quarter_costs', time: 'quarter', cellMs: 900_000 },
];

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

export const hasTokens = '(ifNull(input_tokens, 0) + ifNull(output_tokens, 0) > 0 OR ifNull(total_tokens, 0) > 0)';
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
  const parts: Condition[] = [];
  let left = [options.window];
  for (const source of sourcesOf(options)) {
    const cuts = left.map((window) => cutToCells(window, source.cellMs));
    const cells = cuts.map((cut) => cut.cells).filter((window) => !isEmpty(window));
    if (cells.length > 0) parts.push(fromCells(options, source, cells));
    left = cuts.flatMap((cut) => cut.edges).filter((window) => !isEmpty(window));
  }
  if (left.length > 0 || parts.length === 0) parts.push(fromExchanges(options, left));
  return {
    sql: parts.map((part) => part.sql).join('\nUNION ALL\n'),
    parameters: Object.assign({}, ...parts.map((part) => part.parameters), filterCondition(options.filters).parameters),
  };
}

/** The rollups that have what is asked, coarsest first. */
function sourcesOf({ filters, dimensions, grain = 'day' }: SlicesOptions): Source[] {
  if (!fitsRollup(filters)) return [];
  if (grain !== 'minute') return costs.slice(costs.findIndex(({ time }) => time === grain));
  const foreign = dimensions.some((name) => !['provider', 'model', 'outcome'].includes(name));
  return foreign || !fitsMinutes(filters) ? [] : [minutes];
}

function fromCells(options: SlicesOptions, { table, time }: Source, windows: Window[]): Condition {
  const filter = filterCondition(options.filters, rollupFilters);
  const bound = (name: string) => `toDateTime({${name}:UInt32}, 'UTC')`;
  const inside = windows.map(
    (_, at) => `(${time} >= ${bound(`${time}${at}_from`)} AND ${time} < ${bound(`${time}${at}_to`)})`,
  );
  const bounds = windows.flatMap(({ from, to }, at) => [
    [`${time}${at}_from`, from / 1000],
    [`${time}${at}_to`, to / 1000],
  ]);
  return {
    sql: `SELECT ${[...keys(options, time), ...cellColumns].join(', ')}
FROM {db:Identifier}.${table}
WHERE (${inside.join(' OR ')}) AND ${filter.sql}`,
    parameters: { ...filter.parameters, ...Object.fromEntries(bounds) },
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
WHERE (${inside.join(' OR ') || '0'}) AND ${filter.sql}
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
