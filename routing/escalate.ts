// Whether the answer of a cascade's cheap step is good enough. What is not known speaks neither for nor against it.
import type { EscalationRules } from '../contract/route-behaviour.ts';
import type { FinishReason } from '../contract/words.ts';

export interface CheapAnswer {
  text: string;
  finish: FinishReason | null;
  /** 0 to 1; null where the model gives none. */
  confidence: number | null;
  /** Null where no schema was asked for. */
  fitsSchema: boolean | null;
}

/** A clause about why the next target is asked; null when the answer stands. */
export type EscalationCheck = (answer: CheapAnswer) => string | null;

export function compileEscalation(rules: EscalationRules): EscalationCheck {
  const expressions = rules.matches.map((source) => new RegExp(source, 'iu'));
  return ({ text, finish, confidence, fitsSchema }) => {
    const { confidenceBelow } = rules;
    if (confidenceBelow !== undefined && confidence !== null && confidence < confidenceBelow)
      return `confidence ${confidence}, at least ${confidenceBelow} wanted`;
    if (rules.schemaInvalid && fitsSchema === false) return 'the answer does not fit its schema';
    if (finish !== null && rules.finish.includes(finish)) return `it ended with ${finish}`;
    const match = expressions.find((expression) => expression.test(text));
    return match ? `the answer matches ${match.source}` : null;
  };
}
