// One budget in one period as this proxy counts it: what it has settled, what it holds, and the part that it was granted. What
// it may settle and hold together is a ceiling, so that a call that ends changes nothing about who may spend what.
import type { LeaseClaim, LeaseGrant } from '../../contract/access/lease.ts';
import type { CompiledBudget } from './compiled-budget.ts';

/** What whoever grants has last said of everybody's spend. */
export interface Known {
  settledNanos: number;
  leasedNanos: number;
  sharers: number;
  settling: boolean;
  scarce: boolean;
  /** What this proxy had settled itself when it was said. */
  ownNanos: number;
}

export interface CounterOptions {
  name: string;
  compiled: CompiledBudget;
  endsAt: number;
  /** Since when this boot counts it, epoch milliseconds; 0: all along. */
  sinceMs: number;
}

export class Counter {
  readonly name: string;
  readonly endsAt: number;
  sinceMs: number;
  compiled: CompiledBudget;
  settled = 0;
  held = 0;
  known: Known | null = null;
  /** When it was last spent from, by the clock that leases run on. */
  usedAt = Number.NEGATIVE_INFINITY;
  #ceiling = 0;
  #leasedUntil = Number.NEGATIVE_INFINITY;
  #demand = 0;
  #earlierDemand = 0;

  constructor({ name, compiled, endsAt, sinceMs }: CounterOptions) {
    this.name = name;
    this.compiled = compiled;
    this.endsAt = endsAt;
    this.sinceMs = sinceMs;
  }

  /** What may be held on top without asking. */
  free(now: number): number {
    return this.#leasedUntil > now ? this.#ceiling - this.settled - this.held : 0;
  }

  isLeased(now: number): boolean {
    return this.#leasedUntil > now;
  }

  hold(nanos: number, now: number): void {
    this.held += nanos;
    this.#demand += nanos;
    this.usedAt = now;
  }

  release(nanos: number): void {
    this.held = Math.max(0, this.held - nanos);
  }

  settle(nanos: number, now: number): void {
    this.settled += nanos;
    this.usedAt = now;
  }

  /** Once a second: what was held in this second and the one before is what the next two may need. */
  tick(): void {
    this.#earlierDemand = this.#demand;
    this.#demand = 0;
  }

  /**
   * What is said when leases are asked for. What is not kept is given back from this moment on: whoever grants may give it to
   * somebody else before its answer is here.
   */
  claim(needsNanos: number[], now: number): LeaseClaim {
    const noHeadroom = this.compiled.stopNanos === null || this.known?.scarce === true;
    const demand = noHeadroom ? 0 : this.#demand + this.#earlierDemand;
    const idle = Math.max(0, this.free(now));
    const kept = needsNanos.length > 0 ? 0 : Math.min(idle, demand);
    const keepNanos = this.held + kept;
    // Who has to ask now will likely have to for the next calls, too.
    const wantNanos = noHeadroom ? 0 : demand - kept + needsNanos.reduce((sum, nanos) => sum + 2 * nanos, 0);
    this.#ceiling = Math.min(this.#ceiling, this.settled + keepNanos);
    return {
      ...{ counter: this.name, limitNanos: this.compiled.stopNanos ?? this.compiled.limitNanos },
      ...{ settledNanos: this.settled, holdsNanos: this.held, keepNanos, wantNanos, needsNanos },
      ...{ sinceMs: this.sinceMs, endsAt: this.endsAt },
    };
  }

  granted(grant: LeaseGrant, claim: LeaseClaim, { until, sharers }: { until: number; sharers: number }): void {
    this.#ceiling = claim.settledNanos + grant.grantedNanos;
    this.#leasedUntil = until;
    const { settledNanos, leasedNanos, settling, scarce } = grant;
    this.known = { settledNanos, leasedNanos, settling, scarce, sharers, ownNanos: claim.settledNanos };
  }

  /** From here on another boot counts; what the one before has said stays said. */
  beginAnew(): void {
    this.settled = 0;
    this.sinceMs = 0;
    this.known = null;
    this.#ceiling = 0;
    this.#leasedUntil = Number.NEGATIVE_INFINITY;
  }

  /** Spent by all as far as this proxy knows, its own newest included. */
  spent(): number {
    if (!this.known) return this.settled;
    return this.known.settledNanos + Math.max(0, this.settled - this.known.ownNanos);
  }

  /**
   * What may be held on top where nobody can be asked: this proxy's part of what was neither spent nor granted when it was
   * last told; on its own word where it never was.
   */
  share(): number {
    const limit = this.compiled.stopNanos ?? this.compiled.limitNanos;
    if (!this.known) return limit - this.settled - this.held;
    const { settledNanos, leasedNanos, sharers, ownNanos } = this.known;
    const part = Math.max(0, limit - settledNanos - leasedNanos) / Math.max(1, sharers);
    return Math.floor(Math.max(this.#ceiling, ownNanos) + part) - this.settled - this.held;
  }
}
