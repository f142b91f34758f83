// Why a model on Bedrock stopped. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (stopReason)
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import { asText } from '../reading/json-reading.ts';

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  tool_use: 'tool_calls',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  guardrail_intervened: 'content_filter',
  content_filtered: 'content_filter',
  malformed_model_output: 'error',
  malformed_tool_use: 'error',
};

export function bedrockFinish(reason: unknown): Finish | null {
  const raw = asText(reason);
  return raw === '' ? null : { unified: finishReasons[raw] ?? 'other', raw };
}
