// Builds an Observation: raw bytes are decoded in order, read, and timed by the chunk they came in.
import type { Reading } from '../dialects/dialect.ts';
import { dialects } from '../dialects/index.ts';
import {
  type BodyDecoder,
  createBodyDecoder,
  type DecodeLimits,
  defaultDecodeLimits,
  encodingsOf,
} from './body-decoder.ts';
import { ContentObserver, type Progress } from './content-observer.ts';
import type { Observation, ObservationOptions, Observed } from './observation.ts';
import { Timeline } from './timeline.ts';

/** `limits`: how much a body may unpack to before it is left alone, see DecodeLimits. */
export function createObservation(
  options: ObservationOptions,
  limits: DecodeLimits = defaultDecodeLimits,
): Observation {
  return new BodyObservation(options, limits);
}

class BodyObservation implements Observation {
  readonly #limits: DecodeLimits;
  readonly #reading: () => Reading;
  readonly #content: ContentObserver;
  readonly #timeline = new Timeline();
  readonly #decoder: BodyDecoder | null = null;
  /** Work on compressed chunks, one after the other. */
  #queue: Promise<void> = Promise.resolve();
  #progress: Progress = { events: 0, firstContent: false };
  #wireBytes = 0;
  #firstTokenMs: number | null = null;
  #lastMs = 0;
  #problem = '';
  #finished: Promise<Observed> | null = null;

  constructor(options: ObservationOptions, limits: DecodeLimits) {
    const dialect = dialects[options.dialect];
    const reader = dialect.reader(options.operation);
    this.#limits = limits;
    this.#reading = () => reader.reading();
    this.#content = new ContentObserver(options, dialect, reader);
    const encodings = encodingsOf(options.contentEncoding);
    if (encodings.length === 0) return;
    try {
      this.#decoder = createBodyDecoder(encodings, limits, (bytes) => this.#take(bytes));
    } catch (error) {
      this.#fail(error);
    }
  }

  push(bytes: Uint8Array, atMs: number): void {
    if (this.#finished !== null) return;
    this.#wireBytes += bytes.length;
    this.#lastMs = atMs;
    const decoder = this.#decoder;
    if (decoder === null || this.#problem !== '') {
      this.#follow(bytes.length, atMs, () => this.#takePlain(bytes));
      return;
    }
    // A copy: decoding happens later, and whoever pushed may use the memory again.
    const copy = Buffer.from(bytes);
    this.#queue = this.#queue.then(async () => {
      try {
        if (this.#problem === '') await decoder.push(copy);
      } catch (error) {
        this.#fail(error);
      }
      this.#note(copy.length, atMs);
    });
  }

  finish(): Promise<Observed> {
    this.#finished ??= this.#finish();
    return this.#finished;
  }

  async #finish(): Promise<Observed> {
    await this.#queue;
    try {
      if (this.#decoder !== null && this.#problem === '') await this.#decoder.end();
      this.#progress = merged(this.#progress, this.#content.end());
    } catch (error) {
      this.#fail(error);
    }
    if (this.#progress.events > 0) this.#note(0, this.#lastMs);
    const nothing = { stream: false, terminal: false, body: null, bodyCut: false, dropped: 0 };
    const { dropped, ...findings } = this.#guarded(() => this.#content.findings(this.#problem === ''), nothing);
    if (dropped > 0) this.#fail(new Error(`${dropped} events of the stream were too big to read`));
    const reading = this.#guarded(this.#reading, dialects.other.reader('other').reading());
    return {
      ...reading,
      ...findings,
      bodyCut: findings.bodyCut || (findings.body !== null && this.#problem !== ''),
      firstTokenMs: findings.stream ? this.#firstTokenMs : null,
      timeline: this.#timeline.steps(),
      wireBytes: this.#wireBytes,
      decodeProblem: this.#problem,
    };
  }

  /** Bytes that need no decoding are read at once; past the limit, or after a problem, they are only counted. */
  #takePlain(bytes: Uint8Array): void {
    if (this.#problem !== '') return;
    if (this.#wireBytes > this.#limits.bytes) throw new Error(`the body has more than ${this.#limits.bytes} bytes`);
    this.#take(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  }

  #take(bytes: Buffer): void {
    this.#progress = merged(this.#progress, this.#content.push(bytes));
  }

  #follow(bytes: number, atMs: number, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
    this.#note(bytes, atMs);
  }

  #note(bytes: number, atMs: number): void {
    this.#timeline.add(atMs, bytes, this.#progress.events);
    if (this.#progress.firstContent) this.#firstTokenMs ??= Math.max(0, Math.round(atMs));
    this.#progress = { events: 0, firstContent: false };
  }

  #fail(error: unknown): void {
    this.#problem ||= error instanceof Error ? error.message : String(error);
  }

  #guarded<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch (error) {
      this.#fail(error);
      return otherwise;
    }
  }
}

function merged(one: Progress, other: Progress): Progress {
  return { events: one.events + other.events, firstContent: one.firstContent || other.firstContent };
}
