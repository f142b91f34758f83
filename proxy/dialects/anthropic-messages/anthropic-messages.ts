// The dialect of Anthropic's /v1/messages. https://platform.claude.com/docs/en/api/messages and …/build-with-claude/streaming
import type { StreamEvent } from '../../observe/stream-event.ts';
import type { AnswerReader, Dialect } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { parseObject } from '../reading/json-reading.ts';
import { silentReader } from '../reading/silent-reader.ts';
import { AnthropicAnswerWriter } from './answer-writer.ts';
import { errorBody, errorEvent } from './errors.ts';
import { AnthropicEventReader } from './event-reader.ts';
import { fieldName } from './field-names.ts';
import { readRequest } from './read-request.ts';
import { requestText } from './request-text.ts';
import { writeRequest } from './write-request.ts';

export const anthropicMessages: Dialect = {
  name: 'anthropic-messages',
  reader: (operation): AnswerReader =>
    operation === 'chat' ? assembledReader(new AnthropicEventReader()) : silentReader('anthropic-messages'),
  isTerminal,
  errorBody,
  errorEvent,
  requestText,
  client: { readRequest, answerWriter: (context) => new AnthropicAnswerWriter(context), fieldName },
  provider: { writeRequest, eventReader: () => new AnthropicEventReader() },
};

function isTerminal(event: StreamEvent): boolean {
  if (event.name !== '') return event.name === 'message_stop';
  return event.data.includes('message_stop') && parseObject(event.data)?.type === 'message_stop';
}
