// The dialect of /chat/completions and the older /completions, as spoken by OpenAI and dozens of others.
import type { Dialect } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { openaiErrorBody } from '../openai/errors.ts';
import { chatRequestText } from '../openai/request-text.ts';
import { ChatAnswerWriter } from './answer-writer.ts';
import { ChatEventReader } from './event-reader.ts';
import { fieldName } from './field-names.ts';
import { readChatRequest } from './request-reader.ts';
import { writeChatRequest } from './request-writer.ts';

export const openaiChat: Dialect = {
  name: 'openai-chat',
  reader: () => assembledReader(new ChatEventReader()),
  isTerminal: (event) => event.data.trim() === '[DONE]',
  errorBody: openaiErrorBody,
  // OpenAI's SDKs throw on any chunk with an `error`; no [DONE] follows, so that nobody takes the stream for complete.
  errorEvent: (error) => `data: ${openaiErrorBody(error)}\n\n`,
  requestText: chatRequestText,
  client: {
    readRequest: readChatRequest,
    answerWriter: (context) => new ChatAnswerWriter(context),
    fieldName,
  },
  provider: { writeRequest: writeChatRequest, eventReader: () => new ChatEventReader() },
};
