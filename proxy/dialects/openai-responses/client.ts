// What clients of /responses need: their requests read, their answers written.
import type { ClientSide } from '../dialect.ts';
import type { NeutralRequest } from '../neutral/request.ts';
import { ResponsesAnswerWriter } from './answer-writer.ts';
import { readResponsesRequest } from './read-request.ts';

/** Fields that are called otherwise here; what is left out has the same name, or none. */
const names: Partial<Record<keyof NeutralRequest, string>> = {
  messages: 'input',
  toolChoice: 'tool_choice',
  parallelToolCalls: 'parallel_tool_calls',
  answerFormat: 'text.format',
  maxTokens: 'max_output_tokens',
  topP: 'top_p',
  topK: 'top_k',
  presencePenalty: 'presence_penalty',
  frequencyPenalty: 'frequency_penalty',
  choices: 'n',
  logprobs: 'top_logprobs',
  logitBias: 'logit_bias',
  cacheKey: 'prompt_cache_key',
  serviceTier: 'service_tier',
};

export const responsesClient: ClientSide = {
  readRequest: readResponsesRequest,
  answerWriter: (context) => new ResponsesAnswerWriter(context),
  fieldName: (field) => names[field] ?? field,
};
