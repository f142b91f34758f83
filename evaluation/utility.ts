// What one call is worth in dollars: the worth of an accepted answer, less its cost, less what missing the task's limits
// costs. Linear in acceptance, so that a target is a line: `acceptedUsd` × accepted share − `lossUsd`.
import type { MeanCost, TargetEvidence } from './evidence.ts';
import type { WeightPolicy } from './policy.ts';

const nanosPerDollar = 1e9;

/** Dollars that one call to this target costs whether accepted or not; `costUsd` stands in where no price is known. */
export function lossUsd(target: TargetEvidence, costUsd: number, policy: WeightPolicy, pressure: number): number {
  const late = target.late && target.late.calls > 0 ? target.late.over / target.late.calls : 0;
  const lateCost = policy.lateUsd * Math.max(0, late - policy.lateAllowance);
  return (1 + pressure) * costUsd + lateCost + target.switchNanos / nanosPerDollar;
}

/** Dollars a call; a target without a price counts as the dearest known, so that ignorance never looks cheap. */
export function costsUsd(targets: readonly TargetEvidence[]): number[] {
  const nanos = targets.map(({ cost }) => knownNanos(cost));
  const dearest = Math.max(0, ...nanos.map((one) => one ?? 0));
  return nanos.map((one) => (one ?? dearest) / nanosPerDollar);
}

/** Null where the price is unknown or makes no sense. */
export const knownNanos = (cost: MeanCost | null): number | null =>
  cost !== null && Number.isFinite(cost.meanNanos) && cost.meanNanos >= 0 ? cost.meanNanos : null;

/** How fast the pressure follows the budget, and the most it may become: a dollar never counts more than as eleven. */
const learningRate = 0.05;
const mostPressure = 10;

/** Rises while more is spent than the budget allows and falls while less is: the price of a scarce dollar (a Lagrangian). */
export function nextPressure(pressure: number, spendUsdPerHour: number | null, policy: WeightPolicy): number {
  if (policy.budgetUsdPerHour === null || spendUsdPerHour === null) return 0;
  const excess = spendUsdPerHour / policy.budgetUsdPerHour - 1;
  const next = pressure + learningRate * excess;
  return Number.isFinite(next) ? Math.min(mostPressure, Math.max(0, next)) : pressure;
}
