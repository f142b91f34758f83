// Follows the decoded bytes of one response: finds out what form they have, feeds the dialect's reader, and keeps the text of
// what is not a stream. Knows nothing of encodings and never looks at a clock.
import type { AnswerReader, Dialect } from '../dialects/dialect.ts';
import { readField, scanTopLevel } from '../dialects/reading/top-level-fields.ts';
import { type BodyForm, cutText, formOf, promisesJson } from './body-form.ts';
import { type EventSplitter, eventSplitterFor, framingOf } from './event-splitter.ts';
import type { ObservationOptions } from './observation.ts';
import { SseReader } from './sse-reader.ts';
import type { StreamEvent } from './stream-event.ts';
import { isIntact } from './stream-signs.ts';

export interface ContentFindings {
  stream: boolean;
  terminal: boolean;
  body: string | null;
  bodyCut: boolean;
  /** Events of a stream that were too big to read. */
  dropped: number;
}

/** What came of some bytes: how many events they completed, and whether the first content of the answer was among them. */
export interface Progress {
  events: number;
  firstContent: boolean;
}

export class ContentObserver {
  readonly #options: ObservationOptions;
  readonly #dialect: Dialect;
  readonly #reader: AnswerReader;
  readonly #splitter: EventSplitter;
  #form: BodyForm | null = null;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #sawContent = false;
  #sawTerminal = false;
  #whole = false;
  /** The body as text, where it had to be read whole anyway. */
  #text: string | null = null;

  constructor(options: ObservationOptions, dialect: Dialect, reader: AnswerReader) {
    this.#options = options;
    this.#dialect = dialect;
    this.#reader = reader;
    // Whether a body is one of server-sent events its first bytes tell; the other framings go by their type alone, and only
    // where somebody can read what is in them.
    const framing = dialect.name === 'other' ? null : framingOf(options.contentType);
    const native = framing === 'ndjson' || framing === 'aws' ? eventSplitterFor(options.contentType) : null;
    this.#splitter = native ?? new SseReader();
    if (native) this.#form = 'events';
  }

  push(bytes: Buffer): Progress {
    if (this.#form === 'events') return this.#read(this.#splitter.push(bytes));
    // Of a text no more is kept than will be shown; JSON is needed whole.
    const enough = this.#form === 'text' && this.#keptBytes > this.#options.captureBytes;
    if (!enough && this.#form !== 'binary') {
      this.#kept.push(Buffer.from(bytes));
      this.#keptBytes += bytes.length;
    }
    return this.#form === null ? this.#decide(false) : { events: 0, firstContent: false };
  }

  /** After the last byte, before findings(). */
  end(): Progress {
    const decided = this.#form === null ? this.#decide(true) : { events: 0, firstContent: false };
    if (this.#form === 'events') {
      const last = this.#read(this.#splitter.end().filter(isIntact));
      return { events: decided.events + last.events, firstContent: decided.firstContent || last.firstContent };
    }
    if (this.#form === 'json') this.#readWhole();
    return decided;
  }

  /** `cleanEnd`: nothing kept the body from being read to its end. */
  findings(cleanEnd: boolean): ContentFindings {
    const stream = this.#form === 'events';
    const { dropped } = this.#splitter;
    const terminal = cleanEnd && (stream ? this.#streamComplete() : this.#bodyComplete());
    if (stream || this.#form === 'binary') return { stream, terminal, dropped, body: null, bodyCut: false };
    const { captureBytes } = this.#options;
    const bodyCut = this.#keptBytes > captureBytes;
    const body = bodyCut || this.#text === null ? cutText(this.#all(), captureBytes) : this.#text;
    return { stream, terminal, dropped, body, bodyCut };
  }

  #decide(ended: boolean): Progress {
    const all = this.#all();
    this.#form = formOf(this.#options.contentType, all, ended);
    if (this.#form === null) return { events: 0, firstContent: false };
    if (this.#form === 'events' || this.#form === 'binary') {
      this.#kept = [];
      this.#keptBytes = 0;
    }
    return this.#form === 'events' ? this.#read(this.#splitter.push(all)) : { events: 0, firstContent: false };
  }

  #all(): Buffer {
    const [first, ...more] = this.#kept;
    return first && more.length === 0 ? first : Buffer.concat(this.#kept, this.#keptBytes);
  }

  #read(events: StreamEvent[]): Progress {
    let firstContent = false;
    for (const event of events) {
      const spoke = this.#reader.event(event);
      if (spoke && !this.#sawContent) this.#sawContent = firstContent = true;
      this.#sawTerminal ||= this.#dialect.isTerminal(event);
    }
    return { events: events.length, firstContent };
  }

  #readWhole(): void {
    const all = this.#all();
    this.#kept = [all];
    if (this.#options.operation !== 'embeddings') this.#text = all.toString();
    const json = this.#text === null ? besidesVectors(all) : parse(this.#text);
    this.#whole = json !== undefined;
    if (this.#whole) this.#reader.whole(json);
  }

  /** Without a closing event, these are complete with their finish reason, and a format nobody reads when it ends. */
  #streamComplete(): boolean {
    if (this.#sawTerminal) return true;
    const { name } = this.#dialect;
    if (name === 'openai-chat' || name === 'bedrock-converse') return this.#reader.reading().finish !== null;
    return name === 'other' || name === 'openai-embeddings';
  }

  #bodyComplete(): boolean {
    return this.#form === 'json' ? this.#whole : !promisesJson(this.#options.contentType);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
}

/** Megabytes of numbers are not worth parsing for the usage that stands beside them. */
function besidesVectors(all: Buffer): unknown {
  const scan = scanTopLevel(all);
  if (scan.problem !== null) return parse(all.toString());
  const entries = [...scan.fields.keys()].map((name) => [name, readField(all, scan.fields, name)]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
