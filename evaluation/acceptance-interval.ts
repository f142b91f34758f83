// An interval for a share that was accepted, fit for few labels and for shares near 0 and 1 (Wilson's score interval).

export interface Interval {
  low: number;
  high: number;
}

/** `accepted` of `labels`; both may be fractional, as discounted or calibrated labels are. Nothing known: all of 0 to 1. */
export function acceptanceInterval(accepted: number, labels: number, confidence = 0.9): Interval {
  if (!(labels > 0)) return { low: 0, high: 1 };
  const z = normalQuantile(0.5 + confidence / 2);
  const share = Math.min(1, Math.max(0, accepted / labels));
  const scale = 1 + z ** 2 / labels;
  const middle = (share + z ** 2 / (2 * labels)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / labels + z ** 2 / (4 * labels ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}

/** Inverse of the normal distribution by bisection of its own approximation: 1e-7 is more than any interval shows. */
export function normalQuantile(share: number): number {
  let low = -9;
  let high = 9;
  for (let round = 0; round < 60; round++) {
    const between = (low + high) / 2;
    if (normalBelow(between) < share) low = between;
    else high = between;
  }
  return (low + high) / 2;
}

/** Zelen and Severo's polynomial (Abramowitz and Stegun 26.2.17), exact to 7.5e-8. */
export function normalBelow(value: number): number {
  const step = 1 / (1 + 0.2316419 * Math.abs(value));
  const factors = [1.330274429, -1.821255978, 1.781477937, -0.356563782, 0.31938153];
  const sum = factors.reduce((total, factor) => (total + factor) * step, 0);
  const tail = (Math.exp((-value * value) / 2) / Math.sqrt(2 * Math.PI)) * sum;
  return value >= 0 ? 1 - tail : tail;
}
