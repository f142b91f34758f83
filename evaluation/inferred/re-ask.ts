// Whether somebody asks for the same thing again, in other words or with what was missed the first time. No words of any
// language are known here: only how alike two prompts of one session are, and in which way. The factors were fitted on the
// tuning half of bench/routing/re-ask-pairs-*.txt; the bench prints how they do on the other half.
import type { Inference } from './inference.ts';
import { promptLikeness } from './prompt-likeness.ts';

export const reAskVersion = 're-ask-1';
/** From this score on it is called a re-ask where yes or no is wanted. */
export const reAskFrom = 0.4;
/** Later than this it is another occasion. */
const sameOccasionMs = 10 * 60_000;

export interface TwoTurns {
  earlier: string;
  later: string;
  /** From the end of the answer to the next request; null: unknown. */
  gapMs: number | null;
  /** The later turn was written by a program: a tool's result, an agent going on by itself. */
  laterIsAutomatic?: boolean;
}

export function reAsk({ earlier, later, gapMs, laterIsAutomatic = false }: TwoTurns): Inference | null {
  if (laterIsAutomatic || earlier.trim() === '' || later.trim() === '') return null;
  if (gapMs !== null && !(gapMs >= 0 && gapMs < sameOccasionMs)) return null;
  return { signal: 're_ask', score: reAskScore(earlier, later), version: reAskVersion };
}

const factors = {
  ...{ constant: -2.55, restated: 1.8, known: 2.35, letters: 2.7, swapped: -3.1, isSwap: -1.7 },
  ...{ sameNumbers: 1.3, otherNumbers: -1.9, extended: 0.5, growth: 1.15 },
};

export function reAskScore(earlier: string, later: string): number {
  const { restated, known, letters, swapped, numbers, extended, growth } = promptLikeness(earlier, later);
  const sum =
    factors.constant +
    factors.restated * restated +
    factors.known * known +
    factors.letters * letters +
    factors.swapped * swapped +
    factors.growth * growth +
    (swapped > 0.3 ? factors.isSwap : 0) +
    (numbers > 0 ? factors.sameNumbers : numbers < 0 ? factors.otherNumbers : 0) +
    (extended ? factors.extended : 0);
  return 1 / (1 + Math.exp(-sum));
}
