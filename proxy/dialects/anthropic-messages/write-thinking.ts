// Writes how hard the model shall think: "adaptive" and a word for the effort on newer models, a budget of tokens on older.
// https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking and …/extended-thinking
import type { Reasoning } from '../neutral/request.ts';
import type { Effort, ModelTraits } from './model-traits.ts';
import type { Block } from './write-blocks.ts';
import type { WrittenMessages } from './write-messages.ts';
import type { Writing } from './writing.ts';

export interface ThinkingOptions {
  reasoning: Reasoning | null;
  maxTokens: number;
  forced: boolean;
  messages: WrittenMessages['messages'];
  writing: Writing;
}

export interface WrittenThinking {
  thinking: Block | null;
  effort: Effort | null;
}

/** "budget_tokens: Input should be greater than or equal to 1024" */
const leastBudget = 1024;
const budgets: Record<Exclude<Reasoning['effort'], '' | 'none'>, number> = {
  minimal: leastBudget,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 24_576,
  max: 32_768,
};

const off: WrittenThinking = { thinking: { type: 'disabled' }, effort: null };
const unsaid: WrittenThinking = { thinking: null, effort: null };

export function writeThinking(options: ThinkingOptions): WrittenThinking {
  const { reasoning, forced, writing } = options;
  const { thinking, thinksUnasked } = writing.traits;
  if (reasoning === null) return forced && thinksUnasked && thinking !== 'always' ? off : unsaid;
  if (thinking === 'none') {
    if (reasoning.effort !== 'none') writing.note('reasoning', 'this model does not think');
    return unsaid;
  }
  if (reasoning.effort === 'none') {
    if (thinking !== 'always') return off;
    writing.note('reasoning', 'this model cannot be told not to think');
    return { thinking: null, effort: 'low' };
  }
  if (forced && thinking !== 'always') {
    writing.note('reasoning', 'a forced tool call leaves no room for thinking');
    return thinksUnasked ? off : unsaid;
  }
  const byBudget = reasoning.budgetTokens !== null && reasoning.effort === '';
  if (thinking === 'budget' || (thinking === 'budget or adaptive' && byBudget)) return writeBudget(reasoning, options);
  return writeAdaptive(reasoning, writing.traits);
}

function writeAdaptive(reasoning: Reasoning, { thinking, efforts }: ModelTraits): WrittenThinking {
  const { visible } = reasoning;
  const effort = effortOf(reasoning, efforts);
  // Models that always think need not be told; the field only says what they show.
  if (thinking === 'always' && visible === null) return { thinking: null, effort };
  const display = visible === null ? {} : { display: visible ? 'summarized' : 'omitted' };
  return { thinking: { type: 'adaptive', ...display }, effort };
}

function effortOf({ effort, budgetTokens }: Reasoning, efforts: readonly Effort[]): Effort | null {
  const wanted = effort === '' ? wordFor(budgetTokens) : effort === 'minimal' || effort === 'none' ? 'low' : effort;
  if (wanted === null || efforts.includes(wanted)) return wanted;
  // The only gap there is: Opus and Sonnet 4.6 know low, medium, high and max. Less is cheaper than more.
  return 'high';
}

function wordFor(budgetTokens: number | null): Effort | null {
  if (budgetTokens === null) return null;
  if (budgetTokens < budgets.medium) return 'low';
  return budgetTokens < budgets.high ? 'medium' : 'high';
}

function writeBudget({ effort, budgetTokens }: Reasoning, options: ThinkingOptions): WrittenThinking {
  const { maxTokens, messages, writing } = options;
  const reason = whyNot(maxTokens, messages);
  if (reason !== null) {
    writing.note('reasoning', reason);
    return unsaid;
  }
  // A budget of our own choosing leaves half of the limit to the answer; the client's own is only kept below the limit.
  const chosen = budgets[effort === '' || effort === 'none' ? 'medium' : effort];
  const wanted = budgetTokens ?? Math.min(chosen, Math.floor(maxTokens / 2));
  const budget = Math.max(leastBudget, Math.min(wanted, maxTokens - 1));
  return { thinking: { type: 'enabled', budget_tokens: budget }, effort: null };
}

/** Why a request cannot be sent with a budget for thinking; null when it can. */
function whyNot(maxTokens: number, messages: WrittenMessages['messages']): string | null {
  if (maxTokens <= leastBudget) return `thinking takes ${leastBudget} tokens at least, and max_tokens is ${maxTokens}`;
  const last = messages.at(-1);
  if (last?.role === 'assistant') return 'the model cannot both think and continue a message';
  if (last?.content[0]?.type !== 'tool_result') return null;
  // "Expected `thinking` or `redacted_thinking`, but found `tool_use`": the turn that called the tools has to show its thoughts.
  const first = messages.at(-2)?.content[0]?.type;
  const shown = first === 'thinking' || first === 'redacted_thinking';
  return shown ? null : 'the turn that called the tools was made without thoughts of this provider';
}
