// A short time without calls for a target that looks unwell, longer each time, and then a probation in which little is
// enough to impose the next. Cheaper than a breaker, so it may be imposed on suspicion.

const firstMs = 6_000;
const longestMs = 120_000;
/** So long after its last one, the next suspension is a first one again. */
const forgottenMs = 120_000;

export type Standing = 'free' | 'suspended' | 'probation';

export class Suspension {
  #until: number | null = null;
  #lastUntil = Number.NEGATIVE_INFINITY;
  #strikes = 0;

  impose(now: number): number {
    if (now - this.#lastUntil > forgottenMs) this.#strikes = 0;
    this.#until = now + Math.min(longestMs, firstMs * 2 ** this.#strikes);
    this.#lastUntil = this.#until;
    this.#strikes++;
    return this.#until;
  }

  standing(now: number): Standing {
    if (this.#until === null) return 'free';
    return now < this.#until ? 'suspended' : 'probation';
  }

  /** When it ends; null unless suspended. */
  until(now: number): number | null {
    return this.standing(now) === 'suspended' ? this.#until : null;
  }

  /** From now on it is a probation. */
  shorten(now: number): void {
    if (this.#until !== null) this.#until = Math.min(this.#until, now);
  }

  /** Passed the probation, or proved itself otherwise. */
  lift(): void {
    this.#until = null;
  }
}
