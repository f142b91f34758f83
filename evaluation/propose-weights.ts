// The heart of the loop: from evidence, the shares in force and a policy to new shares, a verdict, and a reason for each
// number. Pure and without chance: the same evidence gives the same proposal to the bit.
import type { TargetWeight, TaskWeights } from '../contract/weights.ts';
import { discount } from './belief.ts';
import type { CurrentWeights, TargetEvidence, TaskEvidence } from './evidence.ts';
import { freezeReasons } from './freeze.ts';
import { guarded, percent } from './guardrails.ts';
import type { WeightPolicy } from './policy.ts';
import { evidenceOf, targetReasons, unmoved } from './reasons.ts';
import { type Standing, standingsOf } from './standing.ts';
import { boundedStep, rounded, withLeast } from './step.ts';
import { nextPressure } from './utility.ts';

export function proposeWeights(evidence: TaskEvidence, current: CurrentWeights, policy: WeightPolicy): TaskWeights {
  const pressure = nextPressure(current.budgetPressure, evidence.footing.spendUsdPerHour, policy);
  const targets = evidence.targets.map((target) => upToDate(target, evidence, policy));
  const standings = standingsOf(targets, policy, { pressure });
  const before = sharesBefore(targets, current);
  const bounds = boundsOf(targets, current, policy);
  const parts: Parts = { evidence, current, policy, pressure, standings, before, bounds };
  const frozen = freezeReasons(evidence, policy);
  if (frozen.length > 0) return held(parts, frozen);
  const labels = standings.reduce((sum, standing) => sum + standing.labels, 0);
  if (labels < policy.leastLabels)
    return held(parts, [`only ${Math.round(labels)} labels, ${policy.leastLabels} needed`]);
  return moved(parts);
}

interface Parts {
  evidence: TaskEvidence;
  current: CurrentWeights;
  policy: WeightPolicy;
  pressure: number;
  standings: readonly Standing[];
  before: readonly number[];
  bounds: readonly Pick<TargetWeight, 'least' | 'most'>[];
}

function moved(parts: Parts): TaskWeights {
  const { policy, standings, before, bounds } = parts;
  const guards = guarded(standings, before, policy);
  const shut = standings.map(({ evidence }) => evidence.blocked !== '');
  const limits = { least: bounds.map(({ least }) => least), largestStep: policy.largestStep, shut };
  const wanted = withLeast(
    guards.map(({ share }) => share),
    limits,
  );
  const { shares, limited } = boundedStep(before, wanted, limits);
  const probabilities = rounded(shares);
  const move = probabilities.reduce((sum, share, place) => sum + Math.abs(share - before[place]!), 0) / 2;
  const sole = soleBest(
    standings,
    guards.map(({ share }) => share),
    policy,
  );
  if (sole === null && move < policy.leastMove) return held(parts, ['nothing would move by as much as it is worth']);
  const targets = standings.map((standing, place) => {
    const step = { previous: before[place]!, probability: probabilities[place]!, ...guards[place]!, limited };
    const { previous, probability } = step;
    const reasons = targetReasons(standing, step);
    return {
      target: standing.evidence.target,
      previous,
      probability,
      ...bounds[place]!,
      evidence: evidenceOf(standing),
      reasons,
    };
  });
  const best = sole === null ? null : standings[sole]!;
  if (best) return { ...frame(parts), verdict: 'one_is_best', reasons: [oneIsBest(best)], targets };
  return { ...frame(parts), verdict: 'change', reasons: [`${percent(move)} of the traffic moves`], targets };
}

/** Place of the one that is surely worth most, if there is one. */
function soleBest(
  standings: readonly Standing[],
  shares: readonly number[],
  { sureOfBest }: WeightPolicy,
): number | null {
  const place = shares.findIndex((share) => share >= sureOfBest);
  return place >= 0 && (standings[place]!.isBest >= sureOfBest || standings.length === 1) ? place : null;
}

const oneIsBest = ({ evidence, isBest }: Standing): string =>
  `${evidence.target} is worth most with ${percent(isBest)}: one model is best, do not route`;

function held(parts: Parts, reasons: string[]): TaskWeights {
  const { standings, before, bounds } = parts;
  const targets = standings.map((standing, place) => unmoved(standing, before[place]!, bounds[place]!));
  return { ...frame(parts), verdict: 'hold', reasons, targets };
}

function frame({ evidence, current, policy, pressure }: Parts): Omit<TaskWeights, 'verdict' | 'reasons' | 'targets'> {
  return {
    route: evidence.route,
    task: evidence.task,
    holdout: { share: policy.holdoutShare, baseline: { ...current.baseline } },
    largestStep: policy.largestStep,
    budgetPressure: pressure,
  };
}

/** A copy whose belief is discounted up to now: proposing changes nothing. */
function upToDate(target: TargetEvidence, { taskLabels, now }: TaskEvidence, policy: WeightPolicy): TargetEvidence {
  const belief = { ...target.belief, labels: { ...target.belief.labels } };
  if (Number.isFinite(now)) discount(belief, { taskLabels, now, forgetting: policy });
  return { ...target, belief };
}

/** Of today's targets, adding up to 1; a target that was never published starts at nothing. */
function sharesBefore(targets: readonly TargetEvidence[], { probabilities, baseline }: CurrentWeights): number[] {
  for (const known of [probabilities, baseline]) {
    const shares = targets.map(({ target }) => Math.max(0, known[target] ?? 0));
    const sum = shares.reduce((total, share) => total + share, 0);
    if (sum > 0 && Number.isFinite(sum)) return rounded(shares.map((share) => share / sum));
  }
  return rounded(targets.map(() => 1 / targets.length));
}

/** What the hold-out gives a target for trying need not be given again: both together are the exploration share. */
function boundsOf(targets: readonly TargetEvidence[], { baseline }: CurrentWeights, policy: WeightPolicy) {
  const { explorationShare, holdoutShare } = policy;
  const open = targets.filter(({ blocked }) => blocked === '').length;
  return targets.map(({ target, blocked }) => {
    if (blocked !== '') return { least: 0, most: open > 0 ? 0 : 1 };
    const tried = holdoutShare * Math.max(0, baseline[target] ?? 0);
    return { least: Math.min(1 / open, Math.max(0, explorationShare - tried)), most: 1 };
  });
}
