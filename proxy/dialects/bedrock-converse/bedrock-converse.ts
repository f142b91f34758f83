// The dialect of Bedrock's Converse. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html and
// …/API_runtime_ConverseStream.html
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect, SpokenError } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { asObject, type JsonObject, objectsIn } from '../reading/json-reading.ts';
import { collect, jsonText, lines, type RequestText, roleOf, textOf } from '../reading/request-text.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { BedrockEventReader } from './event-reader.ts';
import { writeConverse } from './write-request.ts';

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
const exceptionsByStatus: Record<number, string> = {
  400: 'ValidationException',
  401: 'AccessDeniedException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
};

export const bedrockConverse: Dialect = {
  name: 'bedrock-converse',
  reader: (operation): AnswerReader =>
    operation === 'chat' ? assembledReader(new BedrockEventReader()) : silentReader('bedrock-converse'),
  isTerminal,
  errorBody,
  errorEvent,
  requestText,
  provider: { writeRequest: writeConverse, eventReader: () => new BedrockEventReader() },
};

/** Usage comes last, after messageStop. */
function isTerminal(event: StreamEvent): boolean {
  return event.name === 'metadata';
}

/** Amazon's SDKs make their exception of `__type` where no x-amzn-errortype header tells. */
function errorBody(error: SpokenError): string {
  const { code, exchangeId: requestId, message } = error;
  return JSON.stringify({ __type: exceptionOf(error), message, code, requestId });
}

/**
 * Text cannot be a frame of Amazon's stream, whose checksums are bytes: once one has begun, only breaking it off says that
 * it failed. This is for whoever serves Converse as server-sent events.
 */
function errorEvent(error: SpokenError): string {
  const data = { error: { type: exceptionOf(error), message: error.message }, requestId: error.exchangeId };
  return `event: error\ndata: ${JSON.stringify(data)}\n\n`;
}

function exceptionOf({ status }: SpokenError): string {
  return exceptionsByStatus[status] ?? (status >= 500 ? 'InternalServerException' : 'ValidationException');
}

function requestText(json: unknown): RequestText {
  const body = asObject(json) ?? {};
  const messages = objectsIn(body.messages).map((message) => ({
    role: roleOf(message),
    // A user message that only carries tool results is nobody's question.
    text: lines(...objectsIn(message.content).map((block) => textOf(block.text ?? []))),
    rest: lines(...objectsIn(message.content).map(unspokenText)),
  }));
  const spoken = collect(messages, textOf(body.system ?? []), jsonText(asObject(body.toolConfig)?.tools));
  return { lastUser: spoken.lastUser, all: lines(spoken.all, ...messages.map((message) => message.rest)) };
}

function unspokenText(block: JsonObject): string {
  const call = asObject(block.toolUse);
  const thought = asObject(asObject(block.reasoningContent)?.reasoningText);
  return lines(jsonText(call?.input), textOf(asObject(block.toolResult) ?? []), textOf(thought ?? []));
}
