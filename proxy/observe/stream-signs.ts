// What to look for in a stream to know that it has ended or failed: bytes that are cheap to find, and an exact check for the
// few events in which they occur. Content can hold the same words, but inside a JSON string its quotes are escaped.
import type { DialectName } from '../../contract/words.ts';
import { dialects } from '../dialects/index.ts';
import type { StreamEvent } from './stream-event.ts';

export interface StreamSigns {
  /** Whether a stream of this dialect has an end to wait for at all. */
  readonly ends: boolean;
  /** Found in a line (read as latin1), or in the name or the data, of an event that is worth the exact check. */
  readonly marks: RegExp;
  isTerminal(event: StreamEvent): boolean;
  /** True for a chunk after which a clean end of the stream is a complete answer, although the closing event is missing. */
  isFinish(event: StreamEvent): boolean;
}

const error = '"error"|event: ?error';
const marks: Record<DialectName, string> = {
  // A reason with its opening quote, because most providers write `"finish_reason":null` into every chunk.
  'openai-chat': String.raw`\[DONE\]|"finish_reason": ?"`,
  'openai-responses': String.raw`response\.(?:completed|incomplete|failed)`,
  'openai-embeddings': error,
  'anthropic-messages': 'message_stop',
  gemini: '"finishReason"|"blockReason"',
  cohere: String.raw`message-end|\[DONE\]`,
  // Names of events, which stand beside their data.
  'bedrock-converse': 'messageStop|metadata',
  'ollama-chat': '"done": ?true',
  other: String.raw`\[DONE\]`,
};

/** Of a chunk that says why a choice stopped. Many providers write null, some "", until there is a reason. */
const finishReason = /"finish_reason"\s*:\s*"[^"]/;

export function signsOf(dialect: DialectName): StreamSigns {
  return {
    ends: dialect !== 'other' && dialect !== 'openai-embeddings',
    marks: new RegExp(`${marks[dialect]}|${error}`),
    isTerminal: (event) => dialects[dialect].isTerminal(event),
    isFinish: (event) => isFinish(dialect, event),
  };
}

/** Usage follows Bedrock's messageStop, but an answer without it is whole all the same. */
function isFinish(dialect: DialectName, event: StreamEvent): boolean {
  if (dialect === 'bedrock-converse') return event.name === 'messageStop';
  return dialect === 'openai-chat' && finishReason.test(event.data);
}

/** Whether an event that lacks its blank line came whole: its name alone says nothing when its data was torn. */
export function isIntact(event: StreamEvent): boolean {
  if (event.data.trim() === '[DONE]') return true;
  try {
    JSON.parse(event.data);
    return true;
  } catch {
    return false;
  }
}

/** An error that the provider reports inside a stream, in whichever dialect. */
export function isStreamError(event: StreamEvent): boolean {
  if (event.name === 'error' || event.name === 'response.failed') return true;
  if (!/"error"|"response\.failed"/.test(event.data)) return false;
  try {
    const data: unknown = JSON.parse(event.data);
    return typeof data === 'object' && data !== null && saysError(data as Record<string, unknown>);
  } catch {
    return false;
  }
}

function saysError(data: Record<string, unknown>): boolean {
  if (data.type === 'error' || data.type === 'response.failed') return true;
  // Cohere closes a failed stream with a message-end whose delta says so.
  const delta = data.type === 'message-end' ? (data.delta as Record<string, unknown> | null) : null;
  const error = data.error ?? delta?.error;
  return typeof error === 'string' ? error !== '' : typeof error === 'object' && error !== null;
}
