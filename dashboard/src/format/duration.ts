// Durations as people read them.
import { unknown } from './unknown.ts';

/** Milliseconds as 840 ms, 1.24 s, 12.4 s, 2 m 05 s. */
export function formatDuration(milliseconds: number | null): string {
  if (milliseconds === null) return unknown;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  return `${Math.floor(whole / 60)} m ${String(whole % 60).padStart(2, '0')} s`;
}

/** Longer stretches of time as 40 s, 9 min, 1 h 09 min, 2 d 3 h. */
export function formatSpan(milliseconds: number): string {
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 1) return `${Math.round(milliseconds / 1000)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${String(minutes % 60).padStart(2, '0')} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Microseconds, for the sidecar's own share. */
export function formatMicros(micros: number | null): string {
  if (micros === null) return unknown;
  return micros < 1000 ? `${micros} µs` : `${(micros / 1000).toFixed(2)} ms`;
}
