// Server-sent events from bytes, by WHATWG HTML 9.2.6, in any split. One difference: an event that the end of the stream cut
// off before its blank line is still given, as the official clients do.
import type { EventSplitter } from './event-splitter.ts';
import { LineSplitter } from './line-splitter.ts';
import type { StreamEvent } from './stream-event.ts';

const defaultMaximumBytes = 16 * 1024 * 1024;
const COLON = 0x3a;
const SPACE = 0x20;
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf]);

export class SseReader implements EventSplitter {
  readonly #maximumBytes: number;
  readonly #lines: LineSplitter;
  #events: StreamEvent[] = [];
  #first = true;
  #name = '';
  #data: string[] = [];
  #bytes = 0;
  #oversize = false;
  #inEvent = false;
  #dropped = 0;

  /** `maximumBytes`: events with more data than this are dropped and counted. */
  constructor(maximumBytes: number = defaultMaximumBytes) {
    this.#maximumBytes = maximumBytes;
    this.#lines = new LineSplitter(maximumBytes, (line) => this.#line(line));
  }

  /** Events that were too big to keep. */
  get dropped(): number {
    return this.#dropped;
  }

  /** True between events: nothing has come since the last blank line. */
  get atEventBoundary(): boolean {
    return !this.#inEvent && this.#lines.heldBytes === 0;
  }

  /** Takes the next bytes and gives the events they complete. */
  push(bytes: Uint8Array): StreamEvent[] {
    this.#lines.push(bytes);
    return this.#taken();
  }

  /** Gives the event that was under way, if its data had begun. */
  end(): StreamEvent[] {
    const rest = this.#lines.unfinished();
    if (rest !== null) this.#line(rest);
    this.#line(Buffer.alloc(0));
    return this.#taken();
  }

  #taken(): StreamEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }

  #line(line: Buffer | null): void {
    if (line === null) {
      this.#oversize = true;
      this.#inEvent = true;
      return;
    }
    const start = this.#first && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0;
    this.#first = false;
    if (line.length === start) {
      this.#dispatch();
    } else {
      this.#inEvent = true;
      this.#field(start === 0 ? line : line.subarray(start));
    }
  }

  #field(line: Buffer): void {
    const colon = line.indexOf(COLON);
    if (colon === 0) return;
    const field = line.toString('latin1', 0, colon === -1 ? line.length : colon);
    const start = colon === -1 ? line.length : line[colon + 1] === SPACE ? colon + 2 : colon + 1;
    if (field === 'event') this.#name = line.toString('utf8', start);
    else if (field === 'data') this.#addData(line, start);
  }

  #addData(line: Buffer, start: number): void {
    this.#bytes += line.length - start;
    if (this.#bytes > this.#maximumBytes) this.#oversize = true;
    else this.#data.push(line.toString('utf8', start));
  }

  #dispatch(): void {
    if (this.#oversize) this.#dropped++;
    else if (this.#data.length > 0) this.#events.push({ name: this.#name, data: this.#data.join('\n') });
    this.#name = '';
    this.#data = [];
    this.#bytes = 0;
    this.#oversize = false;
    this.#inEvent = false;
  }
}
