// Answers in the memory of one process, up to a number of bytes; what was not used for longest goes first.
import type { KeptAnswer } from './kept-answer.ts';

/** What an entry takes beside its body, about: names, facts, the map itself. */
const overheadBytes = 1024;

export class AnswerMemory {
  bytes = 0;
  readonly #mostBytes: number;
  readonly #kept = new Map<string, KeptAnswer>();

  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  get size(): number {
    return this.#kept.size;
  }

  get(name: string): KeptAnswer | null {
    const found = this.#kept.get(name);
    if (!found) return null;
    this.#kept.delete(name);
    this.#kept.set(name, found);
    return found;
  }

  set(name: string, answer: KeptAnswer): void {
    this.delete(name);
    this.#kept.set(name, answer);
    this.bytes += sizeOf(answer);
    for (const oldest of this.#kept.keys()) {
      if (this.bytes <= this.#mostBytes) break;
      this.delete(oldest);
    }
  }

  delete(name: string): void {
    const found = this.#kept.get(name);
    if (!found) return;
    this.#kept.delete(name);
    this.bytes -= sizeOf(found);
  }

  /** Lets go of all that match, and says how many. */
  drop(matches: (answer: KeptAnswer) => boolean): number {
    const before = this.#kept.size;
    for (const [name, answer] of this.#kept) if (matches(answer)) this.delete(name);
    return before - this.#kept.size;
  }
}

const sizeOf = ({ body }: KeptAnswer): number => body.length + overheadBytes;
