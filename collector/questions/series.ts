// GET /api/series: figures over time, one row per bucket and group. Buckets without traffic are missing, not zero.
// A bucket that the window cuts holds only what lies inside the window; its `at` may lie before `from`.
import { SeriesAnswer, SeriesQuery } from '../../contract/questions/series.ts';
import { bucketStart, checkStep, grainOf } from './buckets.ts';
import { type FigureRow, figureColumns, toFigures } from './figures.ts';
import { question } from './question.ts';
import { slices } from './slices.ts';
import { checkedWindow } from './windows.ts';

type Row = FigureRow & { at_f: string | number; group_f: string };

export const series = question({
  path: '/api/series',
  summary: 'Figures per bucket of time, in the reporting time zone; a group really named "other" joins the others.',
  query: SeriesQuery,
  answer: SeriesAnswer,
  async ask({ store, timezone }, query) {
    const window = checkedWindow(query);
    checkStep(query.step, window);
    const rows = slices({
      window,
      filters: query,
      dimensions: query.by ? [query.by] : [],
      bucket: bucketStart(query.step),
      grain: grainOf(query.step, window, timezone),
    });
    const sql = query.by ? groupedSeries(rows.sql, query.by) : plainSeries(rows.sql);
    const parameters = { ...rows.parameters, step: query.step, zone: timezone, kept: query.limit };
    const found = await store.read<Row>(sql, parameters);
    return { step: query.step, timezone, rows: found.map(toSeriesRow) };
  },
});

function plainSeries(rows: string): string {
  return `SELECT bucket AS at_f, '' AS group_f, ${figureColumns} FROM (${rows}) GROUP BY bucket ORDER BY bucket`;
}

/** The groups that cost most (then: are asked most) keep their names; `by` is a column name out of the contract. */
function groupedSeries(rows: string, by: string): string {
  return `WITH slices AS (${rows}),
kept AS (SELECT ${by} AS name FROM slices GROUP BY name ORDER BY sum(cost_n) DESC NULLS LAST, sum(requests_n) DESC, name LIMIT {kept:UInt32})
SELECT bucket AS at_f, if(${by} IN (SELECT name FROM kept), toString(${by}), 'other') AS group_f, ${figureColumns}
FROM slices GROUP BY at_f, group_f ORDER BY at_f, group_f`;
}

function toSeriesRow(row: Row) {
  const { unpriced: _unpriced, estimated: _estimated, ...figures } = toFigures(row);
  return { at: Number(row.at_f) * 1000, group: row.group_f, ...figures };
}
