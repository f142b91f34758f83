// The dialect of Cohere's own API: /v2/chat, /v1/chat and /embed. https://docs.cohere.com/v2/reference/chat-stream
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect, SpokenError } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { asArray, asObject, asText, objectsIn, parseObject } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { cohereEmbeddings, embeddingsReader } from './embeddings.ts';
import { CohereEventReader } from './event-reader.ts';
import { writeCohere } from './write-request.ts';

export const cohere: Dialect = {
  name: 'cohere',
  reader(operation): AnswerReader {
    if (operation === 'chat') return assembledReader(new CohereEventReader());
    return operation === 'embeddings' ? embeddingsReader() : silentReader('cohere');
  },
  isTerminal,
  errorBody: (error) => JSON.stringify({ id: error.exchangeId, message: error.message }),
  errorEvent,
  requestText,
  provider: { writeRequest: writeCohere, eventReader: () => new CohereEventReader() },
  embeddings: cohereEmbeddings,
};

function isTerminal(event: StreamEvent): boolean {
  if (event.name === 'message-end' || event.data.trim() === '[DONE]') return true;
  return event.data.includes('"message-end"') && parseObject(event.data)?.type === 'message-end';
}

/** Cohere ends a failed stream with a message-end that says so. */
function errorEvent(error: SpokenError): string {
  const delta = { error: error.message, finish_reason: 'ERROR' };
  const data = { id: error.exchangeId, type: 'message-end', delta };
  return `event: message-end\ndata: ${JSON.stringify(data)}\n\n`;
}

/** v1 asks with `message`, `chat_history` and `preamble`; embeddings with `texts`. */
function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  if ('texts' in body || 'inputs' in body) {
    const texts = asArray(body.texts ?? body.inputs).map(textOf);
    return { lastUser: texts.findLast((text) => text !== '') ?? '', all: lines(...texts) };
  }
  const history = objectsIn(body.chat_history).map((turn) => ({ role: roleOf(turn), text: asText(turn.message) }));
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    text: lines(textOf(message.content ?? []), asText(message.tool_plan), jsonText(message.tool_calls)),
  }));
  const asked = asText(body.message);
  const turns = [...history, ...messages, ...(asked === '' ? [] : [{ role: 'user', text: asked }])];
  return collect(turns, asText(body.preamble), jsonText(body.tools), jsonText(body.documents));
}
