// Events from newline-delimited JSON, as Ollama streams: each line that is not blank is the data of an event without a name.
import type { EventSplitter } from './event-splitter.ts';
import { LineSplitter } from './line-splitter.ts';
import type { StreamEvent } from './stream-event.ts';

const defaultMaximumBytes = 16 * 1024 * 1024;

export class NdjsonReader implements EventSplitter {
  readonly #lines: LineSplitter;
  #events: StreamEvent[] = [];
  #dropped = 0;

  /** `maximumBytes`: lines longer than this are dropped and counted. */
  constructor(maximumBytes: number = defaultMaximumBytes) {
    this.#lines = new LineSplitter(maximumBytes, (line) => this.#line(line));
  }

  get dropped(): number {
    return this.#dropped;
  }

  get atEventBoundary(): boolean {
    return this.#lines.heldBytes === 0;
  }

  push(bytes: Uint8Array): StreamEvent[] {
    this.#lines.push(bytes);
    return this.#taken();
  }

  /** Gives the line that lacks its end. */
  end(): StreamEvent[] {
    return this.atEventBoundary ? [] : this.push(Buffer.from('\n'));
  }

  #line(line: Buffer | null): void {
    if (line === null) {
      this.#dropped++;
      return;
    }
    const data = line.toString('utf8').trim();
    if (data !== '') this.#events.push({ name: '', data });
  }

  #taken(): StreamEvent[] {
    const events = this.#events;
    if (events.length > 0) this.#events = [];
    return events;
  }
}
