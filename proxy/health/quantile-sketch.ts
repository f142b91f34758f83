// Quantiles of a stream of durations in little room: a histogram whose buckets grow by a tenth, and whose past fades.

const smallestMs = 5;
const growth = Math.log(1.1);
/** Reaches past 15 minutes, the longest that any call may take. */
const buckets = 130;
/** New values weigh more and more instead of old ones less and less; before the weights grow too large all are scaled. */
const largestWeight = 2 ** 40;

export class QuantileSketch {
  #weights = new Float64Array(buckets);
  #total = 0;
  #start: number | null = null;
  #halfLifeMs: number;

  constructor(halfLifeMs = 600_000) {
    this.#halfLifeMs = halfLifeMs;
  }

  add(ms: number, now: number): void {
    const weight = this.#weight(now);
    this.#weights[bucketOf(ms)]! += weight;
    this.#total += weight;
  }

  /** How many fresh values the faded ones are worth. */
  count(now: number): number {
    return this.#total === 0 ? 0 : this.#total / this.#weight(now);
  }

  /** Geometric middle of the bucket, so within 5 %; null when empty. */
  quantile(share: number): number | null {
    if (this.#total === 0) return null;
    let left = share * this.#total;
    let bucket = 0;
    for (let at = 0; at < buckets; at++) {
      const weight = this.#weights[at]!;
      if (weight === 0) continue;
      bucket = at;
      left -= weight;
      if (left <= 0) break;
    }
    return smallestMs * Math.exp((bucket + 0.5) * growth);
  }

  #weight(now: number): number {
    this.#start ??= now;
    const weight = 2 ** (Math.max(0, now - this.#start) / this.#halfLifeMs);
    if (weight < largestWeight) return weight;
    for (let at = 0; at < buckets; at++) this.#weights[at]! /= weight;
    this.#total /= weight;
    this.#start = now;
    return 1;
  }
}

function bucketOf(ms: number): number {
  if (!(ms > smallestMs)) return 0;
  return Math.min(buckets - 1, Math.floor(Math.log(ms / smallestMs) / growth));
}
