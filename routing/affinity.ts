// Staying where the session's prompt is in the prompt cache. What a switch loses is part of the score: in money through
// the expected cost (the cached part is cheaper where it is warm), in time through the tokens that must be read anew.
import type { Contender } from './contender.ts';
import type { Question } from './question.ts';
import type { Target } from './target.ts';

/** A switch must gain more than this share, or sessions would wander on every small change of a price or a latency. */
const margin = 0.05;
/** Time to read a token that is not cached: ten thousand tokens a second. */
export const prefillMsPerToken = 0.1;

export function warmTokensOf(question: Question, target: Target): number {
  return question.session === '' ? 0 : question.lookups.warm(question.session, target);
}

/**
 * Scores (lower is better) with the price of leaving a warm prefix: `lostPerToken` for each token that would have to be
 * read again, in the unit of the score, and the margin.
 */
export function withSwitchCosts(
  contenders: readonly Contender[],
  scores: readonly (number | null)[],
  lostPerToken: number,
): (number | null)[] {
  const warmest = contenders.reduce((most, { warmTokens }) => Math.max(most, warmTokens), 0);
  if (warmest === 0) return [...scores];
  return scores.map((score, place) => {
    const lost = warmest - contenders[place]!.warmTokens;
    return score === null || lost === 0 ? score : score * (1 + margin) + lost * lostPerToken;
  });
}
