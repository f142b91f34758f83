// What a request says and a format has no word for, told in the same way by every format that knows few of these words.
import type { NeutralRequest } from './request.ts';
import type { Unsupported } from './target.ts';

const words = {
  parallelToolCalls: 'way to allow one call at a time only',
  choices: 'more than one answer to a request',
  logprobs: 'log probabilities',
  logitBias: 'bias of single tokens',
  seed: 'seed',
  topK: 'top-k',
  presencePenalty: 'presence penalty',
  frequencyPenalty: 'frequency penalty',
  reasoning: 'say in how hard to think',
  user: 'field for the user',
  metadata: 'field for metadata',
  cacheKey: 'key for the prompt cache',
  serviceTier: 'service tiers',
} as const;

export type Rare = keyof typeof words;

/** Fields of the client's own format that are about keeping and speed, not about the answer. */
const besideTheAnswer =
  /^(?:store|prediction|safety_identifier|prompt_cache_(?:retention|options)|include|stream_options|max_tool_calls|diagnostics|speed|betas|moderation|(?:text\.)?verbosity|reasoning\.(?:effort|mode|context))\b/;

/** Such fields of a tool or a block: how its tokens are cached, loaded, streamed or cited, in which phase it was said. */
const besideTheBlock = /(?:^|\.)(?:cache_control|defer_loading|input_examples|eager_input_streaming|citations|phase)$/;

/** True where an answer given without this field of the client's own format may be another than the one asked for. */
export const changesAnswer = (field: string): boolean => !besideTheAnswer.test(field) && !besideTheBlock.test(field);

/** `format` as people call it: "Cohere". `rare`: what it cannot say at all; whatever is `beyond` comes on top. */
export function leftOut(request: NeutralRequest, format: string, rare: readonly Rare[]): Unsupported[] {
  const named = rare.filter((field) => isSaid(request, field)).map((field) => notSaid(field, format));
  const beyond = Object.keys(request.beyond).map((field) => ({
    field,
    changesAnswer: changesAnswer(field),
    reason: `${format} has nothing like it`,
  }));
  return [...named, ...beyond];
}

export function notSaid(field: Rare, format: string): Unsupported {
  return { field, changesAnswer: field === 'choices', reason: `${format} has no ${words[field]}` };
}

function isSaid(request: NeutralRequest, field: Rare): boolean {
  if (field === 'choices') return (request.choices ?? 1) > 1;
  if (field === 'parallelToolCalls') return request.parallelToolCalls === false && request.tools.length > 0;
  return request[field] !== null && request[field] !== '';
}
