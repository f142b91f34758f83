// GET /api/spend: what was spent, in all, by one dimension, over time and by kind of token. Read from the rollups of spend.
import { SpendAnswer, type SpendBy, type SpendPoint, SpendQuery } from '../../contract/questions/spend.ts';
import type { Window } from '../../contract/questions/window.ts';
import { CollectorError } from '../errors.ts';
import { bucketStart, checkStep } from './buckets.ts';
import type { Condition } from './filters.ts';
import { columnOf } from './filters.ts';
import { type QuestionContext, question } from './question.ts';
import { addedUp, kindsOf, type SpendFigureRow, spendColumns, toSpend } from './spend-figures.ts';
import { spendSlices } from './spend-slices.ts';
import { checkedWindow } from './windows.ts';

type Row = SpendFigureRow & { group_f: string; groups_f: string };
type BucketRow = SpendFigureRow & { at_f: string; group_f: string };

export const spend = question({
  path: '/api/spend',
  summary: 'What was spent in a window: in all, by one dimension, over time and by kind of token.',
  query: SpendQuery,
  answer: SpendAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    const fine = checkedFineness(query.step, window);
    const dimensions = query.by === 'kind' ? [] : [columnOf(query.by)];
    const rows = spendSlices({ window, filters: query, dimensions });
    const buckets = spendSlices({ window, filters: query, dimensions, bucket: bucketStart(query.step), fine });
    const [table, series] = await Promise.all([
      query.by === 'kind' ? [] : tableOf(context, rows, { by: query.by, rows: query.rows }),
      query.by === 'kind' ? kindSeries(context, buckets, query) : groupSeries(context, buckets, query),
    ]);
    const isWhole = table.length > 0 && Number(table[0]?.groups_f) === table.length;
    const total = isWhole ? addedUp(table) : await totalOf(context, rows);
    return {
      step: query.step,
      timezone: context.timezone,
      total: toSpend(total),
      rows: table.map((row) => ({ group: row.group_f, ...toSpend(row) })),
      groups: query.by === 'kind' ? toSpend(total).kinds.length : Number(table[0]?.groups_f ?? 0),
      series,
    };
  },
});

const quarter = 900;
const longestFineMs = 2 * 3_600_000;

/** Whether buckets are finer than the rollup. Throws `step_invalid` where that would read too many exchanges. */
function checkedFineness(step: number, window: Window): boolean {
  checkStep(step, window);
  if (step % quarter === 0) return false;
  if (window.to - window.from <= longestFineMs) return true;
  throw new CollectorError('step_invalid', {
    step,
    problem: 'is no multiple of 900, which only windows of up to two hours may have',
    most: 4000,
  });
}

async function totalOf({ store }: QuestionContext, rows: Condition): Promise<SpendFigureRow> {
  const [total] = await store.read<SpendFigureRow>(`SELECT ${spendColumns} FROM (${rows.sql})`, rows.parameters);
  return total!;
}

function tableOf({ store }: QuestionContext, slices: Condition, { by, rows }: { by: SpendBy; rows: number }) {
  const sql = `SELECT *, count() OVER () AS groups_f
FROM (SELECT toString(any(${columnOf(by)})) AS group_f, ${spendColumns} FROM (${slices.sql}) GROUP BY ${columnOf(by)})
ORDER BY cost_f DESC NULLS LAST, requests_f DESC, group_f
LIMIT {rows:UInt32}`;
  return store.read<Row>(sql, { ...slices.parameters, rows });
}

/** The groups that cost most keep their names; the rest is added up as "other". */
async function groupSeries(context: QuestionContext, slices: Condition, query: SpendQuery): Promise<SpendPoint[]> {
  const by = columnOf(query.by);
  // Added up first, ranked then: names are compared once per bucket and not once per row of the rollup.
  const sql = `SELECT at_c AS at_f, if(rank_c <= {kept:UInt32}, toString(name_c), 'other') AS group_f, sum(cost_c) AS cost_f
FROM (SELECT *, dense_rank() OVER (ORDER BY whole_c DESC NULLS LAST, calls_c DESC, name_c) AS rank_c
FROM (SELECT *, sum(cost_c) OVER (PARTITION BY name_c) AS whole_c, sum(requests_c) OVER (PARTITION BY name_c) AS calls_c
FROM (SELECT bucket AS at_c, ${by} AS name_c, sum(cost_n) AS cost_c, sum(requests_n) AS requests_c
FROM (${slices.sql}) GROUP BY at_c, name_c)))
GROUP BY at_f, group_f ORDER BY at_f, group_f`;
  const found = await context.store.read<BucketRow>(sql, seriesParameters(context, slices, query));
  return found.map((row) => ({ at: Number(row.at_f) * 1000, group: row.group_f, costNanos: row.cost_f }));
}

async function kindSeries(context: QuestionContext, slices: Condition, query: SpendQuery): Promise<SpendPoint[]> {
  const sql = `SELECT bucket AS at_f, ${spendColumns} FROM (${slices.sql}) GROUP BY at_f ORDER BY at_f`;
  const found = await context.store.read<BucketRow>(sql, seriesParameters(context, slices, query));
  return found.flatMap((row) =>
    kindsOf(row).map(({ kind, costNanos }) => ({ at: Number(row.at_f) * 1000, group: kind, costNanos })),
  );
}

const seriesParameters = ({ timezone }: QuestionContext, slices: Condition, { step, limit }: SpendQuery) => ({
  ...slices.parameters,
  ...{ step, zone: timezone, kept: limit },
});
