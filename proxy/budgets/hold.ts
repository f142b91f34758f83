// What one call has reserved: so much of each counter that it may fall under. It lasts while the call runs; then until its real
// cost is known, or its time is up.

import type { Caller, SpendTarget } from './compiled-budget.ts';
import type { Counter } from './counter.ts';

export interface HoldPart {
  counter: Counter;
  nanos: number;
}

export interface Hold {
  id: string;
  caller: Caller;
  /** Epoch milliseconds: decides which period the cost counts in. */
  startedAt: number;
  parts: readonly HoldPart[];
  /** What it is expected to cost at most; what stands in for the cost where nobody can tell it. */
  nanos: number;
  ttlMs: number;
  expiresAt: number;
  isRunning(): boolean;
  /** Whom it was sent to; null while it was sent to nobody. */
  target: SpendTarget | null;
}

/** By exchange id. */
export class Holds {
  readonly #holds = new Map<string, Hold>();

  get size(): number {
    return this.#holds.size;
  }

  get(id: string): Hold | undefined {
    return this.#holds.get(id);
  }

  put(hold: Hold, now: number): void {
    this.#holds.set(hold.id, hold);
    for (const { counter, nanos } of hold.parts) counter.hold(nanos, now);
  }

  /** Everything it held falls back. Undefined: it is gone already. */
  take(id: string): Hold | undefined {
    const hold = this.#holds.get(id);
    if (!hold) return undefined;
    this.#holds.delete(id);
    for (const { counter, nanos } of hold.parts) counter.release(nanos);
    return hold;
  }

  /** Those whose time is up, taken out; the time of what still runs begins anew. */
  expire(now: number): Hold[] {
    const over: Hold[] = [];
    for (const hold of [...this.#holds.values()]) {
      if (hold.isRunning()) hold.expiresAt = now + hold.ttlMs;
      else if (hold.expiresAt <= now) over.push(this.take(hold.id) as Hold);
    }
    return over;
  }
}
