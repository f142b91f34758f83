// What another policy would have brought, from the log of this one: accepted answers, cost or waiting. Only draws whose
// probability is known can say, and only where the log tried often enough what the policy would do; else it refuses.
import { sequenceMargin } from './confidence-sequence.ts';

export interface LoggedDraw {
  /** Task and whatever else makes prompts alike. */
  stratum: string;
  target: string;
  /** With which it was drawn, after health and exclusions. */
  probability: number;
  /** Accepted share, nano-dollars or milliseconds. */
  value: number;
  /** Chance that this value is known at all; 1 where every call has it. */
  labelledWith: number;
  /** Session or user whose draws hang together; '' alone. */
  unit: string;
}

/** Shares of a policy by stratum and target. Left out: 0. */
export type Shares = (stratum: string) => Readonly<Record<string, number>>;

export interface OffPolicyEstimate {
  answer: 'estimate';
  inversePropensity: number;
  selfNormalised: number;
  doublyRobust: number;
  /** Of the doubly robust one, good at any time it is looked at. */
  low: number;
  high: number;
  draws: number;
  effectiveSample: number;
}

export interface OffPolicyRefusal {
  answer: 'refused';
  reasons: string[];
  draws: number;
  effectiveSample: number;
}

const mostWeight = 20;
const leastEffective = 200;
const mostOfOne = 0.1;
/** Fixed beforehand, for an interval that follows its data is not good at any time. */
const tightestAt = 2_000;

export function estimateOffPolicy(
  log: readonly LoggedDraw[],
  shares: Shares,
  { alpha = 0.05 }: { alpha?: number } = {},
): OffPolicyEstimate | OffPolicyRefusal {
  const draws = log.filter(
    ({ probability, labelledWith, value }) => probability > 0 && labelledWith > 0 && Number.isFinite(value),
  );
  const weights = draws.map(
    ({ stratum, target, probability, labelledWith }) =>
      Math.min(mostWeight, (shares(stratum)[target] ?? 0) / probability) * Math.min(mostWeight, 1 / labelledWith),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const squares = weights.reduce((total, weight) => total + weight ** 2, 0);
  const effectiveSample = squares > 0 ? sum ** 2 / squares : 0;
  const reasons = refusals({ draws, weights, shares, effectiveSample, sum });
  if (reasons.length > 0) return { answer: 'refused', reasons, draws: draws.length, effectiveSample };
  const model = meansOf(draws);
  // How many draws each labelled one stands for; with every call labelled this is 1.
  const stands = draws.map(({ labelledWith }) => Math.min(mostWeight, 1 / labelledWith));
  const all = stands.reduce((total, one) => total + one, 0);
  const doubly = draws.map((draw, at) => {
    const expected = Object.entries(shares(draw.stratum)).reduce(
      (total, [target, share]) => total + share * model(draw.stratum, target),
      0,
    );
    return stands[at]! * expected + weights[at]! * (draw.value - model(draw.stratum, draw.target));
  });
  const doublyRobust = doubly.reduce((total, one) => total + one, 0) / all;
  const deviation = Math.sqrt(clusteredVariance(draws, doubly, { stands, mean: doublyRobust, all }) * draws.length);
  const half = sequenceMargin(draws.length, deviation, { alpha, tightestAt });
  const weighted = draws.reduce((total, { value }, at) => total + weights[at]! * value, 0);
  return {
    answer: 'estimate',
    inversePropensity: weighted / all,
    selfNormalised: weighted / sum,
    ...{ doublyRobust, low: doublyRobust - half, high: doublyRobust + half, draws: draws.length, effectiveSample },
  };
}

interface Weighed {
  draws: readonly LoggedDraw[];
  weights: readonly number[];
  shares: Shares;
  effectiveSample: number;
  sum: number;
}

function refusals({ draws, weights, shares, effectiveSample, sum }: Weighed): string[] {
  const reasons: string[] = [];
  if (effectiveSample < leastEffective)
    reasons.push(`the log is worth ${Math.round(effectiveSample)} draws of this policy, ${leastEffective} needed`);
  if (sum > 0 && Math.max(0, ...weights) / sum > mostOfOne)
    reasons.push('one draw alone would decide more than a tenth');
  const seen = new Set(draws.map(({ stratum, target }) => `${stratum}\n${target}`));
  const missing = new Set<string>();
  for (const stratum of new Set(draws.map((draw) => draw.stratum)))
    for (const [target, share] of Object.entries(shares(stratum)))
      if (share > 0 && !seen.has(`${stratum}\n${target}`)) missing.add(target);
  if (missing.size > 0) reasons.push(`the log never tried ${[...missing].join(', ')} where this policy would`);
  return reasons;
}

/** Mean value of a target in a stratum, drawn a little towards that of the stratum. */
function meansOf(draws: readonly LoggedDraw[]): (stratum: string, target: string) => number {
  const cells = new Map<string, { sum: number; count: number }>();
  const add = (key: string, value: number): void => {
    const cell = cells.get(key) ?? { sum: 0, count: 0 };
    cells.set(key, { sum: cell.sum + value, count: cell.count + 1 });
  };
  for (const { stratum, target, value } of draws) {
    add(`${stratum}\n${target}`, value);
    add(stratum, value);
  }
  return (stratum, target) => {
    const whole = cells.get(stratum)!;
    const { sum, count } = cells.get(`${stratum}\n${target}`) ?? { sum: 0, count: 0 };
    return (sum + whole.sum / whole.count) / (count + 1);
  };
}

/** Draws of one session are one observation, however many they are. */
function clusteredVariance(
  draws: readonly LoggedDraw[],
  values: readonly number[],
  { stands, mean, all }: { stands: readonly number[]; mean: number; all: number },
): number {
  const clusters = new Map<string, number>();
  let alone = 0;
  for (const [at, { unit }] of draws.entries()) {
    const residual = values[at]! - stands[at]! * mean;
    if (unit === '') alone += residual ** 2;
    else clusters.set(unit, (clusters.get(unit) ?? 0) + residual);
  }
  return [...clusters.values()].reduce((sum, residual) => sum + residual ** 2, alone) / all ** 2;
}
