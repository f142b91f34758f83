// What OpenAI's clients call the fields of the neutral request.
import type { NeutralRequest } from '../neutral/request.ts';

const names: Partial<Record<keyof NeutralRequest, string>> = {
  wantsUsage: 'stream_options.include_usage',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  answerFormat: 'response_format',
  maxTokens: 'max_completion_tokens',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  choices: 'n',
  logitBias: 'logit_bias',
  reasoning: 'reasoning_effort',
  cacheKey: 'prompt_cache_key',
  serviceTier: 'service_tier',
};

/** Where the client and we say the same, the word itself. */
export function fieldName(field: keyof NeutralRequest): string {
  return names[field] ?? field;
}
