// Percentiles, and how far a difference of them can be trusted: the interval that holds 95 % of the differences when the
// pairs are drawn again and again from themselves (bootstrap, Efron 1979), which asks nothing of how times are spread.
const resamples = 2000;
const [low, high] = [0.025, 0.975];

/** Between the two nearest samples; null where there are none. */
export function percentile(samples: readonly number[], fraction: number): number | null {
  if (samples.length === 0) return null;
  const sorted = samples.toSorted((one, other) => one - other);
  const at = fraction * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at - Math.floor(at));
}

export const mean = (samples: readonly number[]): number | null =>
  samples.length === 0 ? null : samples.reduce((sum, sample) => sum + sample, 0) / samples.length;

export interface Difference {
  /** The second minus the first; null when either has no samples. */
  value: number | null;
  /** 95 % interval; null with fewer than `fewest` pairs. */
  interval: [number, number] | null;
}

/** With fewer pairs an interval would say more than is known. */
export const fewest = 5;

/** `pairs`: first and second sample of pairs of which both are known. `figure`: what is compared of each side. */
export function difference(
  pairs: readonly (readonly [number, number])[],
  figure: (samples: readonly number[]) => number | null,
  random: () => number,
): Difference {
  const of = (drawn: readonly (readonly [number, number])[]): number | null => {
    const [first, second] = [figure(drawn.map(([one]) => one)), figure(drawn.map(([, other]) => other))];
    return first === null || second === null ? null : second - first;
  };
  const value = of(pairs);
  if (value === null || pairs.length < fewest) return { value, interval: null };
  const found = Array.from({ length: resamples }, () =>
    of(pairs.map(() => pairs[Math.floor(random() * pairs.length)] as readonly [number, number])),
  ).map((one) => one as number);
  return { value, interval: [percentile(found, low) as number, percentile(found, high) as number] };
}
