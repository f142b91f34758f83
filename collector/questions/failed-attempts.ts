// Failed attempts one by one, the newest first, each with how its exchange ended. The sort key is by hour, so a look back in
// growing spans finds the newest without sorting a whole window.
import type { FailedAttempt } from '../../contract/questions/errors.ts';
import type { Window } from '../../contract/questions/window.ts';
import { failureClass } from './failure-class.ts';
import type { Condition } from './filters.ts';
import type { QuestionContext } from './question.ts';

interface Row {
  id_text: string;
  number: number;
  ts_ms: string;
  at_ms: string;
  provider: string;
  model: string;
  region: string;
  kind: FailedAttempt['kind'];
  failure: FailedAttempt['failure'];
  status: number | null;
  error_code: string;
  provider_request_id: string;
}

interface Ending {
  id_text: string;
  outcome: FailedAttempt['exchangeOutcome'];
  provider: string;
  attempt_count: number;
  error_message: string;
}

type Asking = Pick<QuestionContext, 'store'>;
const hour = 3_600_000;
const spans = [hour, 24 * hour, 7 * 24 * hour, Number.POSITIVE_INFINITY];

/** `condition` makes of a window what an attempt has to fulfil in it; `failure` of FailureClass stands for its class. */
export async function newestFailures(
  { store }: Asking,
  window: Window,
  { condition, most }: { condition: (window: Window) => Condition; most: number },
): Promise<FailedAttempt[]> {
  const found: Row[] = [];
  let { to } = window;
  for (const span of spans) {
    if (to <= window.from || found.length >= most) break;
    const from = Math.max(window.from, to - span);
    const { sql, parameters } = condition({ from, to });
    const rows = await store.read<Row>(
      `SELECT ${columns} FROM {db:Identifier}.attempts WHERE failure != '' AND ${sql}
ORDER BY ts DESC, id DESC, number DESC LIMIT {rows:UInt32}`,
      { ...parameters, rows: most - found.length },
    );
    found.push(...rows);
    to = from;
  }
  return withEndings({ store }, found);
}

const columns = `toString(id) AS id_text, number, toUnixTimestamp64Milli(ts) AS ts_ms, ts_ms + started_at_ms AS at_ms,
  provider, model, region, if(attempt_kind = '', 'first', toString(attempt_kind)) AS kind, ${failureClass} AS failure, status,
  error_code, provider_request_id`;

async function withEndings({ store }: Asking, rows: Row[]): Promise<FailedAttempt[]> {
  const times = rows.map((row) => Number(row.ts_ms));
  const endings =
    rows.length === 0
      ? []
      : await store.read<Ending>(endingsSql, {
          ids: [...new Set(rows.map((row) => row.id_text))],
          from: Math.min(...times),
          to: Math.max(...times),
        });
  const byId = new Map(endings.map((ending) => [ending.id_text, ending]));
  return rows.map((row) => toFailedAttempt(row, byId.get(row.id_text)));
}

const endingsSql = `SELECT toString(id) AS id_text, outcome, provider, attempt_count, error_message
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts <= fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND id IN (SELECT toUUID(arrayJoin({ids:Array(String)})))`;

function toFailedAttempt(row: Row, ending: Ending | undefined): FailedAttempt {
  const { number, provider, model, region, kind, failure, status } = row;
  const answered = ending?.outcome === 'success';
  const wasLast = ending !== undefined && !answered && ending.attempt_count === number;
  return {
    ...{ id: row.id_text, number, at: Number(row.at_ms) },
    ...{ provider, model, region, kind, failure, status },
    errorCode: row.error_code,
    providerRequestId: row.provider_request_id,
    message: wasLast ? ending.error_message.slice(0, 500) : '',
    exchangeOutcome: ending?.outcome ?? null,
    servedBy: answered ? ending.provider : '',
  };
}
