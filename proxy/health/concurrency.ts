// How many calls at once a target bears: unknown until it refuses some, then additive increase, multiplicative decrease.

const decrease = 0.7;
/** A limit that grew to so many times what it was first cut from has stopped limiting and is forgotten. */
const outgrown = 2;

export class Concurrency {
  inFlight = 0;
  #limit: number | null = null;
  #cutFrom = 0;
  #cutAt = Number.NEGATIVE_INFINITY;

  /** Whole calls, at least 1; null while nothing was ever refused. */
  get limit(): number | null {
    return this.#limit === null ? null : Math.floor(this.#limit);
  }

  began(): void {
    this.inFlight++;
  }

  ended(): void {
    this.inFlight = Math.max(0, this.inFlight - 1);
  }

  /** 429 or 529. Calls that began before the last cut were sent under the old limit and say nothing about the new. */
  refused(beganAt: number, now: number): void {
    if (beganAt < this.#cutAt) return;
    // The refused call is no longer in flight, but was one of those that were too many.
    const from = Math.min(this.#limit ?? Number.POSITIVE_INFINITY, this.inFlight + 1);
    this.#cutFrom = Math.max(this.#cutFrom, from);
    this.#limit = Math.max(1, from * decrease);
    this.#cutAt = now;
  }

  succeeded(): void {
    if (this.#limit === null) return;
    this.#limit += 1 / this.#limit;
    if (this.#limit < Math.max(this.#cutFrom * outgrown, 4)) return;
    this.#limit = null;
    this.#cutFrom = 0;
  }
}
