// Cuts a window into pieces that each hold about so many rows, so that whatever has to look at every one of them does it
// in bites: memory stays bounded however long the window is.
import type { Window } from '../../contract/questions/window.ts';
import { insideWindow } from './decision-filters.ts';
import type { QuestionContext } from './question.ts';

export interface TimeSlice extends Window {
  rows: number;
}

export interface Slicing {
  table: 'decisions' | 'exchanges';
  window: Window;
  /** Rows in a slice; one bucket of time alone may hold more. */
  most: number;
}

/** Buckets that one answer may have; each is one row. */
const mostBuckets = 5000;
const minute = 60_000;

/** In order of time, adding up to the window but for times without rows. */
export async function timeSlices(
  { store }: Pick<QuestionContext, 'store'>,
  { table, window, most }: Slicing,
): Promise<TimeSlice[]> {
  const bucket = Math.max(minute, Math.ceil((window.to - window.from) / mostBuckets / minute) * minute);
  const counts = await store.read<{ at: string; rows_n: string }>(
    `SELECT intDiv(toUnixTimestamp64Milli(ts), {bucket:Int64}) AS at, count() AS rows_n
FROM {db:Identifier}.${table} WHERE ${insideWindow} GROUP BY at ORDER BY at`,
    { ...window, bucket },
  );
  const slices: TimeSlice[] = [];
  for (const count of counts) {
    const from = Math.max(Number(count.at) * bucket, window.from);
    const to = Math.min((Number(count.at) + 1) * bucket, window.to);
    const rows = Number(count.rows_n);
    const last = slices.at(-1);
    if (last && last.rows + rows <= most) Object.assign(last, { to, rows: last.rows + rows });
    else slices.push({ from, to, rows });
  }
  return slices;
}
