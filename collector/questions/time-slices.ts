// Cuts a window into pieces that each hold about so many decisions, so that whatever has to look at every one of them does it
// in bites: memory stays bounded however long the window is.
import type { Window } from '../../contract/questions/window.ts';
import { insideWindow } from './decision-filters.ts';
import type { QuestionContext } from './question.ts';

export interface TimeSlice extends Window {
  decisions: number;
}

/** Buckets that one answer may have; each is one row. */
const mostBuckets = 5000;
const minute = 60_000;

/** In order of time, adding up to the window but for times without decisions; one bucket alone may hold more than `most`. */
export async function timeSlices(
  { store }: Pick<QuestionContext, 'store'>,
  window: Window,
  most: number,
): Promise<TimeSlice[]> {
  const bucket = Math.max(minute, Math.ceil((window.to - window.from) / mostBuckets / minute) * minute);
  const rows = await store.read<{ at: string; decisions_n: string }>(
    `SELECT intDiv(toUnixTimestamp64Milli(ts), {bucket:Int64}) AS at, count() AS decisions_n
FROM {db:Identifier}.decisions WHERE ${insideWindow} GROUP BY at ORDER BY at`,
    { ...window, bucket },
  );
  const slices: TimeSlice[] = [];
  for (const row of rows) {
    const from = Math.max(Number(row.at) * bucket, window.from);
    const to = Math.min((Number(row.at) + 1) * bucket, window.to);
    const decisions = Number(row.decisions_n);
    const last = slices.at(-1);
    if (last && last.decisions + decisions <= most) Object.assign(last, { to, decisions: last.decisions + decisions });
    else slices.push({ from, to, decisions });
  }
  return slices;
}
