// How hard to think, in Gemini's words: levels from Gemini 3 on, token budgets in 2.5, nothing before.
// The figures are those of Google's own OpenAI-compatible endpoint: low 1 024, medium 8 192, high 24 576 tokens
// (https://ai.google.dev/gemini-api/docs/openai); ranges from https://ai.google.dev/gemini-api/docs/thinking.
import type { Reasoning } from '../neutral/request.ts';
import { generationOf } from './model-generation.ts';

export interface Thinking {
  /** Null: nothing is to be said. */
  config: Record<string, unknown> | null;
  /** What could not be said, as a clause; else ''. */
  problem: string;
}

type Level = 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';

const budgets: Record<Exclude<Reasoning['effort'], ''>, number> = {
  none: 0,
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
  xhigh: 24_576,
  max: 32_768,
};

export function thinkingOf(reasoning: Reasoning, model: string): Thinking {
  const generation = generationOf(model);
  const asked = reasoning.effort !== '' || reasoning.budgetTokens !== null;
  if (generation === null || generation < 2.5 || model.includes('-image'))
    return { config: null, problem: asked && reasoning.effort !== 'none' ? `${model} takes no thinking settings` : '' };
  const visible = reasoning.visible === null ? {} : { includeThoughts: reasoning.visible };
  if (!asked) return { config: reasoning.visible === null ? null : visible, problem: '' };
  if (generation >= 3) {
    const level = levelOf(reasoning, model);
    const problem = reasoning.effort === 'none' ? `${model} cannot stop thinking; it is asked to think little` : '';
    return { config: { thinkingLevel: level, ...visible }, problem };
  }
  const budget = budgetOf(reasoning, model);
  const problem = reasoning.effort === 'none' && budget > 0 ? `${model} cannot stop thinking` : '';
  return { config: { thinkingBudget: budget, ...visible }, problem };
}

/** A budget would be taken, but not beside a level; a level is what these models were made for. */
function levelOf({ effort, budgetTokens }: Reasoning, model: string): Level {
  const tokens = effort === '' ? (budgetTokens as number) : budgets[effort];
  if (effort === 'none' || effort === 'minimal' || tokens <= 0) return takesMinimal(model) ? 'MINIMAL' : 'LOW';
  if (tokens <= budgets.low) return 'LOW';
  if (tokens > budgets.medium) return 'HIGH';
  // "Thinking level MEDIUM is not supported for this model": Gemini 3 Pro, alone, has low and high only.
  return /gemini-3-pro/.test(model) ? 'HIGH' : 'MEDIUM';
}

/** Flash up to 3.6 and every Flash-Lite; Pro, and Flash from 3.7 on, answer MINIMAL with 400. */
function takesMinimal(model: string): boolean {
  return model.includes('flash-lite') || (model.includes('flash') && (generationOf(model) ?? 0) <= 3.6);
}

function budgetOf({ effort, budgetTokens }: Reasoning, model: string): number {
  const tokens = budgetTokens ?? budgets[effort === '' ? 'medium' : effort];
  const pro = model.includes('pro');
  if (tokens <= 0) return pro ? 128 : 0;
  const least = pro ? 128 : model.includes('flash-lite') ? 512 : 1;
  return Math.min(Math.max(tokens, least), pro ? 32_768 : 24_576);
}
