// GET /api/exchanges/:id: everything that is known of one exchange. An id is a UUIDv7 and so says when it was made: that
// bounds the search to two hours; bodies and attempts are then found by their sort key.
import { z } from 'zod';
import { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import { CollectorError } from '../errors.ts';
import {
  type StoredAttempt,
  type StoredBodies,
  type StoredDecision,
  type StoredExchange,
  toExchangeAnswer,
} from './exchange-record.ts';
import { type QuestionContext, question } from './question.ts';

const hour = 3_600_000;

export const exchange = question({
  path: '/api/exchanges/:id',
  summary: 'Everything that is known of one exchange, its bodies included while they are kept.',
  query: z.object({ id: z.uuid() }),
  inPath: true,
  answer: ExchangeAnswer,
  async ask(context, { id }) {
    const row = (await findNear(context, id)) ?? (await findAnywhere(context, id));
    if (!row) throw new CollectorError('exchange_unknown', { id });
    const key = { tenant: row.tenant, at: Number(row.started_at), id };
    const [bodies, attempts, decision] = await Promise.all([
      bodiesOf(context, key),
      attemptsOf(context, key),
      decisionOf(context, key),
    ]);
    return toExchangeAnswer({ row, bodies, attempts, decision });
  },
});

interface Key {
  tenant: string;
  at: number;
  id: string;
}

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

async function bodiesOf({ store }: QuestionContext, key: Key): Promise<StoredBodies | undefined> {
  const sql = `SELECT request_body, response_body, answer FROM {db:Identifier}.bodies WHERE ${byKey} LIMIT 1`;
  const [row] = await store.read<StoredBodies>(sql, { ...key });
  return row;
}

async function decisionOf({ store }: QuestionContext, key: Key): Promise<StoredDecision | undefined> {
  const sql = `SELECT upstream_dialect, notes, decision FROM {db:Identifier}.decisions WHERE ${byKey} LIMIT 1`;
  const [row] = await store.read<StoredDecision>(sql, { ...key });
  return row;
}

function attemptsOf({ store }: QuestionContext, key: Key): Promise<StoredAttempt[]> {
  const columns = `number, provider, model, region, started_at_ms, connect_ms, first_byte_ms, total_ms, status, outcome,
  error_code, provider_request_id, attempt_kind, why, input_tokens, output_tokens, cost_nanos, cost_source`;
  const sql = `SELECT ${columns} FROM {db:Identifier}.attempts WHERE ${byKey} ORDER BY number LIMIT 1000`;
  return store.read<StoredAttempt>(sql, { ...key });
}

/** RFC 9562, section 5.7: the first 48 bits of a UUIDv7 are epoch milliseconds. */
function timeOf(id: string): number | null {
  return id[14] === '7' ? Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16) : null;
}
