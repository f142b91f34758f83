// Answers of /responses for the suites about them: written by us, read by us, and what they say in all.
import type { EventReader, Reading } from '../../proxy/dialects/dialect.ts';
import { assembledReader } from '../../proxy/dialects/neutral/assembled-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { emptyRequest, type NeutralRequest } from '../../proxy/dialects/neutral/request.ts';
import { responsesClient } from '../../proxy/dialects/openai-responses/client.ts';
import { ResponsesEventReader } from '../../proxy/dialects/openai-responses/event-reader.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';
import type { Loose } from './rules/shape.ts';

function writer(request: Partial<NeutralRequest> = {}) {
  return responsesClient.answerWriter({
    exchangeId: '0192f0c1-0000-7000-8000-000000000001',
    created: 1_790_000_000,
    model: 'asked-model',
    request: { ...emptyRequest(), ...request },
    costOf: (_usage, reported) => (reported === null ? 0.25 : Number(reported)),
  });
}

export function written(events: readonly NeutralEvent[], request: Partial<NeutralRequest> = {}) {
  const made = writer(request);
  const text = events.map((event) => made.event(event)).join('') + made.end();
  const stream = new SseReader().push(Buffer.from(text));
  return { text, stream, data: stream.map(({ data }) => JSON.parse(data) as Loose), whole: made.whole() as Loose };
}

export const eventsOf = (stream: readonly StreamEvent[], reader = new ResponsesEventReader()): NeutralEvent[] =>
  stream.flatMap((event) => [...reader.event(event)]);

/** What events say in all. */
export function readingOf(events: readonly NeutralEvent[]): Reading {
  const told: EventReader = { event: () => events, whole: () => [], end: () => [] };
  const reader = assembledReader(told);
  reader.event({ name: '', data: '' });
  return reader.reading();
}

/** Of a reading, what the format can carry; the raw reason and the raw usage become OpenAI's own. */
export function comparable({ answer, finish, responseId, responseModel, usage }: Reading) {
  const { raw: _, ...counts } = usage;
  return { answer, finish: finish?.unified, responseId, responseModel, counts };
}
