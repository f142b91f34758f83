// Which reader reads which dialect.
import type { DialectName } from '../../../contract/words.ts';
import { readAnthropicMessages } from './anthropic-messages.ts';
import { readCohere } from './cohere.ts';
import { readGemini } from './gemini.ts';
import { readOpenaiChat } from './openai-chat.ts';
import { readOpenaiResponses } from './openai-responses.ts';
import { asJsonText, asList, asObject } from './reading.ts';
import type { ReadTurns, Turn } from './turn.ts';

const readers: Record<DialectName, ReadTurns> = {
  'openai-chat': readOpenaiChat,
  'openai-responses': readOpenaiResponses,
  'openai-embeddings': (body) => inputTurns(body.input),
  'anthropic-messages': readAnthropicMessages,
  gemini: readGemini,
  cohere: readCohere,
  'bedrock-converse': readAnthropicMessages,
  'ollama-chat': readOpenaiChat,
  other: readOpenaiChat,
};

/** The turns of a request body, given as the text that was stored. Empty where there is nothing to show as a conversation. */
export function readConversation(dialect: DialectName, body: string): Turn[] {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return [];
  }
  return readers[dialect](asObject(json)).filter((turn) => turn.parts.length > 0);
}

function inputTurns(input: unknown): Turn[] {
  const inputs = typeof input === 'string' ? [input] : asList(input);
  return inputs.slice(0, 100).map((each) => ({ role: 'user', parts: [{ kind: 'text', text: asJsonText(each) }] }));
}
