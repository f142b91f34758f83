// What a call is expected to cost at a target: its price per token, times the size of the request and the size that
// answers to this task have had there. Null when a price or the size is unknown.
import type { Question, TargetFacts } from './question.ts';
import type { Target } from './target.ts';

/** Size of an answer before any has been seen. */
const assumedOutputTokens = 500;
/** Reading from the prompt cache, where its price is not known: a tenth, as most providers have it. */
const usualCachedShare = 0.1;

export function expectedOutputTokens(question: Question, target: Target): number {
  if (question.operation === 'embeddings' || question.operation === 'count_tokens') return 0;
  const learned = question.lookups.learnedOutputTokens(question.task, target) ?? assumedOutputTokens;
  return question.maxOutputTokens === null ? learned : Math.min(learned, question.maxOutputTokens);
}

export interface CallSize {
  inputTokens: number | null;
  outputTokens: number;
  /** Part of the input that the target has in its prompt cache. */
  warmTokens: number;
}

/** Whole nano-dollars. */
export function expectedNanos(facts: TargetFacts, { inputTokens, outputTokens, warmTokens }: CallSize): number | null {
  const { inputNanosPerToken: input, outputNanosPerToken: output } = facts;
  if (inputTokens === null || input === null || (output === null && outputTokens > 0)) return null;
  const cached = facts.cachedInputNanosPerToken ?? input * usualCachedShare;
  const warm = Math.min(warmTokens, inputTokens);
  return Math.round((inputTokens - warm) * input + warm * cached + outputTokens * (output ?? 0));
}
