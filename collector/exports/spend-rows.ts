// The rows that exports are written from: spend of one local day (or hour) by everything that the rollup knows, read a day at a
// time, so that a year of it needs the memory of a day.
import { periodsIn } from '../../catalog/spending/period.ts';
import type { Spend } from '../../contract/questions/spend.ts';
import type { Filters, Window } from '../../contract/questions/window.ts';
import { bucketStart } from '../questions/buckets.ts';
import type { QuestionContext } from '../questions/question.ts';
import { type SpendFigureRow, spendColumns, toSpend } from '../questions/spend-figures.ts';
import { spendSlices } from '../questions/spend-slices.ts';

const dimensions = ['tenant', 'team', 'app', 'environment', 'key_id', 'task', 'provider', 'model'] as const;
/** Of one page; far more than a day of it has, and below what a reader may answer. */
const pageRows = 20_000;

export type SpendOf = Record<(typeof dimensions)[number], string> & {
  /** Start and end of the day or hour, epoch milliseconds. */
  from: number;
  to: number;
  spend: Spend;
};

export interface ExportOptions {
  window: Window;
  filters: Filters;
  per: 'day' | 'hour';
}

export async function* spendRows(context: QuestionContext, options: ExportOptions): AsyncGenerator<SpendOf> {
  const periodOf = periodsIn(context.timezone);
  const { to } = options.window;
  for (let at = options.window.from; at < to; ) {
    const end = Math.min(periodOf('day', at).endsAt, to);
    yield* rowsOfDay(context, options, { from: at, to: end });
    at = end;
  }
}

type Row = SpendFigureRow & Record<(typeof dimensions)[number], string> & { at_f: string };

async function* rowsOfDay(
  { store, timezone }: QuestionContext,
  { filters, per }: ExportOptions,
  window: Window,
): AsyncGenerator<SpendOf> {
  const periodOf = periodsIn(timezone);
  const step = per === 'day' ? 86_400 : 3600;
  const slices = spendSlices({ window, filters, dimensions, bucket: bucketStart(step) });
  const names = dimensions.join(', ');
  const sql = `SELECT bucket AS at_f, ${names}, ${spendColumns} FROM (${slices.sql})
GROUP BY at_f, ${names} ORDER BY at_f, ${names} LIMIT {rows:UInt32} OFFSET {skip:UInt64}`;
  for (let skip = 0; ; skip += pageRows) {
    const page = { ...slices.parameters, step, zone: timezone, rows: pageRows, skip };
    const rows = await store.read<Row>(sql, page);
    for (const row of rows) {
      const from = Number(row.at_f) * 1000;
      const { tenant, team, app, environment, key_id, task, provider, model } = row;
      const said = { tenant, team, app, environment, key_id, task, provider, model };
      yield { ...said, from, to: periodOf(per, from).endsAt, spend: toSpend(row) };
    }
    if (rows.length < pageRows) return;
  }
}
