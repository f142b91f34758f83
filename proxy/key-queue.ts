// Where all keys of a provider rest after a limit and the first of them is free again in a moment, callers wait for it, in the
// order in which they came.

/** A longer rest is not waited for. */
export const longestQueueMs = 2_000;

/** Somebody who waits. */
export interface Waiter {
  mostMs: number;
  gone(): boolean;
  /** Over at once when the waiter is gone. */
  pause(milliseconds: number): Promise<void>;
}

export class KeyQueue {
  /** Until a key of this provider is free; null: none will be. */
  readonly #freeInMs: (provider: string) => number | null;
  /** Who came last, by provider. */
  readonly #lines = new Map<string, Promise<void>>();

  constructor(freeInMs: (provider: string) => number | null) {
    this.#freeInMs = freeInMs;
  }

  /** Whether a key is free now, or in a moment. */
  worthWaiting(provider: string, mostMs: number): boolean {
    const waitMs = this.#freeInMs(provider);
    return waitMs !== null && waitMs <= Math.min(mostMs, longestQueueMs);
  }

  /** Resolves when a key is free and nobody came before, or when waiting is of no use; null where both hold already. */
  turn(provider: string, waiter: Waiter): Promise<void> | null {
    const before = this.#lines.get(provider);
    if (!before && (this.#freeInMs(provider) === 0 || !this.worthWaiting(provider, waiter.mostMs))) return null;
    const mine = (before ?? Promise.resolve()).then(() => this.#rest(provider, waiter));
    this.#lines.set(provider, mine);
    void mine.then(() => {
      if (this.#lines.get(provider) === mine) this.#lines.delete(provider);
    });
    return mine;
  }

  /** A key that was free for whoever stood before may rest again by now. */
  async #rest(provider: string, waiter: Waiter): Promise<void> {
    if (waiter.gone() || !this.worthWaiting(provider, waiter.mostMs)) return;
    const waitMs = this.#freeInMs(provider) ?? 0;
    if (waitMs > 0) await waiter.pause(Math.ceil(waitMs));
  }
}
