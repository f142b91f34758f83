// Counts within this process alone: where there is no Redis, and as long as it is away.
import { concurrencyStanding, type Rule, rateStanding, type Standing, stepMs, type Taken, waitFor } from './rule.ts';

export interface Change {
  rule: Rule;
  /** More (or, below 0, less) than was taken. */
  units: number;
}

/** Counters that are full again say nothing, and are looked for when so many have come to be. */
const sweepAt = 5000;

export class LocalCounters {
  readonly #clock: () => number;
  /** By counter: when it is full again. */
  readonly #fullAt = new Map<string, number>();
  /** By counter: the calls under way. */
  readonly #live = new Map<string, Set<string>>();
  #sweepAt = sweepAt;

  /** Milliseconds, never going back. */
  constructor(clock: () => number) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#fullAt.size + this.#live.size;
  }

  take(id: string, rules: readonly Rule[]): Taken {
    const now = this.#clock();
    const waits = rules.map((rule) => this.#waitFor(rule, now));
    const admitted = waits.every((wait) => wait === 0);
    const standings = rules.map((rule, at) =>
      this.#settled(rule, waits[at] as number | null, admitted ? id : null, now),
    );
    if (this.#fullAt.size > this.#sweepAt) this.#sweep(now);
    return { admitted, standings, together: false };
  }

  /** What was taken and proved too much, or too little. */
  change(changes: readonly Change[]): void {
    const now = this.#clock();
    for (const { rule, units } of changes) {
      const fullAt = Math.max(now, this.#fullAt.get(rule.counter) ?? now) + units * stepMs(rule);
      this.#fullAt.set(rule.counter, Math.max(now, fullAt));
    }
  }

  /** Marks as under way what somebody else has admitted. */
  hold(id: string, counter: string): void {
    const live = this.#live.get(counter);
    if (live) live.add(id);
    else this.#live.set(counter, new Set([id]));
  }

  release(id: string, counter: string): void {
    const live = this.#live.get(counter);
    if (live?.delete(id) && live.size === 0) this.#live.delete(counter);
  }

  /** Calls under way, by counter. */
  live(): ReadonlyMap<string, ReadonlySet<string>> {
    return this.#live;
  }

  #waitFor(rule: Rule, now: number): number | null {
    if (rule.counts !== 'concurrency') return waitFor(rule, this.#debt(rule, now));
    return (this.#live.get(rule.counter)?.size ?? 0) < rule.most ? 0 : null;
  }

  /** `id` null: nothing is taken. */
  #settled(rule: Rule, wait: number | null, id: string | null, now: number): Standing {
    if (rule.counts === 'concurrency') {
      if (id !== null) this.hold(id, rule.counter);
      return concurrencyStanding(rule, this.#live.get(rule.counter)?.size ?? 0, wait === 0);
    }
    const debt = this.#debt(rule, now) + (id === null ? 0 : rule.cost * stepMs(rule));
    if (id !== null) this.#fullAt.set(rule.counter, now + debt);
    return rateStanding(rule, debt, wait ?? 0);
  }

  #debt({ counter }: Rule, now: number): number {
    return Math.max(0, (this.#fullAt.get(counter) ?? now) - now);
  }

  #sweep(now: number): void {
    for (const [counter, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(counter);
    this.#sweepAt = Math.max(sweepAt, this.#fullAt.size * 2);
  }
}
