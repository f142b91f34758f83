// What every strategy is: a pure function from those who may answer to a ranking, or to shares where it draws.
import type { CompiledRoute } from '../compile-route.ts';
import type { Contender } from '../contender.ts';
import type { Question } from '../question.ts';

export interface Verdict {
  /** What it ranks by, for the record. */
  scores: readonly (number | null)[];
  /** Places of all contenders, best first. */
  order: readonly number[];
  /** Of the draw; null where the first in order is meant. They add up to 1. */
  shares: readonly number[] | null;
  /** Version of the published weights that were used; '' when none were. */
  weightsVersion: string;
}

export interface StrategyContext {
  route: CompiledRoute;
  question: Question;
}

export type Strategy = (contenders: readonly Contender[], context: StrategyContext) => Verdict;

/** Lowest score first; the unknown last; equals as the route lists them. */
export function orderBy(scores: readonly (number | null)[]): number[] {
  return [...scores.keys()].sort((one, other) => {
    const [left, right] = [scores[one] ?? null, scores[other] ?? null];
    if (left === null || right === null) return (left === null ? 1 : 0) - (right === null ? 1 : 0) || one - other;
    return left - right || one - other;
  });
}

export const ranked = (scores: readonly (number | null)[]): Verdict => ({
  scores,
  order: orderBy(scores),
  shares: null,
  weightsVersion: '',
});

/** Shares in proportion to weights of which one at least is above 0; `weights` are the scores. */
export function shared(weights: readonly number[], weightsVersion = ''): Verdict {
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    scores: weights,
    order: [...weights.keys()].sort((one, other) => weights[other]! - weights[one]! || one - other),
    shares: weights.map((weight) => weight / sum),
    weightsVersion,
  };
}
