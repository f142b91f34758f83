// What a client of /v1/messages calls the fields of the neutral request.
import type { NeutralRequest } from '../neutral/request.ts';

const names: Partial<Record<keyof NeutralRequest, string>> = {
  toolChoice: 'tool_choice',
  parallelToolCalls: 'tool_choice.disable_parallel_tool_use',
  answerFormat: 'output_config.format',
  maxTokens: 'max_tokens',
  topP: 'top_p',
  topK: 'top_k',
  stop: 'stop_sequences',
  reasoning: 'thinking',
  user: 'metadata.user_id',
  serviceTier: 'service_tier',
};

export function fieldName(field: keyof NeutralRequest): string {
  return names[field] ?? field;
}
