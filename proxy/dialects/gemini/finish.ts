// Why Gemini stopped. It says STOP for tool calls too, and gives numbers in place of names where a client asked for them.
// https://ai.google.dev/api/generate-content#FinishReason
import type { Finish } from '../../../contract/answer.ts';
import type { FinishReason } from '../../../contract/words.ts';

const reasons: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
  MODEL_ARMOR: 'content_filter',
  MALFORMED_FUNCTION_CALL: 'error',
  UNEXPECTED_TOOL_CALL: 'error',
  TOO_MANY_TOOL_CALLS: 'error',
  MISSING_THOUGHT_SIGNATURE: 'error',
};

/** In the order of the protocol buffer's enum. */
const numbered = [
  'FINISH_REASON_UNSPECIFIED',
  'STOP',
  'MAX_TOKENS',
  'SAFETY',
  'RECITATION',
  'OTHER',
  'BLOCKLIST',
  'PROHIBITED_CONTENT',
  'SPII',
  'MALFORMED_FUNCTION_CALL',
];

/** Null while there is no reason. */
export function geminiFinish(reason: unknown, calledTools: boolean): Finish | null {
  if (typeof reason !== 'string' && typeof reason !== 'number') return null;
  const raw = String(reason);
  const name = typeof reason === 'number' ? (numbered[reason] ?? raw) : raw;
  if (name === '' || name === 'FINISH_REASON_UNSPECIFIED') return null;
  const unified = reasons[name] ?? 'other';
  return { unified: unified === 'stop' && calledTools ? 'tool_calls' : unified, raw };
}
