// A provider that takes part in a conversation: it hears what it is told in its own format, and answers in it.
import type { Heard, ScriptedTurn } from './script.ts';

// biome-ignore lint/suspicious/noExplicitAny: a provider's JSON, read as loosely as can be
export type Loose = any;

/** What one provider has given out in one conversation and wants back: under the id of a call, or its name and arguments. */
export type Memory = Map<string, string>;

export interface Asked {
  path: string;
  body: Loose;
}

export interface Answered {
  contentType: string;
  text: string;
}

export interface Talker {
  name: string;
  heard(body: Loose): Heard;
  /** What of its own it misses, a line each. */
  missing(body: Loose, memory: Memory): string[];
  streams(asked: Asked): boolean;
  answer(turn: ScriptedTurn, options: { stream: boolean; memory: Memory; newId(): string }): Answered;
}

export const sse = (events: (Loose | string)[]): Answered => ({
  contentType: 'text/event-stream',
  text: events.map((event) => (typeof event === 'string' ? event : `data: ${JSON.stringify(event)}\n\n`)).join(''),
});

export const json = (body: Loose): Answered => ({ contentType: 'application/json', text: JSON.stringify(body) });

/** Text of a message that is a string or a list of parts. */
export const textIn = (content: Loose): string =>
  typeof content === 'string'
    ? content
    : (content ?? [])
        .map((part: Loose) => (part.type === undefined || part.type === 'text' ? (part.text ?? '') : ''))
        .join('');
