// Leaves a target alone after a 429 for as long as the provider asks, or, where it does not say, for a while that grows.

const firstMs = 1_000;
const longestGuessMs = 30_000;
/** Some providers name the end of the month; by then an operator has raised the limit. */
const longestMs = 600_000;

export interface CoolDownHints {
  retryAfterMs: number | null;
  /** When an exhausted limit is whole again; null when none is, or nobody says. */
  resetAt: number | null;
}

export class CoolDown {
  #until = Number.NEGATIVE_INFINITY;
  #startedAt = Number.NEGATIVE_INFINITY;
  #inARow = 0;

  /** Of a burst of refusals only the first makes the next guess longer: the others were sent before it was known. */
  refused(beganAt: number, hints: CoolDownHints, now: number, random: () => number): void {
    const asked = Math.max(hints.retryAfterMs ?? 0, (hints.resetAt ?? now) - now);
    if (asked > 0) {
      this.#until = Math.max(this.#until, now + Math.min(asked, longestMs));
    } else if (beganAt >= this.#startedAt) {
      const guess = Math.min(longestGuessMs, firstMs * 2 ** this.#inARow);
      this.#until = Math.max(this.#until, now + guess * (0.8 + 0.4 * random()));
    }
    if (beganAt < this.#startedAt) return;
    this.#inARow = Math.min(this.#inARow + 1, 10);
    this.#startedAt = now;
  }

  succeeded(beganAt: number): void {
    if (beganAt >= this.#startedAt) this.#inARow = 0;
  }

  /** Null when the target may be asked. */
  until(now: number): number | null {
    return this.#until > now ? this.#until : null;
  }
}
