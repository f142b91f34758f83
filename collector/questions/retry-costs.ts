// GET /api/retry-costs: attempts by what they were for, with their cost as far as it is known.

import type { AttemptKind } from '../../contract/attempt.ts';
import { RetryCostsAnswer, RetryCostsQuery } from '../../contract/questions/retry-costs.ts';
import { attemptSlices } from './attempt-slices.ts';
import { speaksAgainst } from './failure-class.ts';
import { question } from './question.ts';
import { checkedWindow } from './windows.ts';

interface Row {
  kind: AttemptKind;
  attempts_f: string;
  failed_f: string;
  cost_f: string | null;
  unpriced_f: string;
}

export const retryCosts = question({
  path: '/api/retry-costs',
  summary: 'Attempts by kind – first, retry, failover, hedge … – with what they cost and how many have no known cost.',
  query: RetryCostsQuery,
  answer: RetryCostsAnswer,
  async ask({ store }, query) {
    const rows = attemptSlices({ window: checkedWindow(query), filters: query, dimensions: ['kind', 'failure'] });
    const sql = `SELECT kind, sum(attempts_n) AS attempts_f, sumIf(attempts_n, ${speaksAgainst('failure')}) AS failed_f,
  sum(cost_n) AS cost_f, sum(unpriced_n) AS unpriced_f
FROM (${rows.sql}) GROUP BY kind ORDER BY attempts_f DESC, kind`;
    const found = await store.read<Row>(sql, rows.parameters);
    return {
      rows: found.map((row) => ({
        kind: row.kind,
        attempts: Number(row.attempts_f),
        failed: Number(row.failed_f),
        costNanos: row.cost_f,
        unpriced: Number(row.unpriced_f),
      })),
    };
  },
});
