// One answer on its way from a provider's format to the client's: decoded bytes in, text for the client out, in whatever
// pieces they come. Knows nothing of sockets; whoever drives it asks at the end how the answer ended.
import type { Counted } from '../../catalog/counted.ts';
import type { Usage } from '../../contract/usage.ts';
import type { DialectName } from '../../contract/words.ts';
import type { EventReader } from '../dialects/dialect.ts';
import { dialects } from '../dialects/index.ts';
import type { NeutralError } from '../dialects/neutral/error.ts';
import { isContent, type NeutralEvent } from '../dialects/neutral/event.ts';
import type { AnswerWriter } from '../dialects/neutral/writer.ts';
import { type EventSplitter, eventSplitterFor } from '../observe/event-splitter.ts';
import type { StreamEvent } from '../observe/stream-event.ts';
import { type StreamSigns, signsOf } from '../observe/stream-signs.ts';
import type { Conversion } from './conversion.ts';
import { TurnWatch } from './turn-watch.ts';

export interface AnswerTranslationOptions {
  /** The format that the provider answers in. */
  wire: DialectName;
  contentType: string;
  writer: AnswerWriter;
  /** Whether the client gets a stream or one body, whichever the provider sends. */
  streams: boolean;
  /** A fresh id for a tool call whose provider gave none. */
  newCallId(): string;
}

export interface PaidFor {
  /** The service tier of the answer; '' where it says none outside its usage. */
  tier: string;
  counted: Counted;
}

export class AnswerTranslation implements Conversion {
  readonly turn = new TurnWatch();
  readonly #options: AnswerTranslationOptions;
  readonly #reader: EventReader;
  readonly #signs: StreamSigns;
  readonly #splitter: EventSplitter | null;
  #parts: Buffer[] = [];
  #sawContent = false;
  #ended = false;
  #finished = false;
  #error: NeutralError | null = null;
  #billed: Usage | null = null;
  #paid: PaidFor = { tier: '', counted: {} };

  constructor(options: AnswerTranslationOptions) {
    this.#options = options;
    const { provider } = dialects[options.wire];
    if (!provider) throw new Error(`Nobody can be asked in ${options.wire}.`);
    this.#reader = provider.eventReader();
    this.#signs = signsOf(options.wire);
    this.#splitter = eventSplitterFor(options.contentType);
  }

  /** The tokens that are paid for, where they are others than those that were used; null: the same. */
  get billed(): Usage | null {
    return this.#billed;
  }

  /** What decides the price besides the usage, as far as the answer has said it. */
  get paid(): PaidFor {
    return this.#paid;
  }

  get writer(): AnswerWriter {
    return this.#options.writer;
  }

  get streams(): boolean {
    return this.#options.streams;
  }

  get sawContent(): boolean {
    return this.#sawContent;
  }

  get error(): NeutralError | null {
    return this.#error;
  }

  get complete(): boolean {
    return this.#error === null && (this.#splitter === null ? this.#sawContent || this.#finished : this.#ended);
  }

  push(bytes: Buffer): string {
    if (this.#splitter) return this.#read(this.#splitter.push(bytes));
    this.#parts.push(Buffer.from(bytes));
    return '';
  }

  end(): string {
    let text = this.#splitter ? this.#read(this.#splitter.end()) : this.#take(this.#readWhole());
    text += this.#take(this.#reader.end());
    return this.complete && this.#options.streams ? text + this.#options.writer.end() : text;
  }

  whole(): Record<string, unknown> {
    return this.#options.writer.whole();
  }

  #readWhole(): readonly NeutralEvent[] {
    const json = parse(Buffer.concat(this.#parts).toString());
    this.#parts = [];
    return json === undefined ? [] : this.#reader.whole(json);
  }

  #read(events: StreamEvent[]): string {
    let text = '';
    for (const event of events) {
      text += this.#take(this.#reader.event(event));
      this.#ended ||= this.#signs.isTerminal(event) || this.#signs.isFinish(event);
    }
    return text;
  }

  #take(events: readonly NeutralEvent[]): string {
    let text = '';
    for (const event of events) {
      if (event.type === 'error') {
        this.#error ??= event.error;
        continue;
      }
      const named = event.type === 'tool-call' && event.id === '' ? { ...event, id: this.#options.newCallId() } : event;
      this.#sawContent ||= isContent(named);
      this.#finished ||= named.type === 'finish';
      if (named.type === 'usage') {
        this.#billed = named.billed ?? null;
        this.#paid = { tier: named.tier || this.#paid.tier, counted: named.counted ?? this.#paid.counted };
      }
      this.turn.event(named);
      const written = this.#options.writer.event(named);
      if (this.#options.streams) text += written;
    }
    return text;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
