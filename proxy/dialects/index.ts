// Every dialect by name.
import type { DialectName } from '../../contract/words.ts';
import { anthropicMessages } from './anthropic-messages/anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse/bedrock-converse.ts';
import { cohere } from './cohere/cohere.ts';
import type { Dialect } from './dialect.ts';
import { gemini } from './gemini/gemini.ts';
import { ollamaChat } from './ollama-chat/ollama-chat.ts';
import { openaiChat } from './openai-chat/openai-chat.ts';
import { openaiEmbeddings } from './openai-embeddings/openai-embeddings.ts';
import { openaiResponses } from './openai-responses/openai-responses.ts';
import { other } from './other.ts';

export const dialects: Record<DialectName, Dialect> = {
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'openai-embeddings': openaiEmbeddings,
  'anthropic-messages': anthropicMessages,
  gemini,
  cohere,
  'bedrock-converse': bedrockConverse,
  'ollama-chat': ollamaChat,
  other,
};
