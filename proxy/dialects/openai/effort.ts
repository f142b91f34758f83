// How hard to think, in OpenAI's words (`reasoning_effort`, `reasoning.effort`).
import type { Reasoning } from '../neutral/request.ts';

type Effort = Exclude<Reasoning['effort'], ''>;

const efforts: ReadonlySet<unknown> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

export const isEffort = (value: unknown): value is Effort => efforts.has(value);

/**
 * The effort asked for, or the one that a budget of thinking tokens comes nearest to; '' when neither is said. The steps are
 * those of Google's compatible endpoint, which translates the other way: low is 1 024 tokens, medium 8 192.
 */
export function effortOf(reasoning: Reasoning | null): Reasoning['effort'] {
  if (reasoning === null) return '';
  if (reasoning.effort !== '' || reasoning.budgetTokens === null) return reasoning.effort;
  if (reasoning.budgetTokens === 0) return 'none';
  if (reasoning.budgetTokens <= 1024) return 'low';
  return reasoning.budgetTokens <= 8192 ? 'medium' : 'high';
}
