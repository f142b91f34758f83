// The dialect of OpenAI's /responses and of its Realtime sessions, whose events are named alike; also spoken by OpenRouter, DeepSeek, Azure and Bedrock's compatible endpoint.
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { openaiErrorBody, responsesErrorEvent } from '../openai/errors.ts';
import { responsesRequestText } from '../openai/request-text.ts';
import { parseObject } from '../reading/json-reading.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { responsesClient } from './client.ts';
import { ResponsesEventReader } from './event-reader.ts';
import { RealtimeReader } from './realtime-reader.ts';
import { writeResponsesRequest } from './write-request.ts';

/** `response.done` ends a response of a Realtime session; over HTTP nobody sends it. */
const terminal = /^response\.(?:completed|incomplete|failed|done)$/;

export const openaiResponses: Dialect = {
  name: 'openai-responses',
  reader: (operation): AnswerReader => {
    if (operation === 'count_tokens') return silentReader('openai-responses');
    return operation === 'realtime' ? new RealtimeReader() : assembledReader(new ResponsesEventReader());
  },
  isTerminal,
  errorBody: openaiErrorBody,
  errorEvent: responsesErrorEvent,
  requestText: responsesRequestText,
  client: responsesClient,
  provider: { writeRequest: writeResponsesRequest, eventReader: () => new ResponsesEventReader() },
};

/** OpenRouter leaves the `event:` line out, so the type inside the data counts. There is no [DONE]. */
function isTerminal(event: StreamEvent): boolean {
  if (terminal.test(event.name)) return true;
  if (!/"response\.(?:completed|incomplete|failed|done)"/.test(event.data)) return false;
  const type = parseObject(event.data)?.type;
  return typeof type === 'string' && terminal.test(type);
}
