// Whether a target has become another one: its last labels against all that went before, for windows of several lengths, so
// that a large change is seen within tens of labels and a small one within hundreds.

/** Labels that a window looks back over. */
const windows = [30, 45, 60, 90, 120, 180, 240, 360, 480];
/** How much likelier two different shares must make the labels than one common share, as a logarithm. */
const surprise = 8;
/** Less than this tells nothing of how things were. */
const leastBefore = 30;

export interface Counted {
  value: number;
  weight: number;
}

/** Place in `recent` from which a new time began; null where nothing changed. `all` counts everything up to the present. */
export function changePoint(recent: readonly Counted[], all: { accepted: number; rejected: number }): number | null {
  let accepted = 0;
  let weight = 0;
  let at = recent.length;
  for (const length of windows) {
    const from = recent.length - length;
    if (from < 0) return null;
    for (; at > from; ) {
      const label = recent[--at]!;
      accepted += label.value * label.weight;
      weight += label.weight;
    }
    if (isSurprising({ accepted, weight }, all)) return from;
  }
  return null;
}

/** The ratio of likelihoods stays honest where few refusals are expected, and a normal approximation cries wolf. */
function isSurprising(
  window: { accepted: number; weight: number },
  all: { accepted: number; rejected: number },
): boolean {
  const before = all.accepted + all.rejected - window.weight;
  if (before < leastBefore || window.weight <= 0) return false;
  const common = all.accepted / (before + window.weight);
  const earlier = Math.max(0, all.accepted - window.accepted) / before;
  const later = window.accepted / window.weight;
  return before * divergence(earlier, common) + window.weight * divergence(later, common) > surprise;
}

/** Of two shares, after Kullback and Leibler. */
function divergence(share: number, from: number): number {
  const part = (one: number, other: number): number => (one > 0 && other > 0 ? one * Math.log(one / other) : 0);
  return part(Math.min(1, share), from) + part(1 - Math.min(1, share), 1 - from);
}
