// What an inferred or judged label means on the scale of explicit ones, learned where an exchange has both. Without enough
// of these, or where both do not agree, the source is not pooled at all: a number from another scale is no evidence.
import type { OutcomeSource } from '../contract/outcome.ts';

/** One exchange with an explicit value and another source's. */
export interface Pair {
  explicit: number;
  other: number;
}

/** `explicit` ≈ `offset` + `slope` × other; a label of that source counts as `weight` of an explicit one. */
export interface Calibration {
  offset: number;
  slope: number;
  weight: number;
  pairs: number;
  /** Cohen's kappa of both after halving at 0.5; null where one of them never varies. */
  kappa: number | null;
  /** Why the source is not used; ''. */
  refused: string;
}

export const leastPairs = 30;
/** A judge, or an inference, that agrees less with people is not used. */
const leastKappa = { inferred: 0.1, judged: 0.4 } as const;

export function calibrate(pairs: readonly Pair[], source: Exclude<OutcomeSource, 'explicit'>): Calibration {
  const { length } = pairs;
  const mean = (of: (pair: Pair) => number): number => pairs.reduce((sum, pair) => sum + of(pair), 0) / length;
  const refuse = (refused: string, kappa: number | null = null): Calibration => ({
    ...{ offset: 0, slope: 0, weight: 0, pairs: length, kappa, refused },
  });
  if (length < leastPairs) return refuse(`only ${length} exchanges have both, ${leastPairs} needed`);
  const explicitMean = mean(({ explicit }) => explicit);
  const otherMean = mean(({ other }) => other);
  const covariance = mean(({ explicit, other }) => (explicit - explicitMean) * (other - otherMean));
  const otherVariance = mean(({ other }) => (other - otherMean) ** 2);
  const explicitVariance = mean(({ explicit }) => (explicit - explicitMean) ** 2);
  const kappa = cohensKappa(pairs);
  if (otherVariance < 1e-9 || explicitVariance < 1e-9) return refuse('one of both never varies', kappa);
  // Engaged users ask on more: at some tasks the sign is the other way round, and then it is not what it claims to be.
  if (covariance <= 0) return refuse('it does not go with what people say here', kappa);
  const worth = covariance ** 2 / (otherVariance * explicitVariance);
  const least = leastKappa[source];
  if (kappa === null || kappa < least)
    return refuse(`agrees too little with people: kappa ${kappa?.toFixed(2) ?? 'unknown'}, ${least} needed`, kappa);
  const slope = covariance / otherVariance;
  return {
    offset: explicitMean - slope * otherMean,
    slope,
    weight: Math.min(1, worth),
    pairs: length,
    kappa,
    refused: '',
  };
}

export const onExplicitScale = ({ offset, slope }: Calibration, value: number): number =>
  Math.min(1, Math.max(0, offset + slope * value));

/** Agreement beyond chance of two sources that both say yes or no. */
export function cohensKappa(pairs: readonly Pair[]): number | null {
  const { length } = pairs;
  const share = (of: (pair: Pair) => boolean): number => pairs.filter(of).length / length;
  const yes = share(({ explicit }) => explicit >= 0.5);
  const otherYes = share(({ other }) => other >= 0.5);
  const agreed = share(({ explicit, other }) => explicit >= 0.5 === other >= 0.5);
  const byChance = yes * otherYes + (1 - yes) * (1 - otherYes);
  return length === 0 || byChance >= 1 ? null : (agreed - byChance) / (1 - byChance);
}
