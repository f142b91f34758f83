// What the chunk timeline of a stream says: where it stalled, and how fast it came.
import type { TimelineStep } from '../../../contract/exchange.ts';

export interface Stall {
  /** Milliseconds since the exchange started. */
  from: number;
  until: number;
}

/** Silences that stand out: longer than half a second and than six times the usual pause. */
export function stallsOf(timeline: readonly TimelineStep[]): Stall[] {
  const pauses = timeline.slice(1).map((step, index) => ({ from: timeline[index]![0], until: step[0] }));
  const lengths = pauses.map(({ from, until }) => until - from).sort((one, other) => one - other);
  const usual = lengths[Math.floor(lengths.length / 2)] ?? 0;
  return pauses.filter(({ from, until }) => until - from > Math.max(500, usual * 6));
}

/** Output tokens per second between the first token and the end; null where one of them is unknown. */
export function tokensPerSecond(exchange: {
  firstTokenMs: number | null;
  totalMs: number | null;
  outputTokens: number | null;
}): number | null {
  const { firstTokenMs, totalMs, outputTokens } = exchange;
  if (firstTokenMs === null || totalMs === null || outputTokens === null || totalMs <= firstTokenMs) return null;
  return outputTokens / ((totalMs - firstTokenMs) / 1000);
}
