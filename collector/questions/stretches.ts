// When a provider's failures are an incident: five minutes are bad when at least three attempts and a quarter of all failed;
// bad minutes with less than ten calm ones between them belong together.

export const cellMs = 300_000;
export const worthCounting = 3;
export const badShare = 0.25;
export const calmMs = 600_000;

/** Five minutes of one provider; `at` is their start. */
export interface Cell {
  provider: string;
  at: number;
  attempts: number;
  failed: number;
}

export interface Stretch {
  provider: string;
  /** Start of the first bad cell, end of the last. */
  from: number;
  to: number;
  worstShare: number;
}

/** `bad`: the bad cells in any order. The newest stretch comes first. */
export function stretchesOf(bad: readonly Cell[]): Stretch[] {
  const stretches: Stretch[] = [];
  const latest = new Map<string, Stretch>();
  for (const { provider, at, attempts, failed } of [...bad].sort((one, other) => one.at - other.at)) {
    const share = failed / attempts;
    const before = latest.get(provider);
    if (before && at - before.to < calmMs) {
      before.to = at + cellMs;
      before.worstShare = Math.max(before.worstShare, share);
      continue;
    }
    const begun = { provider, from: at, to: at + cellMs, worstShare: share };
    latest.set(provider, begun);
    stretches.push(begun);
  }
  return stretches.sort((one, other) => other.to - one.to || one.provider.localeCompare(other.provider));
}
