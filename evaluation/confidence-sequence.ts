// Intervals that hold at every moment at once, so that looking as often as one likes proves nothing that is not so. The
// asymptotic confidence sequence of Waudby-Smith and others (2021), tightest near a chosen number of observations.

export interface SequenceOptions {
  /** Chance, over all looks together, that the truth is ever outside. */
  alpha?: number;
  /** Observations at which it is to be tightest. */
  tightestAt?: number;
}

/** Half the width around the mean of `count` observations of that deviation. */
export function sequenceMargin(count: number, deviation: number, options: SequenceOptions = {}): number {
  const { alpha = 0.05, tightestAt = 1_000 } = options;
  if (!(count > 0)) return Number.POSITIVE_INFINITY;
  const logs = -2 * Math.log(alpha);
  const rate = (logs + Math.log(logs) + 1) / tightestAt;
  const scaled = count * rate + 1;
  return deviation * Math.sqrt((scaled / (count ** 2 * rate)) * Math.log(scaled / alpha ** 2));
}

/** Observations after which the margin is as small as wanted; null: not within ten million. */
export function countForMargin(margin: number, deviation: number, options: SequenceOptions = {}): number | null {
  if (!(margin > 0)) return null;
  let high = 1;
  while (sequenceMargin(high, deviation, options) > margin) {
    high *= 2;
    if (high > 1e7) return null;
  }
  let low = high / 2;
  while (high - low > 1) {
    const between = Math.floor((low + high) / 2);
    if (sequenceMargin(between, deviation, options) > margin) low = between;
    else high = between;
  }
  return Math.ceil(high);
}
