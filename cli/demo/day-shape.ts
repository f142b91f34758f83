// A day in five minutes: offices ask by day, batches run by night, so that charts have something to show.
import type { Task } from './task.ts';

const dayMs = 5 * 60_000;
const startHour = 9;

/** Hour of the demo's day (0 to 24) at this many milliseconds after its start. It starts at nine in the morning. */
export const hourAt = (elapsedMs: number): number => (startHour + (elapsedMs / dayMs) * 24) % 24;

/** How busy an hour is for tasks of this kind, between 0 and 1. */
export function activity(hours: Task['hours'], hour: number): number {
  const fromNoon = Math.cos(((hour - 13) / 24) * 2 * Math.PI);
  if (hours === 'office') return Math.max(0.12, Math.min(1, 0.5 + 0.9 * fromNoon));
  if (hours === 'night') return Math.max(0.3, Math.min(1, 0.4 - 0.9 * fromNoon));
  return 0.75 + 0.25 * fromNoon;
}

/** Factor on the call rate: quieter at night, about 1 over the day. */
export const rateFactor = (hour: number): number => 0.5 + 0.65 * activity('office', hour);
