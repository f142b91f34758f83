// What was spent, as SQL over spend-slices.ts and from a row of it to the contract. Parts add up to the whole: each part of
// an exchange's cost was rounded to a nano-dollar by itself, and what that leaves goes to the dearest part.
import type { KindSpend, Spend } from '../../contract/questions/spend.ts';
import { numberOrNull } from './figures.ts';
import { bucketColumns, buckets } from './spend-slices.ts';

const columns = Object.values(bucketColumns);

/** Aggregates; names end in _f so that none is called like a column it adds up. */
export const spendColumns = [
  'sum(requests_n) AS requests_f',
  'sum(cost_n) AS cost_f',
  'sum(saved_n) AS saved_f',
  'sum(unpriced_n) AS unpriced_f',
  'sum(unpriced_tokens_n) AS unpriced_tokens_f',
  ...columns.flatMap((column) => [`sum(${column}_n) AS ${column}_f`, `sum(${column}_cost_n) AS ${column}_cost_f`]),
  'sum(fee_cost_n) AS fee_cost_f',
].join(', ');

const figureNames = spendColumns.split(', ').map((column) => column.split(' AS ').at(-1)!);

/** 64-bit integers come as strings. */
export type SpendFigureRow = Record<string, string | null> & { requests_f: string; cost_f: string | null };

/** The most that rounding the parts of one exchange can come to, in nano-dollars: half of one for each. */
const roundedPerExchange = 8n;

/** The sum of rows that are all there are: what one more read of the same rows would say. */
export function addedUp(rows: readonly SpendFigureRow[]): SpendFigureRow {
  const sums = figureNames.map((name) => {
    const known = rows.flatMap((row) => row[name] ?? []);
    return [name, known.length === 0 ? null : String(known.reduce((sum, value) => sum + BigInt(value), 0n))];
  });
  return Object.fromEntries(sums) as SpendFigureRow;
}

export function toSpend(row: SpendFigureRow): Spend {
  const sumOf = (side: 'input' | 'output'): number | null => {
    const known = buckets.filter((name) => name.startsWith(side)).map((name) => tokensOf(row, name));
    return known.every((value) => value === null) ? null : known.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  };
  return {
    requests: Number(row.requests_f),
    costNanos: row.cost_f,
    savedNanos: row.saved_f ?? null,
    inputTokens: sumOf('input'),
    outputTokens: sumOf('output'),
    unpriced: Number(row.unpriced_f),
    unpricedTokens: numberOrNull(row.unpriced_tokens_f ?? null),
    kinds: kindsOf(row),
  };
}

const tokensOf = (row: SpendFigureRow, name: keyof typeof bucketColumns): number | null =>
  numberOrNull(row[`${bucketColumns[name]}_f`] ?? null);

/** Only kinds of which tokens or costs are known. */
export function kindsOf(row: SpendFigureRow): KindSpend[] {
  const kinds: KindSpend[] = buckets.map((name) => ({
    kind: name,
    tokens: tokensOf(row, name),
    costNanos: row[`${bucketColumns[name]}_cost_f`] ?? null,
  }));
  kinds.push({ kind: 'fees', tokens: null, costNanos: row.fee_cost_f ?? null });
  const found = kinds.filter(({ tokens, costNanos }) => (tokens ?? 0) > 0 || costNanos !== null);
  return row.cost_f === null ? found : evenedOut(found, BigInt(row.cost_f), BigInt(row.requests_f));
}

function evenedOut(kinds: KindSpend[], cost: bigint, requests: bigint): KindSpend[] {
  const left = cost - kinds.reduce((sum, { costNanos }) => sum + BigInt(costNanos ?? 0), 0n);
  if (left === 0n) return kinds;
  const dearest = kinds
    .filter(({ costNanos }) => costNanos !== null)
    .reduce<KindSpend | null>((most, kind) => (most && nanosOf(most) >= nanosOf(kind) ? most : kind), null);
  const isRounding = (left < 0n ? -left : left) <= roundedPerExchange * requests;
  if (dearest && isRounding && nanosOf(dearest) + left >= 0n)
    return kinds.map((kind) => (kind === dearest ? { ...kind, costNanos: String(nanosOf(kind) + left) } : kind));
  return left > 0n ? [...kinds, { kind: 'unsplit', tokens: null, costNanos: String(left) }] : kinds;
}

const nanosOf = ({ costNanos }: KindSpend): bigint => BigInt(costNanos ?? 0);
