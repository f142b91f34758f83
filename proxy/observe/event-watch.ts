// The terminal watch for framings other than server-sent events: their events have to be cut out before anything can be
// searched in them.
import type { EventSplitter } from './event-splitter.ts';
import type { StreamEvent } from './stream-event.ts';
import { isIntact, isStreamError, type StreamSigns } from './stream-signs.ts';
import type { TerminalWatch } from './terminal-watch.ts';

export class EventWatch implements TerminalWatch {
  readonly #signs: StreamSigns;
  readonly #splitter: EventSplitter;
  #terminal = false;
  #error = false;

  constructor(signs: StreamSigns, splitter: EventSplitter) {
    this.#signs = signs;
    this.#splitter = splitter;
  }

  get sawTerminal(): boolean {
    if (!this.#signs.ends) return true;
    this.#judge(this.#splitter.end().filter(isIntact));
    return this.#terminal;
  }

  get sawError(): boolean {
    this.#judge(this.#splitter.end().filter(isIntact));
    return this.#error;
  }

  get atEventBoundary(): boolean {
    return this.#splitter.atEventBoundary;
  }

  push(bytes: Uint8Array): void {
    this.#judge(this.#splitter.push(bytes));
  }

  #judge(events: StreamEvent[]): void {
    for (const event of events) {
      if (!this.#signs.marks.test(event.name) && !this.#signs.marks.test(event.data)) continue;
      this.#error ||= isStreamError(event);
      this.#terminal ||= this.#signs.isTerminal(event) || this.#signs.isFinish(event);
    }
  }
}
