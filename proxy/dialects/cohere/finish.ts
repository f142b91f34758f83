// Why Cohere stopped. https://docs.cohere.com/v2/reference/chat (finish_reason); v1 says COMPLETE for tool calls too.
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import { asText } from '../reading/json-reading.ts';

const finishReasons: Record<string, FinishReason> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop',
  MAX_TOKENS: 'length',
  ERROR_LIMIT: 'length',
  TOOL_CALL: 'tool_calls',
  ERROR_TOXIC: 'content_filter',
  ERROR: 'error',
  TIMEOUT: 'error',
};

export function cohereFinish(reason: unknown, calledTools: boolean): Finish | null {
  const raw = asText(reason);
  if (raw === '') return null;
  const unified = finishReasons[raw] ?? 'other';
  return { unified: unified === 'stop' && calledTools ? 'tool_calls' : unified, raw };
}
