// Knows on the hot path whether a stream has reached its dialect's end or reported an error, without parsing its content:
// events are searched for a few byte sequences, and only those that hold one are looked at closely.
import type { DialectName } from '../../contract/words.ts';
import { eventSplitterFor, framingOf } from './event-splitter.ts';
import { EventWatch } from './event-watch.ts';
import { LineSplitter } from './line-splitter.ts';
import { SseReader } from './sse-reader.ts';
import type { StreamEvent } from './stream-event.ts';
import { isIntact, isStreamError, type StreamSigns, signsOf } from './stream-signs.ts';

export interface TerminalWatch {
  /** The next bytes of the stream, decoded if they were compressed. Never throws, never changes them. */
  push(bytes: Uint8Array): void;
  /**
   * Read it when the stream has ended: true when the answer is complete. For OpenAI chat that is `[DONE]`, or a finish
   * reason followed by a clean end, because some providers leave `[DONE]` out; likewise Bedrock's messageStop. A format
   * without a closing event (dialect `other`) is always complete.
   */
  readonly sawTerminal: boolean;
  readonly sawError: boolean;
  /** True between events, where an event of ours can follow. */
  readonly atEventBoundary: boolean;
}

/** Lines longer than this are not looked at. A closing event is small, but for Gemini's last chunk and OpenAI's response. */
const maximumLineBytes = 8 * 1024 * 1024;

/** The `event:` line is one of these. */
const shortLineBytes = 64;

export function createTerminalWatch(dialect: DialectName, contentType = 'text/event-stream'): TerminalWatch {
  const signs = signsOf(dialect);
  const splitter = framingOf(contentType) === 'sse' ? null : eventSplitterFor(contentType);
  return splitter === null ? new MarkWatch(signs) : new EventWatch(signs, splitter);
}

class MarkWatch implements TerminalWatch {
  readonly #signs: StreamSigns;
  readonly #lines: LineSplitter;
  /** Lines of the event under way. A line without a mark matters only when another line has one. */
  #event: Buffer[] = [];
  #marked = false;
  #inEvent = false;
  #terminal = false;
  #finished = false;
  #error = false;

  constructor(signs: StreamSigns) {
    this.#signs = signs;
    this.#lines = new LineSplitter(maximumLineBytes, (line) => this.#line(line));
  }

  get sawTerminal(): boolean {
    if (!this.#signs.ends) return true;
    this.#judgeRest();
    return this.#terminal || this.#finished;
  }

  get sawError(): boolean {
    this.#judgeRest();
    return this.#error;
  }

  get atEventBoundary(): boolean {
    return !this.#inEvent && this.#lines.heldBytes === 0;
  }

  push(bytes: Uint8Array): void {
    this.#lines.push(bytes);
  }

  #line(line: Buffer | null): void {
    if (line === null) {
      this.#inEvent = true;
    } else if (line.length === 0) {
      if (this.#marked) this.#judge(eventsOf(this.#event));
      if (this.#event.length > 0) this.#event = [];
      this.#marked = false;
      this.#inEvent = false;
    } else {
      this.#inEvent = true;
      this.#keep(line);
    }
  }

  /** Keeps what the exact check needs: lines with a mark whole, and of the others only a short one, the event's name. */
  #keep(line: Buffer): void {
    const marked = this.#signs.marks.test(line.toString('latin1'));
    if (marked) this.#marked = true;
    if (marked || line.length <= shortLineBytes) this.#event.push(Buffer.from(line));
  }

  #judge(events: StreamEvent[]): void {
    for (const event of events) {
      this.#error ||= isStreamError(event);
      this.#terminal ||= this.#signs.isTerminal(event);
      this.#finished ||= this.#signs.isFinish(event);
    }
  }

  /** An event without its blank line at the end of the stream counts, as it does for the official clients. */
  #judgeRest(): void {
    if (this.atEventBoundary) return;
    const rest = this.#lines.unfinished();
    this.#judge(eventsOf(rest === null ? this.#event : [...this.#event, rest]).filter(isIntact));
  }
}

function eventsOf(lines: Buffer[]): StreamEvent[] {
  const reader = new SseReader();
  const events = lines.flatMap((line) => reader.push(line).concat(reader.push(Buffer.from('\n'))));
  return events.concat(reader.end());
}
