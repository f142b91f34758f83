// Steps of a series as SQL. Buckets begin where a person with a clock in the reporting time zone expects: days at local
// midnight (23 or 25 hours long when the clocks change), shorter steps counted from it, weeks on Monday.
import type { Window } from '../../contract/questions/window.ts';
import { CollectorError } from '../errors.ts';
import type { Grain } from './slices.ts';

const day = 86_400;
const hour = 3600;
const quarter = 900;
const mostBuckets = 4000;

/** Throws `step_invalid` for a part of a day beyond one day, and for more buckets than a chart can show. */
export function checkStep(step: number, { from, to }: Window): void {
  const complain = (problem: string) => new CollectorError('step_invalid', { step, problem, most: mostBuckets });
  if (step > day && step % day !== 0) throw complain('is neither shorter than a day nor whole days');
  if ((to - from) / 1000 / step > mostBuckets) throw complain('cuts this window into too many buckets');
}

/**
 * The coarsest cells (UTC) of which each lies in one bucket. Every zone in use is a multiple of 15 minutes off UTC, so steps
 * of whole quarters fall on whole quarters; on whole hours and days only where the zone's own hours and days do.
 */
export function grainOf(step: number, window: Window, zone: string): Grain {
  if (step % quarter !== 0) return 'minute';
  if (step % hour !== 0) return 'quarter';
  const offsets = offsetsWithin(window, zone);
  if (step % day === 0 && offsets.every((offset) => offset === 0)) return 'day';
  return offsets.every((offset) => offset % hour === 0) ? 'hour' : 'quarter';
}

/** Seconds east of UTC. No zone changes its clocks and changes them back within a week. */
function offsetsWithin({ from, to }: Window, zone: string): number[] {
  const format = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' });
  const offsetAt = (at: number): number => {
    const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign, hours, minutes, seconds = '0'] = /([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(name) ?? [];
    if (sign === undefined) return 0;
    return (sign === '-' ? -1 : 1) * (Number(hours) * hour + Number(minutes) * 60 + Number(seconds));
  };
  const offsets = new Set<number>();
  // The first bucket and the last may reach a whole step beyond the window; two days of a margin cover their midnights.
  for (let at = from - 2 * day * 1000; at < to + 2 * day * 1000; at += 7 * day * 1000) offsets.add(offsetAt(at));
  return [...offsets.add(offsetAt(to + 2 * day * 1000))];
}

/** SQL of the bucket's start in epoch seconds, given the SQL of a time; takes the parameters step and zone. */
export function bucketStart(step: number): (time: string) => string {
  if (step === day) return (time) => `toUnixTimestamp(toStartOfDay(${time}, {zone:String}))`;
  if (step > day) return localDays;
  if (quarter % step === 0) return (time) => `intDiv(toUnixTimestamp(${time}), {step:UInt32}) * {step:UInt32}`;
  return (time) => {
    const midnight = `toUnixTimestamp(toStartOfDay(${time}, {zone:String}))`;
    return `${midnight} + intDiv(toUnixTimestamp(${time}) - ${midnight}, {step:UInt32}) * {step:UInt32}`;
  };
}

/** Day 4 of the epoch, 5 January 1970, was a Monday. */
function localDays(time: string): string {
  const days = 'intDiv({step:UInt32}, 86400)';
  const since = `toInt32(toDate(${time}, {zone:String})) - 4`;
  return `toUnixTimestamp(toDateTime(toDate(intDiv(${since}, ${days}) * ${days} + 4), {zone:String}))`;
}
