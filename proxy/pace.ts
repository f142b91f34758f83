// How evenly an answer comes: its longest silence, from which it is learned when a target has stalled.

export class Pace {
  #last: number | null = null;
  #longest: number | null = null;

  /** Null while fewer than two pieces have come. */
  get longestGapMs(): number | null {
    return this.#longest;
  }

  beat(atMs: number): void {
    if (this.#last !== null) this.#longest = Math.max(this.#longest ?? 0, atMs - this.#last);
    this.#last = atMs;
  }
}
