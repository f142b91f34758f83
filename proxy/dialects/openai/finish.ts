// Why an OpenAI-shaped answer stopped. Covers the words of those who speak the same format.
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import { asObject, asText, type JsonObject } from '../reading/json-reading.ts';

const chatReasons: Record<string, FinishReason> = {
  stop: 'stop',
  eos: 'stop',
  stop_sequence: 'stop',
  end_turn: 'stop',
  length: 'length',
  model_length: 'length',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_calls: 'tool_calls',
  tool_use: 'tool_calls',
  function_call: 'tool_calls',
  content_filter: 'content_filter',
  sensitive: 'content_filter',
  error: 'error',
  network_error: 'error',
  insufficient_system_resource: 'error',
};

/** From `finish_reason` of a choice; null while there is none. Some providers write "" until the last chunk. */
export function chatFinish(reason: unknown): Finish | null {
  const raw = asText(reason);
  return raw === '' ? null : { unified: chatReasons[raw.toLowerCase()] ?? 'other', raw };
}

/** From the response object of the responses API; null while it is queued or in progress. */
export function responsesFinish(response: JsonObject, calledTools: boolean): Finish | null {
  const status = asText(response.status);
  switch (status) {
    case 'completed':
    case 'complete':
      return { unified: calledTools ? 'tool_calls' : 'stop', raw: status };
    case 'incomplete': {
      const raw = asText(asObject(response.incomplete_details)?.reason) || status;
      if (raw === 'max_output_tokens') return { unified: 'length', raw };
      return { unified: raw === 'content_filter' ? 'content_filter' : 'other', raw };
    }
    case 'failed':
      return { unified: 'error', raw: status };
    case 'cancelled':
      return { unified: 'other', raw: status };
    default:
      return null;
  }
}
