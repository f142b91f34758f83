// The dialect of /embeddings. Only usage and model are read; vectors are never part of an answer.
import type { Dialect, Reading } from '../dialect.ts';
import { openaiErrorBody } from '../openai/errors.ts';
import { embeddingsRequestText } from '../openai/request-text.ts';
import { OpenaiChatReader } from '../openai-chat/answer-reader.ts';

class EmbeddingsReader extends OpenaiChatReader {
  override reading(): Reading {
    return { ...super.reading(), answer: null, finish: null };
  }
}

export const openaiEmbeddings: Dialect = {
  name: 'openai-embeddings',
  reader: () => new EmbeddingsReader(),
  isTerminal: () => false,
  errorBody: openaiErrorBody,
  errorEvent: (error) => `data: ${openaiErrorBody(error)}\n\n`,
  requestText: embeddingsRequestText,
};
