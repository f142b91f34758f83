// The dialect of /embeddings. For the record only usage and model are read; vectors are never part of an answer.
import type { AnswerReader, Dialect } from '../dialect.ts';
import { assembledReader } from '../neutral/assembled-reader.ts';
import { openaiErrorBody } from '../openai/errors.ts';
import { embeddingsRequestText } from '../openai/request-text.ts';
import { ChatEventReader } from '../openai-chat/event-reader.ts';
import { openaiEmbeddingsProvider } from './provider-side.ts';

/** The chat format without choices. */
function usageReader(): AnswerReader {
  const reader = assembledReader(new ChatEventReader());
  return {
    event: (event) => reader.event(event),
    whole: (json) => reader.whole(json),
    reading: () => ({ ...reader.reading(), answer: null, finish: null }),
  };
}

export const openaiEmbeddings: Dialect = {
  name: 'openai-embeddings',
  reader: usageReader,
  isTerminal: () => false,
  errorBody: openaiErrorBody,
  errorEvent: (error) => `data: ${openaiErrorBody(error)}\n\n`,
  requestText: embeddingsRequestText,
  embeddings: openaiEmbeddingsProvider,
};
