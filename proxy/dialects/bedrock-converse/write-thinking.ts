// How hard to think, for the models on Bedrock that can be told; the words are those of their makers.
// https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
import type { NeutralRequest, Reasoning } from '../neutral/request.ts';
import type { TargetFacts } from '../neutral/target.ts';
import type { JsonObject } from '../reading/json-reading.ts';
import { isClaude, isOpenai, thinksByItself } from './models.ts';

export interface Thinking {
  /** Go into additionalModelRequestFields. */
  fields: JsonObject;
  /** What the answer may be long, thoughts included; null where nobody said. */
  maxTokens: number | null;
  /** Why it cannot be said; ''. */
  problem: string;
}

const smallestBudget = 1024;
/** Room for the answer itself. */
const answerTokens = 8192;
const budgets = { minimal: 1024, low: 2048, medium: 8192, high: 16_384, xhigh: 24_576, max: 32_768 };
const claudeEfforts = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'max' };
const openaiEfforts = { minimal: 'low', low: 'low', medium: 'medium', high: 'high', xhigh: 'high', max: 'high' };

export function thinkingOf({ reasoning, toolChoice, maxTokens }: NeutralRequest, target: TargetFacts): Thinking {
  const silent = { fields: {}, maxTokens, problem: '' };
  if (reasoning === null || reasoning.effort === 'none') return silent;
  if (reasoning.effort === '' && reasoning.budgetTokens === null) return silent;
  if (isOpenai(target.model)) {
    return { ...silent, fields: { reasoning_effort: openaiEfforts[reasoning.effort || 'medium'] } };
  }
  if (!isClaude(target.model)) return { ...silent, problem: 'this model on Bedrock cannot be told how hard to think' };
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') {
    return { ...silent, problem: 'Claude does not think where it is made to call a tool' };
  }
  return thinksByItself(target.model) ? adaptive(reasoning, maxTokens) : budgeted(reasoning, maxTokens, target);
}

function adaptive({ effort }: Reasoning, maxTokens: number | null): Thinking {
  const output = effort === '' || effort === 'none' ? {} : { output_config: { effort: claudeEfforts[effort] } };
  return { fields: { thinking: { type: 'adaptive' }, ...output }, maxTokens, problem: '' };
}

/** The budget is part of what the answer may be long, and must leave something of it. */
function budgeted(reasoning: Reasoning, maxTokens: number | null, target: TargetFacts): Thinking {
  const ceiling = maxTokens ?? target.maxOutputTokens ?? Number.POSITIVE_INFINITY;
  const effort = reasoning.effort === '' || reasoning.effort === 'none' ? 'medium' : reasoning.effort;
  const budget = reasoning.budgetTokens ?? Math.min(budgets[effort], ceiling - smallestBudget);
  if (budget < smallestBudget || budget >= ceiling) {
    return { fields: {}, maxTokens, problem: `${ceiling} tokens leave no room to think` };
  }
  const fields = { thinking: { type: 'enabled', budget_tokens: budget } };
  return { fields, maxTokens: maxTokens ?? Math.min(ceiling, budget + answerTokens), problem: '' };
}
