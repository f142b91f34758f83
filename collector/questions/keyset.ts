// Paging by keyset on (startedAt, id), newest first: a page costs the same however far back it lies, and rows that arrive
// meanwhile never shift it. Looks back in growing spans of time, so that the newest page does not sort the whole table.
import type { Window } from '../../contract/questions/window.ts';
import type { Condition } from './filters.ts';
import { checkedWindow } from './windows.ts';

const hour = 3_600_000;
const spans = [hour, 6 * hour, 24 * hour, 7 * 24 * hour, 30 * 24 * hour, Number.POSITIVE_INFINITY];
/** Clocks of proxies may be ahead of ours. */
const ahead = 48 * hour;

export interface Cursor {
  at: number;
  id: string;
}

/** The contract has checked the shape: digits, a dash, 36 characters of a UUID. */
export function toCursor(text: string): Cursor {
  const dash = text.indexOf('-');
  return { at: Number(text.slice(0, dash)), id: text.slice(dash + 1) };
}

/** Rows that come after the cursor, which stands on the last one that was shown. */
export function afterCursor(before: Cursor | null): Condition {
  if (!before) return { sql: '1', parameters: {} };
  return {
    sql: "(ts, id) < (fromUnixTimestamp64Milli({before_at:Int64}, 'UTC'), toUUID({before_id:String}))",
    parameters: { before_at: before.at, before_id: before.id },
  };
}

/** Within what a page has to look; what the query leaves open is everything there is. */
export function pageWindow(
  { from, to }: { from?: number | undefined; to?: number | undefined },
  before: Cursor | null,
  now: number,
): Window {
  if (from !== undefined && to !== undefined) checkedWindow({ from, to });
  const newest = Math.min(to ?? now + ahead, before ? before.at + 1 : Number.POSITIVE_INFINITY);
  return { from: from ?? 0, to: newest };
}

/** Reads span after span until `limit` rows are there or the window ends. */
export async function lookBack<Row>(
  window: Window,
  limit: number,
  read: (span: Window, limit: number) => Promise<Row[]>,
): Promise<Row[]> {
  const found: Row[] = [];
  let to = window.to;
  for (const span of spans) {
    if (to <= window.from || found.length >= limit) break;
    const from = Math.max(window.from, to - span, 0);
    found.push(...(await read({ from, to }, limit - found.length)));
    to = from;
  }
  return found;
}
