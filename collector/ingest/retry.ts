// How long to wait before the next try.

export interface RetryDelays {
  firstMs: number;
  mostMs: number;
}

/** Full jitter: anything between nothing and the exponential bound, so that many callers do not come back together. */
export function retryDelay({ firstMs, mostMs }: RetryDelays, failures: number, random: number = Math.random()): number {
  return Math.round(random * Math.min(mostMs, firstMs * 2 ** Math.min(failures, 20)));
}
