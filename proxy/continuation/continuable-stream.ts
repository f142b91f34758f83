// An answer in the client's own format that passes as it came, event by event, so that another model can go on with it: a
// torn event and an event that reports a failure stay here until it is known whether anybody does.
import type { EventReader } from '../dialects/dialect.ts';
import type { NeutralError } from '../dialects/neutral/error.ts';
import { SseReader } from '../observe/sse-reader.ts';
import type { ContinuableWriter } from './continuable-writer.ts';
import { WholeEvents } from './whole-events.ts';

export class ContinuableStream {
  /** Has written what the client was sent, though nobody has seen it. */
  readonly writer: ContinuableWriter;
  readonly #reader: EventReader;
  readonly #whole = new WholeEvents();
  readonly #splitter = new SseReader();
  #error: NeutralError | null = null;
  #behind: Buffer[] = [];

  constructor(reader: EventReader, writer: ContinuableWriter) {
    this.#reader = reader;
    this.writer = writer;
  }

  /** What the provider reported inside its answer. */
  get error(): NeutralError | null {
    return this.#error;
  }

  /** What may leave now. */
  push(bytes: Buffer): Buffer {
    const passing: Buffer[] = [];
    for (const event of this.#whole.push(bytes)) {
      if (!this.#error) this.#read(event);
      if (this.#error) this.#behind.push(Buffer.from(event));
      else passing.push(event);
    }
    return passing.length === 1 ? (passing[0] as Buffer) : Buffer.concat(passing);
  }

  /** Has the writer know everything that has left. */
  settle(): void {
    for (const neutral of this.#reader.end()) if (neutral.type === 'text') this.writer.event(neutral);
  }

  /** What was kept back, for when nobody goes on. */
  rest(): Buffer {
    return Buffer.concat([...this.#behind.splice(0), this.#whole.rest()]);
  }

  #read(event: Buffer): void {
    for (const said of this.#splitter.push(event)) {
      for (const neutral of this.#reader.event(said)) {
        if (neutral.type === 'error') this.#error ??= neutral.error;
        else this.writer.event(neutral);
      }
    }
  }
}
