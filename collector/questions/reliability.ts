// GET /api/reliability: how each provider's attempts went, per bucket and over the window. One pass for both: the totals
// are the rows of a second grouping set.
import { type AttemptFigures, ReliabilityAnswer, ReliabilityQuery } from '../../contract/questions/reliability.ts';
import { attemptSlices } from './attempt-slices.ts';
import { bucketStart, checkStep } from './buckets.ts';
import { failureCounts, speaksAgainst } from './failure-class.ts';
import { question } from './question.ts';
import { checkedWindow } from './windows.ts';

interface Row {
  at_f: string | number;
  provider: string;
  whole: number;
  attempts_f: string;
  failed_f: string;
  classes_f: Record<string, string>;
  first_byte_f: (number | null)[];
}

export const reliability = question({
  path: '/api/reliability',
  summary: 'Attempts, failures by class and time to first byte of every provider, per bucket and over the window.',
  query: ReliabilityQuery,
  answer: ReliabilityAnswer,
  async ask({ store, timezone }, query) {
    const window = checkedWindow(query);
    checkStep(query.step, window);
    const rows = attemptSlices({
      ...{ window, filters: query, step: query.step, bucket: bucketStart(query.step) },
      dimensions: ['provider', 'failure'],
    });
    const sql = `SELECT bucket AS at_f, provider, grouping(bucket) AS whole, ${figures}
FROM (SELECT bucket, provider, ${cells} FROM (${rows.sql}) GROUP BY bucket, provider)
GROUP BY GROUPING SETS ((bucket, provider), (provider))
ORDER BY whole DESC, at_f, attempts_f DESC, provider`;
    const found = await store.read<Row>(sql, { ...rows.parameters, step: query.step, zone: timezone });
    return {
      step: query.step,
      timezone,
      providers: found.filter((row) => isWhole(row)).map((row) => ({ provider: row.provider, ...toFigures(row) })),
      rows: found
        .filter((row) => !isWhole(row))
        .map((row) => ({ at: Number(row.at_f) * 1000, provider: row.provider, ...toFigures(row) })),
    };
  },
});

// Digests are merged once into cells, and the few cells again into the whole.
const cells = `sum(attempts_n) AS attempts_c,
  sumIf(attempts_n, ${speaksAgainst('failure')}) AS failed_c,
  sumMapIf(map(toString(failure), attempts_n), failure != '') AS classes_c,
  quantilesTDigestMergeState(0.5, 0.95)(first_byte_s) AS first_byte_c`;
const figures = `sum(attempts_c) AS attempts_f, sum(failed_c) AS failed_f, sumMap(classes_c) AS classes_f,
  quantilesTDigestMerge(0.5, 0.95)(first_byte_c) AS first_byte_f`;

/** grouping() is 1 where a column is added up over. */
const isWhole = (row: Row): boolean => Number(row.whole) === 1;

function toFigures(row: Row): AttemptFigures {
  const p95 = row.first_byte_f[1];
  return {
    attempts: Number(row.attempts_f),
    failed: Number(row.failed_f),
    classes: failureCounts(row.classes_f),
    firstByteP95Ms: typeof p95 === 'number' && Number.isFinite(p95) ? Math.round(p95) : null,
  };
}
