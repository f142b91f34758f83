// Makers and readers of Anthropic's answers for the suites beside. Not a suite itself.
import { unknownUsage } from '../../contract/usage.ts';
import { AnthropicAnswerWriter } from '../../proxy/dialects/anthropic-messages/answer-writer.ts';
import { AnthropicEventReader } from '../../proxy/dialects/anthropic-messages/event-reader.ts';
import type { Reading } from '../../proxy/dialects/dialect.ts';
import { assembledReader } from '../../proxy/dialects/neutral/assembled-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { emptyRequest } from '../../proxy/dialects/neutral/request.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';

// biome-ignore lint/suspicious/noExplicitAny: bodies are looked into as they are
export type Loose = any;

export const writer = (): AnthropicAnswerWriter =>
  new AnthropicAnswerWriter({
    exchangeId: '0192f0c1-0000-7000-8000-000000000001',
    created: 1,
    model: 'asked-model',
    request: emptyRequest(),
    costOf: () => 0.25,
  });
export const streamOf = (events: NeutralEvent[]): string => {
  const made = writer();
  return events.map((event) => made.event(event)).join('') + made.end();
};
export const wholeOf = (events: NeutralEvent[]): Loose => {
  const made = writer();
  for (const event of events) made.event(event);
  return JSON.parse(JSON.stringify(made.whole()));
};
export const split = (text: string): StreamEvent[] => new SseReader().push(Buffer.from(text));
export const dataOf = (text: string): Loose[] => split(text).map((event) => JSON.parse(event.data));
export const read = (events: StreamEvent[]): Reading => {
  const reader = assembledReader(new AnthropicEventReader());
  for (const event of events) reader.event(event);
  return reader.reading();
};
export const readWhole = (json: unknown): Reading => {
  const reader = assembledReader(new AnthropicEventReader());
  reader.whole(json);
  return reader.reading();
};

export const start: NeutralEvent = { type: 'start', id: 'chatcmpl-1', model: 'gpt' };
export const text = (words: string): NeutralEvent => ({ type: 'text', choice: 0, text: words });
export const thought = (block: number, words: string): NeutralEvent => ({
  type: 'reasoning',
  choice: 0,
  block,
  text: words,
});
export const call = (index: number, name = 'add'): NeutralEvent => {
  return { type: 'tool-call', choice: 0, call: index, id: `id${index}`, name, seal: null };
};
export const piece = (index: number, json: string): NeutralEvent => {
  return { type: 'tool-arguments', choice: 0, call: index, text: json };
};
export const finish = (
  unified: 'stop' | 'length' | 'content_filter',
  raw = unified as string,
  stopSequence = '',
): NeutralEvent => {
  return { type: 'finish', choice: 0, finish: { unified, raw }, stopSequence };
};
export const seal = (block: number, kind: 'signature' | 'redacted', value: string): NeutralEvent => {
  return { type: 'reasoning-seal', choice: 0, block, seal: { origin: 'anthropic', kind, value, id: '' } };
};
export const usage: NeutralEvent = {
  type: 'usage',
  usage: {
    ...unknownUsage,
    inputUncached: 5,
    inputCacheRead: 7,
    inputCacheWrite1h: 2,
    outputText: 3,
    outputReasoning: 1,
  },
  reportedCost: null,
};

/**
 * What two readings of one answer have in common: thoughts of one block that stood apart are blocks of their own afterwards,
 * and arguments may be spaced otherwise.
 */
export function withoutRaw({ usage: counted, answer, ...rest }: Reading) {
  const { raw, ...counts } = counted;
  const reasoning = answer?.reasoning.replaceAll('\n\n', '');
  const toolCalls = answer?.toolCalls.map((made) => ({ ...made, arguments: JSON.parse(made.arguments) }));
  return { ...rest, counts, answer: answer && { ...answer, reasoning, toolCalls } };
}
