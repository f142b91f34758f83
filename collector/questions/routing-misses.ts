// GET /api/routing-misses: what it cost that a session's next call went elsewhere while a prompt cache still held its prompt.
// No rollup can know which call came before which, so the exchanges are read: some hours at a time, and only sessions that
// had more than one target, so that memory stays bounded.
import { type RoutingMiss, RoutingMissesAnswer, RoutingMissesQuery } from '../../contract/questions/routing-misses.ts';
import type { Window } from '../../contract/questions/window.ts';
import { type Condition, filterCondition } from './filters.ts';
import { type QuestionContext, question } from './question.ts';
import { checkedWindow } from './windows.ts';

const longestMs = 31 * 86_400_000;
/** How long providers keep a prompt cached that nobody asks for again, at the least: five minutes. */
const cacheLifeMs = 300_000;
const mostRows = 20;

/** Tokens that the provider's cache holds after a call. */
const warm = 'ifNull(input_cache_read, 0) + ifNull(input_cache_write_5m, 0) + ifNull(input_cache_write_1h, 0)';

export interface MissRow {
  from_f: string;
  to_f: string;
  switches_f: string;
  tokens_f: string;
  lost_f: string | null;
  unknown_f: string;
}

export const routingMisses = question({
  path: '/api/routing-misses',
  summary: 'What it cost that calls of a session went to another target while a prompt cache still held their prompt.',
  query: RoutingMissesQuery,
  answer: RoutingMissesAnswer,
  async ask(context, query) {
    const { from: asked, to } = checkedWindow(query);
    const from = Math.max(asked, to - longestMs);
    const found: MissRow[] = [];
    for (const slice of await slicesOf(context, { from, to }))
      found.push(...(await missesOf(context, slice, filterCondition(query))));
    const rows = mergedMisses(found);
    return { from, total: totalOf(rows), rows: rows.slice(0, mostRows) };
  },
});

/** Pieces of whole hours with about so many calls each. */
const mostCalls = 300_000;
const hourMs = 3_600_000;

async function slicesOf({ store }: QuestionContext, { from, to }: Window): Promise<Window[]> {
  const sql = `SELECT toUnixTimestamp(toStartOfHour(quarter)) AS at_f, sum(request_count) AS calls_f
FROM {db:Identifier}.quarter_spend WHERE quarter >= toDateTime({from_s:UInt32}, 'UTC') AND quarter < toDateTime({to_s:UInt32}, 'UTC')
GROUP BY at_f ORDER BY at_f`;
  const bounds = { from_s: Math.floor(from / hourMs) * 3600, to_s: Math.ceil(to / 1000) };
  const rows = await store.read<{ at_f: string; calls_f: string }>(sql, bounds);
  const slices: (Window & { calls: number })[] = [];
  for (const row of rows) {
    const at = Math.max(Number(row.at_f) * 1000, from);
    const end = Math.min(Number(row.at_f) * 1000 + hourMs, to);
    const calls = Number(row.calls_f);
    const last = slices.at(-1);
    if (last && last.calls + calls <= mostCalls) Object.assign(last, { to: end, calls: last.calls + calls });
    else slices.push({ from: at, to: end, calls });
  }
  return slices;
}

function missesOf({ store }: QuestionContext, { from, to }: Window, filter: Condition): Promise<MissRow[]> {
  const time = (name: string) => `fromUnixTimestamp64Milli({${name}:Int64}, 'UTC')`;
  // A switch belongs to the piece in which the next one of its session went elsewhere.
  const near = `ts >= ${time('near')} AND ts < ${time('to')} AND session != '' AND ${filter.sql}
  AND cache_status NOT IN ('hit', 'shared', 'stale', 'near')`;
  const sql = `SELECT before_f AS from_f, target AS to_f, count() AS switches_f, sum(missed) AS tokens_f,
  sum(toUInt64(round(missed * discount))) AS lost_f, countIf(discount IS NULL) AS unknown_f
FROM (
  SELECT ts, concat(provider, '/', model) AS target, lagInFrame(target) OVER w AS before_f, lagInFrame(ts) OVER w AS before_at,
    greatest(toInt64(least(lagInFrame(warm_n) OVER w, ifNull(input_tokens, 0))) - toInt64(ifNull(input_cache_read, 0)), 0) AS missed,
    lagInFrame(discount_n) OVER w AS discount
  FROM (
    SELECT tenant, session, ts, provider, model, input_tokens, input_cache_read,
      ${warm} AS warm_n,
      if(input_uncached > 0 AND input_cache_read > 0 AND mapContains(bucket_nanos, 'inputUncached') AND mapContains(bucket_nanos, 'inputCacheRead'),
        greatest(bucket_nanos['inputUncached'] / input_uncached - bucket_nanos['inputCacheRead'] / input_cache_read, 0), NULL) AS discount_n
    FROM {db:Identifier}.exchanges
    WHERE ${near} AND (tenant, session) IN (
      SELECT tenant, session FROM {db:Identifier}.exchanges WHERE ${near}
      GROUP BY tenant, session HAVING uniqExact(provider, model) > 1 AND sum(${warm}) > 0)
  )
  WINDOW w AS (PARTITION BY tenant, session ORDER BY ts ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
)
WHERE ts >= ${time('from')} AND before_f NOT IN ('', target) AND missed > 0
  AND dateDiff('millisecond', before_at, ts) <= {life:Int64}
GROUP BY from_f, to_f ORDER BY lost_f DESC NULLS LAST LIMIT 1000`;
  const near0 = Math.max(from - cacheLifeMs, 0);
  return store.read<MissRow>(sql, { ...filter.parameters, from, to, near: near0, life: cacheLifeMs });
}

/** The same pair of several days as one row; the dearest first. */
export function mergedMisses(found: MissRow[]): RoutingMiss[] {
  const pairs = Map.groupBy(found, ({ from_f, to_f }) => JSON.stringify([from_f, to_f]));
  const rows = [...pairs.values()].map((same) => ({
    ...{ from: same[0]!.from_f, to: same[0]!.to_f },
    switches: sum(same.map(({ switches_f }) => Number(switches_f))),
    tokens: sum(same.map(({ tokens_f }) => Number(tokens_f))),
    lostNanos: sumOfKnown(same.map(({ lost_f }) => lost_f)),
    unknown: sum(same.map(({ unknown_f }) => Number(unknown_f))),
  }));
  const lost = ({ lostNanos }: RoutingMiss): bigint => BigInt(lostNanos ?? -1);
  return rows.sort((one, other) => (lost(other) > lost(one) ? 1 : lost(other) < lost(one) ? -1 : 0));
}

function totalOf(rows: RoutingMiss[]): RoutingMissesAnswer['total'] {
  return {
    switches: sum(rows.map(({ switches }) => switches)),
    tokens: sum(rows.map(({ tokens }) => tokens)),
    lostNanos: sumOfKnown(rows.map(({ lostNanos }) => lostNanos)),
    unknown: sum(rows.map(({ unknown }) => unknown)),
  };
}

const sum = (values: number[]): number => values.reduce((total, value) => total + value, 0);

function sumOfKnown(values: (string | null)[]): string | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : String(known.reduce((total, value) => total + BigInt(value), 0n));
}
