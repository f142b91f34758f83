// The framings in which providers stream: server-sent events, one JSON a line, Amazon's binary frames. Each makes the same
// events of the same bytes, however those were cut on the way.
import { AwsEventReader } from './aws-event-reader.ts';
import { NdjsonReader } from './ndjson-reader.ts';
import { SseReader } from './sse-reader.ts';
import type { StreamEvent } from './stream-event.ts';

export interface EventSplitter {
  /** Takes the next bytes and gives the events they complete. */
  push(bytes: Uint8Array): StreamEvent[];
  /** After the last byte: what was under way and may yet be an event. */
  end(): StreamEvent[];
  /** Events that were too big to keep. */
  readonly dropped: number;
  /** True between events. */
  readonly atEventBoundary: boolean;
}

export type Framing = 'sse' | 'ndjson' | 'aws';

/** Null: a body of this type is no stream of events. */
export function framingOf(contentType: string): Framing | null {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase() ?? '';
  if (type === 'text/event-stream') return 'sse';
  if (type === 'application/vnd.amazon.eventstream') return 'aws';
  return /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines)$/.test(type) ? 'ndjson' : null;
}

export function eventSplitterFor(contentType: string): EventSplitter | null {
  switch (framingOf(contentType)) {
    case 'sse':
      return new SseReader();
    case 'ndjson':
      return new NdjsonReader();
    case 'aws':
      return new AwsEventReader();
    default:
      return null;
  }
}
