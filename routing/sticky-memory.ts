// Which target a session or a user drew, for as long as the route says. Without it a change of the weights would move
// sessions in their middle; losing it costs no more than that, since the draw itself comes out alike.

interface Memory {
  target: string;
  until: number;
}

export class StickyMemory {
  readonly #drawn = new Map<string, Memory>();
  readonly #capacity: number;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Name of the target; null when none is remembered. */
  recall(unit: string, now: number): string | null {
    const memory = this.#drawn.get(unit);
    return memory && memory.until > now ? memory.target : null;
  }

  remember(unit: string, target: string, until: number): void {
    // Put in anew, so that those unheard of for longest come first and go first.
    this.#drawn.delete(unit);
    this.#drawn.set(unit, { target, until });
    if (this.#drawn.size <= this.#capacity) return;
    const [oldest] = this.#drawn.keys();
    if (oldest !== undefined) this.#drawn.delete(oldest);
  }
}
