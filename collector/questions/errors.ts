// GET /api/errors: failures over time by class, by target, and the newest of them one by one.
import { ErrorsAnswer, ErrorsQuery, type FailedAttempt } from '../../contract/questions/errors.ts';
import { attemptCondition } from './attempt-filter.ts';
import { attemptSlices } from './attempt-slices.ts';
import { bucketStart, checkStep } from './buckets.ts';
import { newestFailures } from './failed-attempts.ts';
import { type QuestionContext, question } from './question.ts';
import { checkedWindow } from './windows.ts';

type Query = (typeof ErrorsQuery)['_output'];
type Failure = FailedAttempt['failure'];

export const errors = question({
  path: '/api/errors',
  summary: 'What attempts failed of: per bucket, by provider and model, and the newest failures as they were recorded.',
  query: ErrorsQuery,
  answer: ErrorsAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    checkStep(query.step, window);
    const [rows, groups, examples] = await Promise.all([
      overTime(context, query),
      byTarget(context, query),
      newestFailures(context, window, { condition: (span) => exampleCondition(span, query), most: query.limit }),
    ]);
    return { step: query.step, timezone: context.timezone, rows, groups, examples };
  },
});

/** A class that was asked for, else all of them. */
const wanted = (query: Query) => (query.failure === undefined ? "failure != ''" : 'failure = {failure:String}');
const given = ({ failure }: Query): Record<string, string> => (failure === undefined ? {} : { failure });

async function overTime({ store, timezone }: QuestionContext, query: Query) {
  const slices = attemptSlices({
    ...{ window: checkedWindow(query), filters: query, step: query.step, bucket: bucketStart(query.step) },
    dimensions: ['failure'],
  });
  const sql = `SELECT bucket AS at_f, toString(failure) AS failure_f, sum(attempts_n) AS attempts_f
FROM (${slices.sql}) WHERE ${wanted(query)} GROUP BY at_f, failure_f ORDER BY at_f, failure_f`;
  const parameters = { ...slices.parameters, ...given(query), step: query.step, zone: timezone };
  const found = await store.read<{ at_f: string; failure_f: Failure; attempts_f: string }>(sql, parameters);
  return found.map((row) => ({
    at: Number(row.at_f) * 1000,
    failure: row.failure_f,
    attempts: Number(row.attempts_f),
  }));
}

interface TargetRow {
  provider: string;
  model: string;
  failure_f: Failure;
  attempts_f: string;
  of_f: string;
}

async function byTarget({ store }: QuestionContext, query: Query) {
  const slices = attemptSlices({
    ...{ window: checkedWindow(query), filters: query },
    dimensions: ['provider', 'model', 'failure'],
  });
  const sql = `SELECT * FROM (SELECT provider, model, toString(failure) AS failure_f, sum(attempts_n) AS attempts_f,
  sum(attempts_f) OVER (PARTITION BY provider, model) AS of_f
FROM (${slices.sql}) GROUP BY provider, model, failure_f)
WHERE ${wanted(query).replace('failure', 'failure_f')} ORDER BY attempts_f DESC, provider, model, failure_f LIMIT {most:UInt32}`;
  const found = await store.read<TargetRow>(sql, { ...slices.parameters, ...given(query), most: query.limit });
  return found.map((row) => ({
    ...{ provider: row.provider, model: row.model, failure: row.failure_f },
    attempts: Number(row.attempts_f),
    of: Number(row.of_f),
  }));
}

function exampleCondition(window: { from: number; to: number }, query: Query) {
  const { sql, parameters } = attemptCondition(window, query);
  return { sql: `${wanted(query)} AND ${sql}`, parameters: { ...parameters, ...given(query) } };
}
