// Keeps this proxy's parts of budgets: renews them every second in the background, gives back what lies idle, and asks at once
// where a call needs more than there is. One question is under way at a time; whoever comes meanwhile goes with the next, so
// that an answer is always about what was last said.
import type { LeaseAnswer, LeaseClaim } from '../../contract/access/lease.ts';
import type { Counter } from './counter.ts';
import type { HoldPart } from './hold.ts';
import type { LeaseSource } from './lease-source.ts';

/** Null: held. Else the counter that has no room, and whether anybody could be asked. */
export type Refusal = { counter: Counter; asked: boolean } | null;

export interface LeaseClientOptions {
  source: LeaseSource;
  boot: () => string;
  /** Milliseconds that only ever grow. */
  clock: () => number;
  /** Counters that are spent from at the moment. */
  inUse(): Counter[];
  later(ms: number, then: () => void): void;
}

interface Waiting {
  parts: readonly HoldPart[];
  /** Holds it, in the turn in which room was found. */
  take(): void;
  resolve(refusal: Refusal): void;
  /** It has waited once for others to give back what lay idle with them. */
  again: boolean;
}

/** Longer than a ledger that has just begun takes to settle; after it each budget's `whenUnreachable` decides at once. */
const patienceMs = 3_000;
const retryMs = 200;

/** Of waiting calls in one question; the others go with the next. */
const mostNeeds = 500;
/** Others ask every second, and give back then. */
const giveBackMs = 1_200;

export class LeaseClient {
  readonly #options: LeaseClientOptions;
  #waiting: Waiting[] = [];
  #underWay = false;
  #renewDue = false;
  /** When something was last granted, or could have been. */
  #answeredAt: number;

  constructor(options: LeaseClientOptions) {
    this.#options = options;
    this.#answeredAt = options.clock();
  }

  /** Whether there is room for all parts; asks for it where there is not. Calls `take` once when there is. */
  hold(parts: readonly HoldPart[], take: () => void): null | Promise<Refusal> {
    // Who comes later does not overtake those who wait for more of the same.
    if (this.#waiting.length === 0 || !this.#isWaitedFor(parts)) {
      if (shortOf(parts, this.#options.clock()) === null) {
        take();
        return null;
      }
    }
    return new Promise((resolve) => {
      this.#waiting.push({ parts, take, resolve, again: false });
      this.#fly();
    });
  }

  /** Called every second. */
  renew(): void {
    this.#renewDue = true;
    this.#fly();
  }

  #isWaitedFor(parts: readonly HoldPart[]): boolean {
    const counters = new Set(parts.map(({ counter }) => counter));
    return this.#waiting.some((one) => one.parts.some(({ counter }) => counters.has(counter)));
  }

  #fly(): void {
    if (this.#underWay) return;
    this.#underWay = true;
    void this.#flight().finally(() => {
      this.#underWay = false;
      if (this.#waiting.length > 0 || this.#renewDue) this.#fly();
    });
  }

  async #flight(): Promise<void> {
    const { source, boot, clock, inUse } = this.#options;
    const renewing = this.#renewDue;
    this.#renewDue = false;
    const waiting = this.#waiting.splice(0, mostNeeds);
    const sentAt = clock();
    const claimed = new Map<Counter, LeaseClaim>();
    for (const [counter, needs] of needsOf(waiting)) claimed.set(counter, counter.claim(needs, sentAt));
    if (renewing) {
      for (const counter of inUse()) if (!claimed.has(counter)) claimed.set(counter, counter.claim([], sentAt));
    }
    const claims = [...claimed.values()].slice(0, 1000);
    const answer = await source.exchange({ boot: boot(), claims }).catch(() => null);
    if (answer) take(answer, claimed, sentAt);
    if (answer && !answer.grants.some(({ settling }) => settling)) this.#answeredAt = clock();
    let short = false;
    for (const one of waiting) short = this.#serve(one, answer !== null) || short;
    // What was granted to a call that could not be held after all goes back at once.
    if (short && answer) this.#renewDue = true;
  }

  /** True where there was no room for it. */
  #serve(one: Waiting, asked: boolean): boolean {
    const { parts, take, resolve, again } = one;
    const counter = shortOf(parts, this.#options.clock());
    if (counter === null) {
      take();
      resolve(null);
      return false;
    }
    const wasAnswered = asked && counter.known?.settling !== true;
    if (wasAnswered && counter.known?.scarce && !again) this.#later(giveBackMs, { ...one, again: true });
    else if (!wasAnswered && this.#options.clock() - this.#answeredAt < patienceMs) this.#later(retryMs, one);
    else resolve({ counter, asked: wasAnswered });
    return true;
  }

  #later(ms: number, one: Waiting): void {
    this.#options.later(ms, () => {
      this.#waiting.push(one);
      this.#fly();
    });
  }
}

function take(answer: LeaseAnswer, claimed: ReadonlyMap<Counter, LeaseClaim>, sentAt: number): void {
  const grants = new Map(answer.grants.map((grant) => [grant.counter, grant]));
  for (const [counter, claim] of claimed) {
    const grant = grants.get(counter.name);
    if (grant) counter.granted(grant, claim, { until: sentAt + answer.leaseMs, sharers: answer.sharers });
  }
}

function needsOf(waiting: readonly Waiting[]): Map<Counter, number[]> {
  const needs = new Map<Counter, number[]>();
  for (const { parts } of waiting) {
    for (const { counter, nanos } of parts) {
      if (counter.compiled.stopNanos === null) continue;
      const listed = needs.get(counter);
      if (listed) listed.push(nanos);
      else needs.set(counter, [nanos]);
    }
  }
  return needs;
}

/** The first counter without room; null where all have it. A budget that refuses nothing always has room. */
function shortOf(parts: readonly HoldPart[], now: number): Counter | null {
  for (const { counter, nanos } of parts) {
    if (counter.compiled.stopNanos !== null && counter.free(now) < nanos) return counter;
  }
  return null;
}
