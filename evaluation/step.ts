// The last two guards: everybody keeps a little, and no version moves more than so much of the traffic.

export interface StepLimits {
  /** What each keeps; 0 for those that must get nothing. Together at most 1. */
  least: readonly number[];
  largestStep: number;
  /** Places that must get nothing, not even for trying. */
  shut: readonly boolean[];
}

/** Wanted shares with what everybody keeps under them; adds up to 1. */
export function withLeast(wanted: readonly number[], { least, shut }: StepLimits): number[] {
  const open = shut.filter((isShut) => !isShut).length;
  if (open === 0) return wanted.map(() => 1 / wanted.length);
  const kept = least.reduce((sum, share) => sum + share, 0);
  const sum = wanted.reduce((total, share, place) => total + (shut[place] ? 0 : share), 0);
  return wanted.map((share, place) => {
    if (shut[place]) return 0;
    return least[place]! + (1 - kept) * (sum > 0 ? share / sum : 1 / open);
  });
}

/** As far from the current shares towards the wanted ones as one version may go. Shut places are left at once. */
export function boundedStep(
  current: readonly number[],
  wanted: readonly number[],
  { largestStep, shut }: StepLimits,
): { shares: number[]; limited: boolean } {
  const from = opened(current, wanted, shut);
  const moved = wanted.reduce((sum, share, place) => sum + Math.max(0, share - from[place]!), 0);
  const part = moved > largestStep ? largestStep / moved : 1;
  return { shares: from.map((share, place) => share + part * (wanted[place]! - share)), limited: part < 1 };
}

/** The current shares without those that are shut; where nothing is left, the wanted ones. */
function opened(current: readonly number[], wanted: readonly number[], shut: readonly boolean[]): number[] {
  const kept = current.map((share, place) => (shut[place] || !(share > 0) ? 0 : share));
  const sum = kept.reduce((total, share) => total + share, 0);
  return sum > 0 ? kept.map((share) => share / sum) : [...wanted];
}

/** Whole millionths that add up to exactly 1 as far as numbers can; the largest takes what rounding left. */
export function rounded(shares: readonly number[]): number[] {
  const millionths = shares.map((share) => Math.round(share * 1e6));
  const largest = millionths.indexOf(Math.max(...millionths));
  millionths[largest]! += 1e6 - millionths.reduce((sum, share) => sum + share, 0);
  return millionths.map((share) => share / 1e6);
}
