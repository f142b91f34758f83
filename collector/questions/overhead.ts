// GET /api/overhead: percentiles of our own share of the time, errors and further attempts, by provider.
import { OverheadAnswer, type OverheadFigures, OverheadQuery } from '../../contract/questions/overhead.ts';
import { attemptCondition } from './attempt-filter.ts';
import { filterCondition } from './filters.ts';
import { question } from './question.ts';
import { checkedWindow } from './windows.ts';

interface ExchangesRow {
  group: string;
  whole: number;
  exchanges: string;
  errors: string;
  measured: string;
  micros: (number | null)[];
}

interface AttemptsRow {
  group: string;
  whole: number;
  attempts: string;
  further: string;
}

/** Each group, and all of them together as one more row with `whole` = 1. */
const groups = 'GROUP BY GROUPING SETS ((provider), ())';
const keys = "if(grouping(provider) = 0, provider, '') AS group, grouping(provider) AS whole";

export const overhead = question({
  path: '/api/overhead',
  summary: 'What the sidecar adds to calls in microseconds, with errors and further attempts, by provider.',
  query: OverheadQuery,
  answer: OverheadAnswer,
  async ask({ store }, query) {
    const window = checkedWindow(query);
    const { from: _from, to: _to, ...filters } = query;
    const chosen = filterCondition(filters);
    const known = 'overhead_micros IS NOT NULL';
    const tried = attemptCondition(window, filters);
    const [exchanges, attempts] = await Promise.all([
      store.read<ExchangesRow>(
        `SELECT ${keys}, count() AS exchanges,
  countIf(outcome IN ('failed', 'truncated', 'unreachable', 'refused')) AS errors, countIf(${known}) AS measured,
  quantilesTDigestIf(0.5, 0.95, 0.99)(assumeNotNull(overhead_micros), ${known}) AS micros
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ${chosen.sql}
${groups} ORDER BY exchanges DESC, group`,
        { ...chosen.parameters, ...window },
      ),
      store.read<AttemptsRow>(
        `SELECT ${keys}, count() AS attempts, countIf(attempt_kind != 'first') AS further
FROM {db:Identifier}.attempts WHERE ${tried.sql} AND attempt_kind != 'shadow'
${groups} ORDER BY attempts DESC, group`,
        tried.parameters,
      ),
    ]);
    return together(exchanges, attempts);
  },
});

function together(exchanges: readonly ExchangesRow[], attempts: readonly AttemptsRow[]): OverheadAnswer {
  const single = ({ whole }: { whole: number }): boolean => Number(whole) === 0;
  const names = new Set([...exchanges.filter(single), ...attempts.filter(single)].map(({ group }) => group));
  const of = (name: string): OverheadFigures =>
    figures(
      exchanges.find((row) => single(row) && row.group === name),
      attempts.find((row) => single(row) && row.group === name),
    );
  return {
    all: figures(
      exchanges.find((row) => !single(row)),
      attempts.find((row) => !single(row)),
    ),
    providers: [...names].map((provider) => ({ provider, ...of(provider) })),
  };
}

function figures(exchanges: ExchangesRow | undefined, attempts: AttemptsRow | undefined): OverheadFigures {
  const [p50, p95, p99] = (exchanges?.micros ?? []).map((micros) =>
    micros !== null && Number.isFinite(micros) ? Math.round(micros) : null,
  );
  return {
    exchanges: Number(exchanges?.exchanges ?? 0),
    errors: Number(exchanges?.errors ?? 0),
    measured: Number(exchanges?.measured ?? 0),
    ...{ p50Micros: p50 ?? null, p95Micros: p95 ?? null, p99Micros: p99 ?? null },
    attempts: Number(attempts?.attempts ?? 0),
    furtherAttempts: Number(attempts?.further ?? 0),
  };
}
