// GET /api/savings: what was not spent: by the cache, by the choice among targets, by providers' prompt caches. Of routing,
// expected costs are compared with expected costs, as the decisions recorded them; what they did not know stays unknown.
import {
  type CacheSavings,
  type PromptCacheUse,
  type RouteSavings,
  SavingsAnswer,
  SavingsQuery,
} from '../../contract/questions/savings.ts';
import type { Filters, Window } from '../../contract/questions/window.ts';
import type { CacheStatus } from '../../contract/words.ts';
import { type Condition, exchangeFilters, filterCondition } from './filters.ts';
import { type QuestionContext, question } from './question.ts';
import { type SpendFigureRow, spendColumns, toSpend } from './spend-figures.ts';
import { spendSlices } from './spend-slices.ts';
import { checkedWindow } from './windows.ts';

const served: ReadonlySet<CacheStatus> = new Set(['hit', 'shared', 'stale', 'near']);
/** Neither has a dimension for these; they are looked for in the exchanges. */
const rare = ['user', 'session', 'outcome'] as const;

export const savings = question({
  path: '/api/savings',
  summary: 'What was not spent in a window: by the cache, by routing, by prompt caches.',
  query: SavingsQuery,
  answer: SavingsAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    const [cache, routing, promptCache] = await Promise.all([
      cacheSavings(context, window, query),
      routingSavings(context, window, query),
      promptCacheUse(context, window, query),
    ]);
    return { cache, routing, promptCache };
  },
});

/** Windows are taken to whole quarters of an hour: these figures have no edges. */
const quarters = `quarter >= toStartOfFifteenMinutes(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
  AND quarter < toDateTime(fromUnixTimestamp64Milli({to:Int64}, 'UTC'), 'UTC')`;

async function cacheSavings({ store }: QuestionContext, window: Window, filters: Filters): Promise<CacheSavings> {
  const rows = await store.read<{
    status_f: CacheStatus;
    requests_f: string;
    saved_f: string | null;
    unknown_f: string;
  }>(...statement(cacheRows(filters), window, filters));
  const statuses = rows.map((row) => ({
    status: row.status_f,
    requests: Number(row.requests_f),
    savedNanos: served.has(row.status_f) ? row.saved_f : null,
    unknown: served.has(row.status_f) ? Number(row.unknown_f) : 0,
  }));
  const known = statuses.flatMap(({ savedNanos }) => (savedNanos === null ? [] : [BigInt(savedNanos)]));
  return {
    requests: statuses.reduce((sum, { requests }) => sum + requests, 0),
    served: statuses.filter(({ status }) => served.has(status)).reduce((sum, { requests }) => sum + requests, 0),
    savedNanos: known.length === 0 ? null : String(known.reduce((sum, nanos) => sum + nanos, 0n)),
    statuses,
  };
}

function cacheRows(filters: Filters): string {
  if (rare.every((name) => filters[name] === undefined))
    return `SELECT cache_status AS status_f, sum(request_count) AS requests_f, sum(saved_sum) AS saved_f, sum(unknown_count) AS unknown_f
FROM {db:Identifier}.quarter_cache WHERE ${quarters}`;
  return `SELECT cache_status AS status_f, count() AS requests_f, sum(saved_nanos) AS saved_f, countIf(saved_nanos IS NULL) AS unknown_f
FROM {db:Identifier}.exchanges WHERE cache_status != '' AND ts >= toStartOfFifteenMinutes(fromUnixTimestamp64Milli({from:Int64}, 'UTC'))
  AND ts < fromUnixTimestamp64Milli({to:Int64}, 'UTC')`;
}

function statement(rows: string, window: Window, filters: Filters): [string, Condition['parameters']] {
  const filter = filterCondition(filters);
  return [
    `${rows} AND ${filter.sql} GROUP BY status_f ORDER BY requests_f DESC, status_f`,
    { ...filter.parameters, ...window },
  ];
}

interface RouteRow {
  route_f: string;
  decisions_f: string;
  known_f: string;
  chosen_f: string | null;
  dearest_f: string | null;
  likeliest_f: string | null;
}

async function routingSavings({ store }: QuestionContext, window: Window, filters: Filters) {
  if (exchangeFilters.some((name) => name !== 'task' && filters[name] !== undefined)) return null;
  const filter = filterCondition(filters, ['task']);
  const sql = `SELECT route AS route_f, sum(decision_count) AS decisions_f, sum(known_count) AS known_f,
  sum(chosen_sum) AS chosen_f, sum(dearest_sum) AS dearest_f, sum(likeliest_sum) AS likeliest_f
FROM {db:Identifier}.quarter_routing WHERE ${quarters} AND ${filter.sql}
GROUP BY route_f ORDER BY decisions_f DESC, route_f LIMIT 100`;
  const rows = await store.read<RouteRow>(sql, { ...filter.parameters, ...window });
  const routes = rows.map(toRouteSavings);
  return { total: addedUp(routes), routes };
}

const toRouteSavings = (row: RouteRow): RouteSavings => ({
  route: row.route_f,
  decisions: Number(row.decisions_f),
  known: Number(row.known_f),
  chosenNanos: row.chosen_f,
  dearestNanos: row.dearest_f,
  likeliestNanos: row.likeliest_f,
});

function addedUp(routes: RouteSavings[]): Omit<RouteSavings, 'route'> {
  const nanos = (name: 'chosenNanos' | 'dearestNanos' | 'likeliestNanos'): string | null => {
    const known = routes.flatMap((route) => route[name] ?? []);
    return known.length === 0 ? null : String(known.reduce((sum, value) => sum + BigInt(value), 0n));
  };
  return {
    decisions: routes.reduce((sum, { decisions }) => sum + decisions, 0),
    known: routes.reduce((sum, { known }) => sum + known, 0),
    ...{ chosenNanos: nanos('chosenNanos'), dearestNanos: nanos('dearestNanos') },
    likeliestNanos: nanos('likeliestNanos'),
  };
}

async function promptCacheUse({ store }: QuestionContext, window: Window, filters: Filters): Promise<PromptCacheUse> {
  const slices = spendSlices({ window, filters, dimensions: [] });
  const [row] = await store.read<SpendFigureRow>(`SELECT ${spendColumns} FROM (${slices.sql})`, slices.parameters);
  const { inputTokens, kinds } = toSpend(row!);
  const tokensOf = (names: string[]): number | null =>
    kinds
      .filter(({ kind }) => names.includes(kind))
      .reduce<number | null>((sum, { tokens }) => plus(sum, tokens), null);
  const nanosOf = (names: string[]): string | null => {
    const known = kinds.filter(({ kind }) => names.includes(kind)).flatMap(({ costNanos }) => costNanos ?? []);
    return known.length === 0 ? null : String(known.reduce((sum, value) => sum + BigInt(value), 0n));
  };
  const written = ['inputCacheWrite5m', 'inputCacheWrite1h'];
  const readTokens = tokensOf(['inputCacheRead']);
  return {
    inputTokens,
    readTokens,
    writtenTokens: tokensOf(written),
    share: readTokens === null || !inputTokens ? null : readTokens / inputTokens,
    readNanos: nanosOf(['inputCacheRead']),
    writtenNanos: nanosOf(written),
  };
}

const plus = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : one + other;
