// The parts of one exchange, looked up by its id. An id is a UUIDv7 and so says when it was made: that bounds the search to
// two hours; bodies, attempts and the decision are then found by their sort key.
import { CollectorError } from '../errors.ts';
import type { StoredAttempt, StoredBodies, StoredDecision, StoredExchange } from './exchange-record.ts';
import type { QuestionContext } from './question.ts';

const hour = 3_600_000;

/** Where everything of an exchange lies. */
export interface ExchangeKey {
  tenant: string;
  at: number;
  id: string;
}

/** Throws `exchange_unknown`. */
export async function exchangeOf(context: QuestionContext, id: string): Promise<StoredExchange> {
  const row = (await findNear(context, id)) ?? (await findAnywhere(context, id));
  if (!row) throw new CollectorError('exchange_unknown', { id });
  return row;
}

export const keyOf = (row: StoredExchange): ExchangeKey => ({
  tenant: row.tenant,
  at: Number(row.started_at),
  id: row.id_text,
});

async function findNear({ store }: QuestionContext, id: string): Promise<StoredExchange | undefined> {
  const at = timeOf(id);
  if (at === null) return undefined;
  const near =
    "ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')";
  const parameters = { id, from: Math.max(at - hour, 0), to: at + hour };
  const [row] = await store.read<StoredExchange>(findExchange(`AND ${near}`), parameters);
  return row;
}

/** For ids that are no UUIDv7 or whose clock was wrong: the bloom filter skips nearly all granules. */
async function findAnywhere({ store }: QuestionContext, id: string): Promise<StoredExchange | undefined> {
  const [row] = await store.read<StoredExchange>(findExchange(''), { id });
  return row;
}

function findExchange(bounds: string): string {
  return `SELECT *, toString(id) AS id_text, toUnixTimestamp64Milli(ts) AS started_at,
  toUnixTimestamp64Milli(recorded_at) AS recorded_at_ms, lower(hex(trace_id)) AS trace_text, lower(hex(span_id)) AS span_text
FROM {db:Identifier}.exchanges WHERE id = toUUID({id:String}) ${bounds} LIMIT 1`;
}

const byKey = `tenant = {tenant:String}
  AND toStartOfHour(ts) = toStartOfHour(fromUnixTimestamp64Milli({at:Int64}, 'UTC'))
  AND ts = fromUnixTimestamp64Milli({at:Int64}, 'UTC') AND id = toUUID({id:String})`;

export async function bodiesOf({ store }: QuestionContext, key: ExchangeKey): Promise<StoredBodies | undefined> {
  const sql = `SELECT request_body, response_body, answer FROM {db:Identifier}.bodies WHERE ${byKey} LIMIT 1`;
  const [row] = await store.read<StoredBodies>(sql, { ...key });
  return row;
}

export async function decisionOf({ store }: QuestionContext, key: ExchangeKey): Promise<StoredDecision | undefined> {
  const sql = `SELECT upstream_dialect, notes, decision FROM {db:Identifier}.decisions WHERE ${byKey} LIMIT 1`;
  const [row] = await store.read<StoredDecision>(sql, { ...key });
  return row;
}

export function attemptsOf({ store }: QuestionContext, key: ExchangeKey): Promise<StoredAttempt[]> {
  const columns = `number, provider, model, region, started_at_ms, connect_ms, first_byte_ms, total_ms, status, outcome,
  error_code, provider_request_id, attempt_kind, why, input_tokens, output_tokens, cost_nanos, cost_source`;
  const sql = `SELECT ${columns} FROM {db:Identifier}.attempts WHERE ${byKey} ORDER BY number LIMIT 1000`;
  return store.read<StoredAttempt>(sql, { ...key });
}

/** RFC 9562, section 5.7: the first 48 bits of a UUIDv7 are epoch milliseconds. */
function timeOf(id: string): number | null {
  return id[14] === '7' ? Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) : null;
}
