// The dialect of Ollama's own API: /api/chat, /api/generate and /api/embed. Streams are one JSON object a line.
// https://github.com/ollama/ollama/blob/main/docs/api.md
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect, SpokenError } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { asArray, asObject, asText, objectsIn, parseObject } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { embeddingsReader, ollamaEmbeddings } from './embeddings.ts';
import { OllamaEventReader } from './event-reader.ts';
import { writeOllama } from './write-request.ts';

export const ollamaChat: Dialect = {
  name: 'ollama-chat',
  reader(operation): AnswerReader {
    if (operation === 'chat' || operation === 'text_completion') return assembledReader(new OllamaEventReader());
    return operation === 'embeddings' ? embeddingsReader() : silentReader('ollama-chat');
  },
  isTerminal,
  errorBody,
  errorEvent: (error) => `event: error\ndata: ${errorBody(error)}\n\n`,
  requestText,
  provider: { writeRequest: writeOllama, eventReader: () => new OllamaEventReader() },
  embeddings: ollamaEmbeddings,
};

function isTerminal(event: StreamEvent): boolean {
  return event.data.includes('"done"') && parseObject(event.data)?.done === true;
}

/** Its clients read the text of `error` and nothing else. */
function errorBody(error: SpokenError): string {
  return JSON.stringify({ error: error.message, code: error.code, id: error.exchangeId });
}

/** /api/generate asks with `prompt` and `system`, /api/embed with `input`. */
function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    text: lines(textOf(message.content ?? []), asText(message.thinking), jsonText(message.tool_calls)),
  }));
  const asked = [body.prompt, ...asArray(typeof body.input === 'string' ? [body.input] : body.input)]
    .map(asText)
    .filter((text) => text !== '')
    .map((text) => ({ role: 'user', text }));
  return collect([...messages, ...asked], asText(body.system), jsonText(body.tools));
}
