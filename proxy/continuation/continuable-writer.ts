// Writes an answer for the client that another model may have to go on with: remembers what was said, and writes what the
// other says as more of the same answer, with one beginning, one finish, and one usage.
import type { Usage } from '../../contract/usage.ts';
import type { NeutralEvent } from '../dialects/neutral/event.ts';
import type { AnswerWriter } from '../dialects/neutral/writer.ts';
import { addedUsage } from './added-usage.ts';

export class ContinuableWriter implements AnswerWriter {
  readonly #writer: AnswerWriter;
  #text = '';
  #onlyText = true;
  #goesOn = false;
  #usage: Usage | null = null;
  /** Of those who broke off. */
  #earlier: Usage | null = null;

  constructor(writer: AnswerWriter) {
    this.#writer = writer;
  }

  /** What another model can go on with; null where there is nothing, or more than words, or where all is said. */
  get words(): string | null {
    return this.#onlyText && this.#text !== '' ? this.#text : null;
  }

  /** What comes from here on is somebody else's. */
  goOn(): void {
    this.#goesOn = true;
    this.#earlier =
      this.#earlier && this.#usage ? addedUsage(this.#earlier, this.#usage) : (this.#earlier ?? this.#usage);
    this.#usage = null;
  }

  get goesOn(): boolean {
    return this.#goesOn;
  }

  event(event: NeutralEvent): string {
    if (this.#goesOn && superfluous.has(event.type)) return '';
    if (event.type === 'text' && event.choice === 0) this.#text += event.text;
    else if (!silent.has(event.type)) this.#onlyText = false;
    if (event.type !== 'usage') return this.#writer.event(event);
    this.#usage = event.usage;
    if (!this.#earlier) return this.#writer.event(event);
    return this.#writer.event({ type: 'usage', usage: addedUsage(this.#earlier, event.usage), reportedCost: null });
  }

  end(): string {
    return this.#writer.end();
  }

  whole(): Record<string, unknown> {
    return this.#writer.whole();
  }
}

/** The answer has its beginning; and thoughts have no place after its first words. */
const superfluous = new Set<NeutralEvent['type']>(['start', 'reasoning', 'reasoning-seal']);
/** Say nothing that the other model would have to know of. */
const silent = new Set<NeutralEvent['type']>(['start', 'reasoning', 'reasoning-seal', 'usage', 'error']);
