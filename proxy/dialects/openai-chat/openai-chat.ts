// The dialect of /chat/completions and the older /completions, as spoken by OpenAI and dozens of others.
import type { Dialect } from '../dialect.ts';
import { openaiErrorBody } from '../openai/errors.ts';
import { chatRequestText } from '../openai/request-text.ts';
import { OpenaiChatReader } from './answer-reader.ts';

export const openaiChat: Dialect = {
  name: 'openai-chat',
  reader: () => new OpenaiChatReader(),
  isTerminal: (event) => event.data.trim() === '[DONE]',
  errorBody: openaiErrorBody,
  // OpenAI's SDKs throw on any chunk with an `error`; no [DONE] follows, so that nobody takes the stream for complete.
  errorEvent: (error) => `data: ${openaiErrorBody(error)}\n\n`,
  requestText: chatRequestText,
};
