// Why a message stopped, in Anthropic's words and in ours. https://platform.claude.com/docs/en/api/handling-stop-reasons
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';
import { asText } from '../reading/json-reading.ts';

const finishReasons: Record<string, FinishReason> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

const stopReasons: Record<FinishReason, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  tool_calls: 'tool_use',
  content_filter: 'refusal',
  // Anthropic has no word for these; its SDKs know a closed set.
  error: 'end_turn',
  other: 'end_turn',
};

export function finishOf(reason: unknown): Finish | null {
  const raw = asText(reason);
  return raw === '' ? null : { unified: finishReasons[raw] ?? 'other', raw };
}

export interface Ending {
  finish: Finish | null;
  stopSequence: string;
  calledTools: boolean;
  refused: boolean;
}

/** A client goes on calling tools because of this word, so it says so wherever tools were called. */
export function stopReasonOf({ finish, stopSequence, calledTools, refused }: Ending): string {
  const known = finish !== null && finishReasons[finish.raw] === finish.unified;
  const reason = known ? finish.raw : stopReasons[finish?.unified ?? 'stop'];
  if (reason !== 'end_turn') return reason;
  if (calledTools) return 'tool_use';
  if (refused) return 'refusal';
  return stopSequence === '' ? 'end_turn' : 'stop_sequence';
}
