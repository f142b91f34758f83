// What differs between two price lists: models that came or went, and every rate that moved, in per cent.
import type { ListedPrice, ListedRate } from './price-list.ts';

export interface PriceChange extends Pick<ListedPrice, 'provider' | 'model' | 'tier'> {
  /** The bucket or fee; with `above 200000` where it is a step by context. */
  what: string;
  /** Dollars per million; null: none there. */
  before: string | null;
  after: string | null;
  /** Of the price before; null where that was nothing, or where there is none to compare with. */
  percent: number | null;
}

export interface PriceChanges {
  added: Pick<ListedPrice, 'provider' | 'model' | 'tier'>[];
  removed: Pick<ListedPrice, 'provider' | 'model' | 'tier'>[];
  changed: PriceChange[];
}

export function comparePrices(before: readonly ListedPrice[], after: readonly ListedPrice[]): PriceChanges {
  const old = byName(before);
  const young = byName(after);
  return {
    added: [...young].filter(([name]) => !old.has(name)).map(([, row]) => nameOf(row)),
    removed: [...old].filter(([name]) => !young.has(name)).map(([, row]) => nameOf(row)),
    changed: [...old].flatMap(([name, row]) => {
      const other = young.get(name);
      return other ? changesBetween(row, other) : [];
    }),
  };
}

/** What a person should look at before it is in force: a price that moves by more than this, or a book that shrinks. */
const farPercent = 25;
export function isAlarming({ removed, added, changed }: PriceChanges): boolean {
  const far = changed.some(({ percent, before, after }) =>
    percent === null ? before !== after : Math.abs(percent) > farPercent,
  );
  return far || removed.length > added.length;
}

function byName(rows: readonly ListedPrice[]): Map<string, ListedPrice> {
  return new Map(rows.map((row) => [`${row.provider}\n${row.model}\n${row.tier}`, row]));
}

const nameOf = ({ provider, model, tier }: ListedPrice) => ({ provider, model, tier });

function changesBetween(before: ListedPrice, after: ListedPrice): PriceChange[] {
  const old = steps(before.prices);
  const young = steps(after.prices);
  return [...new Set([...old.keys(), ...young.keys()])].flatMap((what) => {
    const was = old.get(what) ?? null;
    const is = young.get(what) ?? null;
    return was === is ? [] : [{ ...nameOf(before), what, before: was, after: is, percent: percentOf(was, is) }];
  });
}

function steps(prices: ListedPrice['prices']): Map<string, string> {
  const all = Object.entries(prices) as [string, ListedRate][];
  return new Map(
    all.flatMap(([what, { dollars, above = [] }]) => [
      [what, dollars] as const,
      ...above.map((step) => [`${what} above ${step.tokens}`, step.dollars] as const),
    ]),
  );
}

function percentOf(before: string | null, after: string | null): number | null {
  if (before === null || after === null || Number(before) === 0) return null;
  return Math.round((Number(after) / Number(before) - 1) * 10_000) / 100;
}
