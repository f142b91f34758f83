// GET /api/live: the path and the words of the live tail; collector/live.ts keeps the streams.

import type { ExchangeRow } from '../../contract/questions/exchanges.ts';
import { LiveEvent, LiveQuery } from '../../contract/questions/live.ts';
import type { Filters } from '../../contract/questions/window.ts';
import { exchangeRowColumns, type StoredExchangeRow, toExchangeRow } from './exchange-row.ts';
import { exchangeFilters } from './filters.ts';
import type { QuestionContext } from './question.ts';

export const livePath = '/api/live';
export { LiveEvent, LiveQuery };

/** Late exchanges may have started long before they ended; older ones are in the list but not in the tail. */
const startedWithinMs = 24 * 3_600_000;

/**
 * The newest `most` exchanges that these segments brought, oldest first, and how many more there were.
 * One read for all listeners, bounded by time because segments have no index.
 */
export async function exchangesOfSegments(
  { store, clock }: Pick<QuestionContext, 'store' | 'clock'>,
  segments: string[],
  most: number,
): Promise<{ rows: ExchangeRow[]; dropped: number }> {
  const sql = `SELECT ${exchangeRowColumns}, count() OVER () AS all_n
FROM {db:Identifier}.exchanges
WHERE ts >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND segment IN {segments:Array(String)}
ORDER BY ts DESC, id DESC
LIMIT {most:UInt32}`;
  const since = Math.max(clock() - startedWithinMs, 0);
  const found = await store.read<StoredExchangeRow & { all_n: string }>(sql, { since, segments, most });
  const all = Number(found[0]?.all_n ?? 0);
  return { rows: found.map(toExchangeRow).reverse(), dropped: all - found.length };
}

export function fitsFilters(row: ExchangeRow, filters: Filters): boolean {
  return exchangeFilters.every((name) => filters[name] === undefined || filters[name] === row[name]);
}
