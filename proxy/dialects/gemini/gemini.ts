// The dialect of Google's Gemini API and of Gemini on Vertex AI. https://ai.google.dev/api/generate-content
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect, SpokenError } from '../dialect.ts';
import { asObject, asText, type JsonObject, objectsIn, parseObject } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { geminiEmbeddings } from './embeddings.ts';
import { GeminiEventReader } from './event-reader.ts';
import { geminiFinish } from './finish.ts';
import { geminiEmbeddingsReader, geminiReader } from './readers.ts';
import { writeRequest } from './write-request.ts';

/** https://cloud.google.com/apis/design/errors#handling_errors */
const statuses: Record<number, string> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  409: 'ABORTED',
  413: 'INVALID_ARGUMENT',
  429: 'RESOURCE_EXHAUSTED',
  499: 'CANCELLED',
  501: 'UNIMPLEMENTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

export const gemini: Dialect = {
  name: 'gemini',
  reader(operation): AnswerReader {
    // What is asked in another format and answered in this one is a chat.
    if (operation === 'generate_content' || operation === 'chat') return geminiReader();
    return operation === 'embeddings' ? geminiEmbeddingsReader() : silentReader('gemini');
  },
  isTerminal,
  errorBody,
  errorEvent: (error) => `data: ${errorBody(error)}\n\n`,
  requestText,
  provider: { writeRequest, eventReader: () => new GeminiEventReader() },
  embeddings: geminiEmbeddings,
};

/** No closing event exists: the chunk with a finish reason is the last that matters, or one that says the prompt was blocked. */
function isTerminal(event: StreamEvent): boolean {
  if (!/"(?:finishReason|blockReason)"/.test(event.data)) return false;
  const chunk = parseObject(event.data);
  if (asText(asObject(chunk?.promptFeedback)?.blockReason) !== '') return true;
  return objectsIn(chunk?.candidates).some((candidate) => geminiFinish(candidate.finishReason, false) !== null);
}

function errorBody(error: SpokenError): string {
  const status = statuses[error.status] ?? (error.status >= 500 ? 'INTERNAL' : 'FAILED_PRECONDITION');
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: error.code, domain: 'sightline' },
    { '@type': 'type.googleapis.com/google.rpc.RequestInfo', requestId: error.exchangeId },
  ];
  return JSON.stringify({ error: { code: error.status, message: error.message, status, details } });
}

function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const messages = contentsOf(body).map((content) => ({
    // Google reads contents without a role as the user's. A result of a function is nobody's question.
    role: roleOf(content) || 'user',
    text: textOf(content.parts ?? []),
    calls: lines(...objectsIn(content.parts).map(callText)),
  }));
  const system = textOf(body.systemInstruction ?? body.system_instruction ?? []);
  const spoken = collect(messages, system, jsonText(body.tools));
  return { lastUser: spoken.lastUser, all: lines(spoken.all, ...messages.map((message) => message.calls)) };
}

/** `contents` of a generation, `content` of one embedding, or those of a batch; each may be a bare string. */
function contentsOf(body: JsonObject): JsonObject[] {
  const batch = objectsIn(body.requests).map((request) => request.content);
  const single = body.content ?? body.contents ?? [];
  const contents = batch.length > 0 ? batch : Array.isArray(single) ? single : [single];
  return objectsIn(contents.map((content) => (typeof content === 'string' ? { parts: [{ text: content }] } : content)));
}

function callText(part: JsonObject): string {
  return lines(jsonText(asObject(part.functionCall)?.args), jsonText(asObject(part.functionResponse)?.response));
}
