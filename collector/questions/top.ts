// GET /api/top: the groups of one dimension with the most of something, with their figures.
import { TopAnswer, TopQuery } from '../../contract/questions/top.ts';
import { type FigureRow, figureColumns, toFigures } from './figures.ts';
import { question } from './question.ts';
import { slices } from './slices.ts';
import { checkedWindow } from './windows.ts';

type Row = FigureRow & { group_f: string; groups_f: string };

const orders = {
  cost: 'cost_f DESC NULLS LAST, requests_f DESC',
  requests: 'requests_f DESC',
  errors: 'errors_f DESC, requests_f DESC',
  latency: 'ifNotFinite(total_f[2], -1) DESC, requests_f DESC',
} as const;

export const top = question({
  path: '/api/top',
  summary: 'The groups of a dimension that cost most, are asked most, fail most or are slowest (by p95).',
  query: TopQuery,
  answer: TopAnswer,
  async ask({ store }, query) {
    const rows = slices({ window: checkedWindow(query), filters: query, dimensions: [query.by] });
    const sql = `SELECT *, count() OVER () AS groups_f
FROM (SELECT toString(${query.by}) AS group_f, ${figureColumns} FROM (${rows.sql}) GROUP BY group_f)
ORDER BY ${orders[query.order]}, group_f
LIMIT {most:UInt32}`;
    const found = await store.read<Row>(sql, { ...rows.parameters, most: query.limit });
    return {
      rows: found.map((row) => ({ group: row.group_f, ...toFigures(row) })),
      groups: Number(found[0]?.groups_f ?? 0),
    };
  },
});
