// GET /api/exchanges: one page of exchanges, newest first; see keyset.ts for how pages are cut.
import { ExchangesAnswer, ExchangesQuery } from '../../contract/questions/exchanges.ts';
import type { Window } from '../../contract/questions/window.ts';
import { exchangeRowColumns, type StoredExchangeRow, toExchangeRow } from './exchange-row.ts';
import { type Condition, filterCondition } from './filters.ts';
import { afterCursor, lookBack, pageWindow, toCursor } from './keyset.ts';
import { type QuestionContext, question } from './question.ts';
import { hasTokens } from './slices.ts';

export const exchanges = question({
  path: '/api/exchanges',
  summary: 'One page of exchanges, newest first, with previews. `next` is the `before` of the page after it.',
  query: ExchangesQuery,
  answer: ExchangesAnswer,
  async ask(context, query) {
    const before = query.before ? toCursor(query.before) : null;
    const conditions = [pageCondition(query), afterCursor(before)];
    const window = pageWindow(query, before, context.clock());
    const found = await lookBack(window, query.limit + 1, (span, limit) =>
      rowsBetween(context, conditions, { ...span, rows: limit }),
    );
    const rows = found.slice(0, query.limit).map(toExchangeRow);
    const last = rows.at(-1);
    return { rows, next: found.length > query.limit && last ? `${last.startedAt}-${last.id}` : null };
  },
});

function rowsBetween({ store }: QuestionContext, conditions: Condition[], bounds: Window & { rows: number }) {
  const sql = `SELECT ${exchangeRowColumns}
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')
  AND ${conditions.map((condition) => condition.sql).join(' AND ')}
ORDER BY ts DESC, id DESC
LIMIT {rows:UInt32}`;
  return store.read<StoredExchangeRow>(sql, {
    ...Object.assign({}, ...conditions.map((condition) => condition.parameters)),
    ...bounds,
  });
}

/** An attempt carries the time of its exchange, so the bounds of a page hold for both tables. */
function triedCondition(query: (typeof ExchangesQuery)['_output']): Condition {
  const filter = filterCondition(query);
  if (query.unpriced) filter.sql += ` AND cost_nanos IS NULL AND ${hasTokens}`;
  if (query.tried === undefined) return filter;
  return {
    sql: `${filter.sql} AND id IN (SELECT id FROM {db:Identifier}.attempts WHERE provider = {tried:String}
  AND ts >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC'))`,
    parameters: { ...filter.parameters, tried: query.tried },
  };
}

function pageCondition(query: (typeof ExchangesQuery)['_output']): Condition {
  const filter = triedCondition(query);
  if (!query.text) return filter;
  const within = (column: string) => `positionCaseInsensitiveUTF8(${column}, {text:String}) > 0`;
  return {
    sql: `${filter.sql} AND (${within('request_preview')} OR ${within('response_preview')})`,
    parameters: { ...filter.parameters, text: query.text },
  };
}
