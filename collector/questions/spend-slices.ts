// The rows that questions about spend add up, in one shape: whole quarters of an hour come from quarter_spend (by user: from
// quarter_user_spend), what is left at the edges of the window from the exchanges. A filter that no rollup has (session,
// outcome …) makes all of it come from the exchanges.
import type { Filters, Window } from '../../contract/questions/window.ts';
import { type Condition, columnOf, exchangeFilters, type FilterName, filterCondition } from './filters.ts';
import { hasTokens } from './slices.ts';
import { cutToCells, isEmpty } from './windows.ts';

/** Names of columns by the bucket of usage that they hold. */
export const bucketColumns = {
  inputUncached: 'input_uncached',
  inputCacheRead: 'input_cache_read',
  inputCacheWrite5m: 'input_cache_write_5m',
  inputCacheWrite1h: 'input_cache_write_1h',
  inputAudio: 'input_audio',
  inputImage: 'input_image',
  outputText: 'output_text',
  outputReasoning: 'output_reasoning',
  outputAudio: 'output_audio',
  outputImage: 'output_image',
} as const;
export const buckets = Object.keys(bucketColumns) as (keyof typeof bucketColumns)[];
const columns = Object.values(bucketColumns);

export interface SpendSlicesOptions {
  window: Window;
  filters: Filters;
  /** Columns to carry along. */
  dimensions: readonly string[];
  /** SQL for a column `bucket`, given the SQL of a time; left out when there are no buckets. */
  bucket?: (time: string) => string;
  /** Buckets that quarters of an hour do not fall into one each: only exchanges can tell. */
  fine?: boolean;
  /** SQL that must hold besides the filters, over dimensions that every source has. */
  condition?: Condition;
}

const quarterMs = 900_000;
const rollups: { table: string; names: readonly string[] }[] = [
  {
    table: 'quarter_spend',
    names: ['tenant', 'team', 'app', 'environment', 'key_id', 'task', 'provider', 'model'],
  },
  { table: 'quarter_user_spend', names: ['tenant', 'team', 'app', 'user', 'provider', 'model'] },
];

const cellColumns = [
  'request_count AS requests_n',
  'cost_sum AS cost_n',
  'saved_sum AS saved_n',
  'unpriced_count AS unpriced_n',
  'unpriced_token_sum AS unpriced_tokens_n',
  ...columns.map((column) => `${column}_sum AS ${column}_n`),
  ...columns.map((column) => `${column}_cost_sum AS ${column}_cost_n`),
  'fee_cost_sum AS fee_cost_n',
];

const fees = `mapFilter((bucket, nanos) -> bucket NOT IN (${buckets.map((name) => `'${name}'`).join(', ')}), bucket_nanos)`;
const asked = "cache_status NOT IN ('hit', 'shared', 'stale', 'near')";
const known = 'coalesce(input_tokens, output_tokens)';
/** The same sums as in 0013-spend.sql; a test holds the two together. */
const exchangeColumns = [
  'count() AS requests_n',
  'sum(cost_nanos) AS cost_n',
  'sum(saved_nanos) AS saved_n',
  `countIf(cost_nanos IS NULL AND ${hasTokens}) AS unpriced_n`,
  `sum(if(cost_nanos IS NULL, if(${known} IS NULL, total_tokens, ifNull(input_tokens, 0) + ifNull(output_tokens, 0)), NULL)) AS unpriced_tokens_n`,
  ...columns.map((column) => `sum(if(${asked}, ${column}, NULL)) AS ${column}_n`),
  ...buckets.map(
    (name) =>
      `sum(if(mapContains(bucket_nanos, '${name}'), bucket_nanos['${name}'], NULL)) AS ${bucketColumns[name]}_cost_n`,
  ),
  `sum(if(empty(${fees}), NULL, arraySum(mapValues(${fees})))) AS fee_cost_n`,
];

/** A SELECT (UNION ALL) to stand in parentheses after FROM. Columns: bucket?, dimensions and *_n. */
export function spendSlices(options: SpendSlicesOptions): Condition {
  const table = rollupOf(options);
  const { cells, edges } = cutToCells(options.window, quarterMs);
  const parts = table && !isEmpty(cells) ? [fromCells(options, table, cells)] : [];
  const left = (table ? edges : [options.window]).filter((window) => !isEmpty(window));
  if (left.length > 0 || parts.length === 0) parts.push(fromExchanges(options, left));
  return {
    sql: parts.map((part) => part.sql).join('\nUNION ALL\n'),
    parameters: Object.assign({}, ...parts.map((part) => part.parameters), options.condition?.parameters),
  };
}

function rollupOf({ filters, dimensions, fine }: SpendSlicesOptions): string | undefined {
  if (fine) return undefined;
  const wanted = new Set([...dimensions, ...givenFilters(filters).map(columnOf)]);
  return rollups.find(({ names }) => [...wanted].every((name) => names.includes(name)))?.table;
}

const givenFilters = (filters: Filters): FilterName[] => exchangeFilters.filter((name) => filters[name] !== undefined);

function fromCells(options: SpendSlicesOptions, table: string, { from, to }: Window): Condition {
  const filter = filterCondition(options.filters);
  return {
    sql: `SELECT ${[...keys(options, 'quarter'), ...cellColumns].join(', ')}
FROM {db:Identifier}.${table}
WHERE quarter >= toDateTime({cells_from:UInt32}, 'UTC') AND quarter < toDateTime({cells_to:UInt32}, 'UTC')
  AND ${filter.sql} AND ${options.condition?.sql ?? '1'}`,
    parameters: { ...filter.parameters, cells_from: from / 1000, cells_to: to / 1000 },
  };
}

function fromExchanges(options: SpendSlicesOptions, windows: Window[]): Condition {
  const filter = filterCondition(options.filters);
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const inside = windows.map((_, at) => `(ts >= ${time(`edge${at}_from`)} AND ts < ${time(`edge${at}_to`)})`);
  const bounds = windows.flatMap(({ from, to }, at) => [
    [`edge${at}_from`, from],
    [`edge${at}_to`, to],
  ]);
  const names = keys(options, 'ts').map((key) => key.split(' AS ').at(-1));
  return {
    sql: `SELECT ${[...keys(options, 'ts'), ...exchangeColumns].join(', ')}
FROM {db:Identifier}.exchanges
WHERE (${inside.join(' OR ') || '0'}) AND ${filter.sql} AND ${options.condition?.sql ?? '1'}
${names.length > 0 ? `GROUP BY ${names.join(', ')}` : 'HAVING requests_n > 0'}`,
    parameters: { ...filter.parameters, ...Object.fromEntries(bounds) },
  };
}

const keys = ({ dimensions, bucket }: SpendSlicesOptions, time: string): string[] =>
  bucket ? [`${bucket(time)} AS bucket`, ...dimensions] : [...dimensions];
