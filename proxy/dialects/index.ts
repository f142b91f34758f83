// Every dialect by name.
import type { DialectName } from '../../contract/words.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { cohere } from './cohere.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini.ts';
import { openaiChat } from './openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings.ts';
import { openaiResponses } from './openai-responses.ts';
import { other } from './other.ts';

export const dialects: Record<DialectName, Dialect> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-embeddings': openaiEmbeddings,
  'anthropic-messages': anthropicMessages,
  gemini,
  cohere,
  other,
};
