// Collects the text of a request, piece by piece, for previews and token estimates.
import { asArray, asObject, asText } from './json-reading.ts';

export interface RequestText {
  lastUser: string;
  all: string;
}

/** Parts of a message that hold text, in all dialects: `{text}` of many types, and results of tools. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  const part = asObject(content);
  if (part === null) {
    return asArray(content)
      .map(textOf)
      .filter((text) => text !== '')
      .join('\n');
  }
  if (typeof part.text === 'string') return part.text;
  return textOf(part.content ?? part.parts ?? part.output ?? part.thinking ?? []);
}

/** Puts pieces on lines of their own, leaving out empty ones. */
export function lines(...pieces: string[]): string {
  return pieces.filter((piece) => piece !== '').join('\n');
}

/** What a model reads of tools, schemas and the like: their JSON; empty when there are none. */
export function jsonText(value: unknown): string {
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

export interface SpokenMessage {
  role: string;
  text: string;
}

/** The last message of a user that has text (a tool result is none), and everything. */
export function collect(messages: SpokenMessage[], ...around: string[]): RequestText {
  const lastUser = messages.findLast((message) => message.role === 'user' && message.text !== '')?.text ?? '';
  return { lastUser, all: lines(...around, ...messages.map((message) => message.text)) };
}

export function roleOf(message: Record<string, unknown>): string {
  return asText(message.role).toLowerCase();
}
