// Whether the weights in force must be taken back, against the units that stay with the baseline for ever: fewer answers
// accepted than the operator allows, or an accepted one dearer. Sure, at any time one looks, before anything is done.
import { type ArmSums, compareArms, type Stratum } from './compare-arms.ts';
import type { WeightPolicy } from './policy.ts';

export interface RollBackEvidence {
  /** Acceptance per stratum: the hold-out is the control, the version in force the candidate. */
  acceptance: readonly Stratum[];
  /** Nano-dollars per call: of the hold-out and of the version. */
  cost: { holdout: ArmSums; version: ArmSums };
}

export interface RollBack {
  rollBack: boolean;
  reasons: string[];
  /** Hours for which nothing moves afterwards. */
  freezeHours: number;
}

type Limits = Pick<WeightPolicy, 'acceptanceLoss' | 'costIncrease' | 'qualityFloor'>;

export function rollBackOf({ acceptance, cost }: RollBackEvidence, limits: Limits): RollBack {
  const compared = compareArms(acceptance, { margin: limits.acceptanceLoss });
  const reasons: string[] = [];
  const { difference, high } = compared;
  const version = shareOf(acceptance);
  // Saving by giving up what lies above the floor is what a floor is for.
  const isBelowFloor = limits.qualityFloor === null || (version !== null && version < limits.qualityFloor);
  if (compared.verdict === 'worse' && difference! < -limits.acceptanceLoss && isBelowFloor)
    reasons.push(`surely less is accepted than in the hold-out: ${points(difference!)}, at best ${points(high!)}`);
  const dearer = costPerAccepted(acceptance, cost);
  if (dearer !== null && dearer.sureAbove > 1 && dearer.ratio > 1 + limits.costIncrease)
    reasons.push(`an accepted answer costs ${dearer.ratio.toFixed(2)} times what it costs in the hold-out`);
  return { rollBack: reasons.length > 0, reasons, freezeHours: 24 };
}

const points = (share: number): string => `${(share * 100).toFixed(1)} points`;

function shareOf(strata: readonly Stratum[]): number | null {
  const count = strata.reduce((sum, { candidate }) => sum + candidate.count, 0);
  return count > 0 ? strata.reduce((sum, { candidate }) => sum + candidate.sum, 0) / count : null;
}

/** Calls of each side before costs are compared. */
const leastCalls = 100;
/** Standard errors to which the lower bound goes: wide, since it is looked at again and again. */
const wide = 4;

/** Version over hold-out, with a bound that it surely exceeds (delta method on the logarithm). */
function costPerAccepted(
  strata: readonly Stratum[],
  { holdout, version }: RollBackEvidence['cost'],
): { ratio: number; sureAbove: number } | null {
  if (holdout.count < leastCalls || version.count < leastCalls) return null;
  const accepted = { control: { count: 0, sum: 0 }, candidate: { count: 0, sum: 0 } };
  for (const stratum of strata)
    for (const arm of ['control', 'candidate'] as const) {
      accepted[arm].count += stratum[arm].count;
      accepted[arm].sum += stratum[arm].sum;
    }
  const { control, candidate } = accepted;
  if (control.sum <= 0 || candidate.sum <= 0 || holdout.sum <= 0) return null;
  const ratio =
    version.sum /
    version.count /
    (candidate.sum / candidate.count) /
    (holdout.sum / holdout.count / (control.sum / control.count));
  const spread = (sums: ArmSums): number =>
    Math.max(0, (sums.sumOfSquares / sums.count - (sums.sum / sums.count) ** 2) / (sums.sum / sums.count) ** 2) /
    sums.count;
  const refused = ({ count, sum }: { count: number; sum: number }): number => (1 - sum / count) / sum;
  const error = Math.sqrt(spread(holdout) + spread(version) + refused(control) + refused(candidate));
  return { ratio, sureAbove: ratio * Math.exp(-wide * error) };
}
