// Turns the rows of a series, where buckets without traffic are missing, into a full grid of buckets.
import type { SeriesRow } from '../../../contract/questions/series.ts';

export interface Grid<Row = SeriesRow> {
  /** Bucket starts, epoch milliseconds, ascending. */
  at: number[];
  /** Per group, one row or null per bucket; groups in the order they first appear. */
  groups: Map<string, (Row | null)[]>;
}

/**
 * The grid is anchored at the rows themselves, for only the collector knows where the days of its time zone begin;
 * rounding absorbs the hour that a day may be longer or shorter. `step` in seconds. Empty when there are no rows.
 */
export function gridOf<Row extends { at: number; group: string }>(
  rows: readonly Row[],
  { from, to, step }: { from: number; to: number; step: number },
): Grid<Row> {
  const anchor = rows[0]?.at;
  if (anchor === undefined) return { at: [], groups: new Map() };
  const width = step * 1000;
  const first = -Math.floor((anchor - from) / width);
  const last = Math.ceil((to - anchor) / width) - 1;
  const size = Math.max(1, last - first + 1);
  const at = Array.from({ length: size }, (_, index) => anchor + (first + index) * width);
  const groups = new Map<string, (Row | null)[]>();
  for (const row of rows) {
    const index = Math.round((row.at - anchor) / width) - first;
    if (index < 0 || index >= size) continue;
    at[index] = row.at;
    const line: (Row | null)[] = groups.get(row.group) ?? Array.from({ length: size }, () => null);
    line[index] = row;
    groups.set(row.group, line);
  }
  return { at, groups };
}

/** A figure per bucket where no traffic means zero, such as a count. */
export function countsOf<Row = SeriesRow>(line: readonly (Row | null)[], figure: (row: Row) => number): number[] {
  return line.map((row) => (row ? figure(row) : 0));
}

/** A figure per bucket where no traffic means unknown, such as a percentile: the line breaks there. */
export function figuresOf(
  line: readonly (SeriesRow | null)[],
  figure: (row: SeriesRow) => number | null,
): (number | null)[] {
  return line.map((row) => (row ? figure(row) : null));
}

/** Biggest group first; `other` and the unnamed group last. */
export function groupsBySize<Row>(grid: Grid<Row>, size: (row: Row) => number): string[] {
  const isRest = (group: string) => group === 'other' || group === '';
  const sum = (group: string) => countsOf(grid.groups.get(group) ?? [], size).reduce((total, each) => total + each, 0);
  const sums = new Map([...grid.groups.keys()].map((group) => [group, sum(group)]));
  return [...sums.keys()].sort(
    (one, other) => Number(isRest(one)) - Number(isRest(other)) || sums.get(other)! - sums.get(one)!,
  );
}
