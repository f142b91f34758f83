// Where each target of a task stands: how many accept it and how sure that is, whether it meets the floor, what it is worth,
// and the chance that it is worth most.
import type { Interval } from './acceptance-interval.ts';
import { effectiveLabels, posterior } from './belief.ts';
import {
  type BetaTable,
  betaBelow,
  betaMean,
  betaQuantile,
  betaTable,
  chancesOfBeingBest,
} from './beta-distribution.ts';
import type { Exceeded, TargetEvidence } from './evidence.ts';
import type { WeightPolicy } from './policy.ts';
import { costsUsd, lossUsd } from './utility.ts';

export interface Standing {
  evidence: TargetEvidence;
  /** Mean of the posterior and its 90 % interval. */
  acceptance: number;
  interval: Interval;
  /** Labels that still count. */
  labels: number;
  /** Null without a floor. */
  meetsFloor: number | null;
  isBest: number;
  /** Chance of being worth most among those against whom nothing speaks; 0 for the others. */
  standsIn: number;
  utilityUsd: number;
  /** Chance that more calls are late, or fail, than is allowed; null where nothing was seen. */
  tooLate: number | null;
  tooFaulty: number | null;
}

export function standingsOf(
  targets: readonly TargetEvidence[],
  policy: WeightPolicy,
  { pressure }: { pressure: number },
): Standing[] {
  const flat = { mean: 0.5, mass: policy.priorMass };
  const betas = targets.map(({ belief, prior }) => posterior(belief, prior ?? flat));
  const tables = betas.map(betaTable);
  const costs = costsUsd(targets);
  const losses = targets.map((target, place) => lossUsd(target, costs[place]!, policy, pressure));
  const meets = tables.map((table) =>
    policy.qualityFloor === null ? null : 1 - betaBelow(table, policy.qualityFloor),
  );
  const late = targets.map((one) => (one.late ? exceeds(one.late, policy.lateAllowance) : null));
  const faulty = targets.map(({ failures }) => exceeds(failures, policy.failureAllowance));
  const free = targets.map(({ blocked }) => blocked === '');
  const sound = targets.map(({ belief }, place) => {
    const isNew = effectiveLabels(belief) < policy.leastLabels;
    const meetsIt = isNew || (meets[place] ?? 1) >= policy.demoteBelow;
    return free[place]! && meetsIt && (late[place] ?? 0) <= sure && (faulty[place] ?? 0) <= sure;
  });
  const best = bestAmong(free, tables, losses, policy);
  const standIns = bestAmong(sound, tables, losses, policy);
  return targets.map((evidence, place) => ({
    evidence,
    acceptance: betaMean(betas[place]!),
    interval: { low: betaQuantile(tables[place]!, 0.05), high: betaQuantile(tables[place]!, 0.95) },
    labels: effectiveLabels(evidence.belief),
    meetsFloor: meets[place]!,
    isBest: best[place]!,
    standsIn: standIns[place]!,
    utilityUsd: policy.acceptedUsd * betaMean(betas[place]!) - losses[place]!,
    tooLate: late[place]!,
    tooFaulty: faulty[place]!,
  }));
}

/** Sure enough to take a target out for being slow or failing. */
export const sure = 0.95;

/** Among those that count; the others are best at nothing. */
function bestAmong(
  counts: readonly boolean[],
  tables: readonly BetaTable[],
  losses: readonly number[],
  { acceptedUsd }: WeightPolicy,
): number[] {
  const places = [...counts.keys()].filter((place) => counts[place]);
  const chances = chancesOfBeingBest(
    places.map((place) => tables[place]!),
    // Worth per accepted answer is taken out, so that all lie on one scale; without it only the cost is left.
    places.map((place) => -losses[place]! / Math.max(acceptedUsd, 1e-9)),
  );
  const all = counts.map(() => 0);
  for (const [at, place] of places.entries()) all[place] = chances[at]!;
  return all;
}

/** Fewer calls than this say nothing of a limit. */
const leastCalls = 30;

function exceeds({ calls, over }: Exceeded, allowance: number): number | null {
  if (!(calls >= leastCalls)) return null;
  const counted = Math.min(calls, Math.max(0, over));
  return 1 - betaBelow(betaTable({ accepted: 1 + counted, rejected: 1 + calls - counted }), allowance);
}
