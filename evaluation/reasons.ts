// Each number of a proposal in words, and the evidence as it is published.
import type { TargetWeight, WeightEvidence } from '../contract/weights.ts';
import type { Exceeded } from './evidence.ts';
import { percent } from './guardrails.ts';
import type { Standing } from './standing.ts';
import { knownNanos } from './utility.ts';

export function evidenceOf(standing: Standing): WeightEvidence {
  const { evidence, acceptance, interval, labels, meetsFloor, isBest, utilityUsd } = standing;
  const costNanos = knownNanos(evidence.cost);
  const known = labels > 0;
  return {
    acceptance: known ? acceptance : null,
    acceptanceLow: known ? interval.low : null,
    acceptanceHigh: known ? interval.high : null,
    labels: { ...evidence.belief.labels },
    effectiveLabels: labels,
    costNanos,
    costPerAcceptedNanos: known && costNanos !== null ? finite(costNanos / acceptance) : null,
    meetsFloor,
    isBest,
    utilityUsd: finite(utilityUsd),
    lateShare: evidence.late ? shareOf(evidence.late) : null,
    failureShare: shareOf(evidence.failures),
  };
}

const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);

const shareOf = ({ calls, over }: Exceeded): number | null =>
  calls > 0 ? Math.min(1, Math.max(0, over / calls)) : null;

export interface Moved {
  previous: number;
  probability: number;
  /** Guardrail that spoke; ''. */
  because: string;
  limited: boolean;
}

export function targetReasons(standing: Standing, { previous, probability, because, limited }: Moved): string[] {
  const { evidence, acceptance, interval, isBest } = standing;
  const costNanos = knownNanos(evidence.cost);
  const counts = Object.entries(evidence.belief.labels).filter(([, count]) => count > 0);
  const labels = counts.map(([source, count]) => `${count} ${source}`).join(', ');
  const reasons = [
    labels === ''
      ? 'no labels yet'
      : `accepted ${percent(acceptance)} (${percent(interval.low)} to ${percent(interval.high)}; ${labels})`,
    costNanos === null
      ? 'no price is known; counted as dear as the dearest'
      : `costs $${(costNanos / 1e9).toPrecision(3)} a call`,
    `worth most with ${percent(isBest)}`,
  ];
  if (evidence.belief.changedAt !== null) reasons.push('judged by its labels since it last changed');
  if (because !== '') reasons.push(because);
  const move = `${percent(previous)} to ${percent(probability)}`;
  if (probability !== previous) reasons.push(limited ? `${move}, as far as one version may go` : move);
  return reasons;
}

/** Shares that stay as they are still say what is known. */
export const unmoved = (
  standing: Standing,
  share: number,
  bounds: Pick<TargetWeight, 'least' | 'most'>,
): TargetWeight => ({
  target: standing.evidence.target,
  probability: share,
  previous: share,
  ...bounds,
  evidence: evidenceOf(standing),
  reasons: targetReasons(standing, { previous: share, probability: share, because: '', limited: false }),
});
