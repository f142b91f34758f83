// Calls, failures and slow calls of the last 30 seconds, in ten slots.

const slotMs = 3_000;
const slots = 10;
const kinds = { calls: 0, failures: 1, slow: 2 } as const;
const width = 3;

export class CallWindow {
  #counts = new Uint32Array(slots * width);
  #newest = Number.NEGATIVE_INFINITY;

  count(kind: keyof typeof kinds, now: number): void {
    const slot = this.#turn(now);
    this.#counts[slot * width + kinds[kind]]!++;
  }

  /** Failures of calls that began before the window are calls of it too, so there are never more failures than calls. */
  sums(now: number): { calls: number; failures: number; slow: number } {
    this.#turn(now);
    const sums = [0, 0, 0];
    for (let at = 0; at < this.#counts.length; at++) sums[at % width]! += this.#counts[at]!;
    const [calls, failures, slow] = sums as [number, number, number];
    return { calls: Math.max(calls, failures, slow), failures, slow };
  }

  clear(): void {
    this.#counts.fill(0);
  }

  #turn(now: number): number {
    const current = Math.floor(now / slotMs);
    const passed = Math.min(slots, current - this.#newest);
    for (let step = 0; step < passed; step++) {
      const slot = (current - step) % slots;
      this.#counts.fill(0, slot * width, (slot + 1) * width);
    }
    this.#newest = Math.max(this.#newest, current);
    return this.#newest % slots;
  }
}
