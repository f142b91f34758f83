// The dialect of Anthropic's /v1/messages. https://platform.claude.com/docs/en/api/errors and …/build-with-claude/streaming
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect, SpokenError } from '../dialect.ts';
import { asObject, asText, objectsIn, parseObject } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { AnthropicReader } from './answer-reader.ts';

const typesByStatus: Record<number, string> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};
const knownTypes = new Set([...Object.values(typesByStatus), 'api_error']);

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  reader: (operation): AnswerReader =>
    operation === 'chat' ? new AnthropicReader() : silentReader('anthropic-messages'),
  isTerminal,
  errorBody,
  errorEvent: (error) => `event: error\ndata: ${errorBody(error)}\n\n`,
  requestText,
};

function isTerminal(event: StreamEvent): boolean {
  if (event.name !== '') return event.name === 'message_stop';
  return event.data.includes('message_stop') && parseObject(event.data)?.type === 'message_stop';
}

/** SDKs know a closed set of types, so ours are translated; our own code goes into the details. */
function errorBody(error: SpokenError): string {
  const fallback = typesByStatus[error.status] ?? (error.status >= 500 ? 'api_error' : 'invalid_request_error');
  return JSON.stringify({
    type: 'error',
    error: {
      type: knownTypes.has(error.type) ? error.type : fallback,
      message: error.message,
      details: { error_code: error.code },
    },
    request_id: error.exchangeId,
  });
}

function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    // A user message that only carries tool results is nobody's question.
    text: spokenText(message.content),
    rest: lines(...objectsIn(message.content).map((block) => unspokenText(block))),
  }));
  const spoken = collect(messages, textOf(body.system ?? []), jsonText(body.tools));
  return { lastUser: spoken.lastUser, all: lines(spoken.all, ...messages.map((message) => message.rest)) };
}

function spokenText(content: unknown): string {
  if (typeof content === 'string') return content;
  return lines(...objectsIn(content).map((block) => (block.type === 'text' ? asText(block.text) : '')));
}

function unspokenText(block: Record<string, unknown>): string {
  if (block.type === 'tool_use') return jsonText(block.input);
  return block.type === 'text' ? '' : textOf(block);
}
