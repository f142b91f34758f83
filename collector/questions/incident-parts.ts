// What is read of stretches once they are known, all of them in one go: their attempts cell by cell, and how the exchanges
// ended that met a failure there.
import type { Incident } from '../../contract/questions/incidents.ts';
import type { Filters, Window } from '../../contract/questions/window.ts';
import { attemptCondition } from './attempt-filter.ts';
import { failedByProvider, failureClass } from './failure-class.ts';
import type { Condition } from './filters.ts';
import type { QuestionContext } from './question.ts';
import { cellMs, type Stretch } from './stretches.ts';

/** Attempts of one model that fared alike within one cell. */
export interface StretchPart {
  at: number;
  model: string;
  /** Of FailureClass; '' where they did not fail. */
  failure: string;
  attempts: number;
  /** When the first and the last of them began. */
  firstAt: number;
  lastAt: number;
}

interface Asked {
  stretches: readonly Stretch[];
  window: Window;
  filters: Filters;
}

interface PartRow {
  stretch: number;
  at_f: string;
  model_f: string;
  failure_f: string;
  attempts_f: string;
  first_f: string;
  last_f: string;
}

/** One list per stretch. */
export async function partsOf({ store }: Pick<QuestionContext, 'store'>, asked: Asked): Promise<StretchPart[][]> {
  if (asked.stretches.length === 0) return [];
  const { sql, parameters } = insideStretches(asked);
  const found = await store.read<PartRow>(
    `SELECT stretch_n AS stretch, intDiv(toUnixTimestamp64Milli(ts), ${cellMs}) * ${cellMs} AS at_f, toString(model) AS model_f,
  ${failureClass} AS failure_f, count() AS attempts_f,
  min(toUnixTimestamp64Milli(ts) + started_at_ms) AS first_f, max(toUnixTimestamp64Milli(ts) + started_at_ms) AS last_f
FROM (SELECT *, ${stretchNumber(asked.stretches)} AS stretch_n FROM {db:Identifier}.attempts WHERE ${sql})
WHERE stretch_n >= 0
GROUP BY stretch, at_f, model_f, failure_f`,
    parameters,
  );
  return asked.stretches.map((_, index) =>
    found
      .filter((row) => Number(row.stretch) === index)
      .map((row) => ({
        ...{ at: Number(row.at_f), model: row.model_f, failure: row.failure_f, attempts: Number(row.attempts_f) },
        ...{ firstAt: Number(row.first_f), lastAt: Number(row.last_f) },
      })),
  );
}

interface FateRow {
  stretch: number;
  outcome: Incident['lost'][number]['outcome'];
  provider: string;
  exchanges_f: string;
}

/** One per stretch. Exchanges whose rows are gone are counted nowhere. */
export async function fatesOf(
  { store }: Pick<QuestionContext, 'store'>,
  asked: Asked,
): Promise<Pick<Incident, 'exchanges' | 'saved' | 'lost'>[]> {
  if (asked.stretches.length === 0) return [];
  const { sql, parameters } = insideStretches(asked);
  const found = await store.read<FateRow>(
    `SELECT stretch, outcome, provider, count() AS exchanges_f
FROM {db:Identifier}.exchanges AS ended
INNER JOIN (SELECT DISTINCT id, ${stretchNumber(asked.stretches)} AS stretch FROM {db:Identifier}.attempts
  WHERE ${sql} AND ${failedByProvider} AND stretch >= 0) AS hit ON ended.id = hit.id
WHERE ended.ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ended.ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
GROUP BY stretch, outcome, provider
ORDER BY exchanges_f DESC, provider, outcome`,
    parameters,
  );
  return asked.stretches.map((_, index) => fateOf(found.filter((row) => Number(row.stretch) === index)));
}

function fateOf(rows: FateRow[]): Pick<Incident, 'exchanges' | 'saved' | 'lost'> {
  const lost = new Map<Incident['lost'][number]['outcome'], number>();
  for (const { outcome, exchanges_f } of rows) {
    if (outcome !== 'success') lost.set(outcome, (lost.get(outcome) ?? 0) + Number(exchanges_f));
  }
  return {
    exchanges: rows.reduce((sum, row) => sum + Number(row.exchanges_f), 0),
    saved: rows
      .filter((row) => row.outcome === 'success')
      .map((row) => ({ provider: row.provider, exchanges: Number(row.exchanges_f) })),
    lost: [...lost].map(([outcome, exchanges]) => ({ outcome, exchanges })),
  };
}

/** Attempts between the first stretch and the last, under the filters; with the parameters of `stretchNumber`. */
function insideStretches({ stretches, window, filters }: Asked): Condition {
  const from = Math.max(window.from, Math.min(...stretches.map((stretch) => stretch.from)));
  const to = Math.min(window.to, Math.max(...stretches.map((stretch) => stretch.to)));
  const { sql, parameters } = attemptCondition({ from, to }, filters);
  const bounds = stretches.flatMap((stretch, index) => [
    [`stretch${index}_provider`, stretch.provider],
    [`stretch${index}_from`, stretch.from],
    [`stretch${index}_to`, stretch.to],
  ]);
  return { sql, parameters: { ...parameters, ...Object.fromEntries(bounds) } };
}

/** Which stretch an attempt lies in; -1: in none. */
function stretchNumber(stretches: readonly Stretch[]): string {
  const at = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  const cases = stretches.map(
    (_, index) =>
      `provider = {stretch${index}_provider:String} AND ts >= ${at(`stretch${index}_from`)} AND ts < ${at(`stretch${index}_to`)}, ${index}`,
  );
  return `multiIf(${cases.join(', ')}, -1)`;
}
