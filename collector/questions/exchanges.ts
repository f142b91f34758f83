// GET /api/exchanges: one page of exchanges, newest first, by keyset on (startedAt, id): a page costs the same however
// far back it lies, and rows that arrive meanwhile never shift it. Looks back in growing spans of time, so that the
// newest page does not sort the whole table.
import { ExchangesAnswer, ExchangesQuery } from '../../contract/questions/exchanges.ts';
import { exchangeRowColumns, type StoredExchangeRow, toExchangeRow } from './exchange-row.ts';
import { type Condition, filterCondition } from './filters.ts';
import { type QuestionContext, question } from './question.ts';
import { checkedWindow } from './windows.ts';

const hour = 3_600_000;
const spans = [hour, 6 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, Number.POSITIVE_INFINITY];
/** Clocks of proxies may be ahead of ours. */
const ahead = 48 * hour;

interface Page {
  condition: Condition;
  before: { at: number; id: string } | null;
  limit: number;
}

export const exchanges = question({
  path: '/api/exchanges',
  summary: 'One page of exchanges, newest first, with previews. `next` is the `before` of the page after it.',
  query: ExchangesQuery,
  answer: ExchangesAnswer,
  async ask(context, query) {
    const before = query.before ? toCursor(query.before) : null;
    const newest = Math.min(query.to ?? context.clock() + ahead, before ? before.at + 1 : Number.POSITIVE_INFINITY);
    const oldest = query.from ?? 0;
    if (query.from !== undefined && query.to !== undefined) checkedWindow({ from: query.from, to: query.to });
    const page = { condition: pageCondition(query), before, limit: query.limit + 1 };
    const found = await lookBack(context, page, { from: oldest, to: newest });
    const rows = found.slice(0, query.limit).map(toExchangeRow);
    const last = rows.at(-1);
    return { rows, next: found.length > query.limit && last ? `${last.startedAt}-${last.id}` : null };
  },
});

async function lookBack(context: QuestionContext, page: Page, window: { from: number; to: number }) {
  const found: StoredExchangeRow[] = [];
  let to = window.to;
  for (const span of spans) {
    if (to <= window.from || found.length >= page.limit) break;
    const from = Math.max(window.from, to - span, 0);
    found.push(...(await rowsBetween(context, { ...page, limit: page.limit - found.length }, { from, to })));
    to = from;
  }
  return found;
}

function rowsBetween({ store }: QuestionContext, page: Page, window: { from: number; to: number }) {
  const { condition, before, limit } = page;
  const after = before
    ? "AND (ts, id) < (fromUnixTimestamp64Milli({before_at:Int64}, 'UTC'), toUUID({before_id:String}))"
    : '';
  const sql = `SELECT ${exchangeRowColumns}
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ${condition.sql} ${after}
ORDER BY ts DESC, id DESC
LIMIT {rows:UInt32}`;
  return store.read<StoredExchangeRow>(sql, {
    ...condition.parameters,
    ...window,
    rows: limit,
    ...(before ? { before_at: before.at, before_id: before.id } : {}),
  });
}

function pageCondition(query: ExchangesQueryOutput): Condition {
  const filter = filterCondition(query);
  if (!query.text) return filter;
  const within = (column: string) => `positionCaseInsensitiveUTF8(${column}, {text:String}) > 0`;
  return {
    sql: `${filter.sql} AND (${within('request_preview')} OR ${within('response_preview')})`,
    parameters: { ...filter.parameters, text: query.text },
  };
}

type ExchangesQueryOutput = (typeof ExchangesQuery)['_output'];

/** The contract has checked the shape: digits, a dash, 36 characters of a UUID. */
function toCursor(text: string): { at: number; id: string } {
  const dash = text.indexOf('-');
  return { at: Number(text.slice(0, dash)), id: text.slice(dash + 1) };
}
