// Calls that came a little too early wait here, each key in a line of its own, and the lines take turns: whoever sends a
// thousand at once stands in its own way only. Nobody waits longer than `queueMs`, and nobody who has hung up waits at all.
import { burstOf, longestWait, type Rule, type Standing, stepMs, type Taken } from './rule.ts';

export interface WaitingLineOptions {
  queueMs: number;
  queueLength: number;
  /** Milliseconds, never going back. */
  clock: () => number;
  /** Returns how to cancel it. */
  timer(run: () => void, ms: number): () => void;
  take(id: string, rules: readonly Rule[]): Taken | Promise<Taken>;
  /** Gives back what a call was granted that had gone in the meantime. */
  giveBack(call: WaitingCall, taken: Taken): void;
}

export interface WaitingCall {
  id: string;
  /** Whose turn it is: calls of one flow wait behind each other. */
  flow: string;
  rules: readonly Rule[];
}

interface Waiter extends WaitingCall {
  until: number;
  last: Taken;
  left: boolean;
  settle(taken: Taken): void;
}

/** Somebody elsewhere may be done at any moment, and will not say so. */
const lookAgainMs = 50;

export class WaitingLine {
  readonly #options: WaitingLineOptions;
  /** In the order of their turns; none is empty. */
  readonly #flows = new Map<string, Waiter[]>();
  /** Counters that somebody here waits for. */
  #blocked = new Set<string>();
  #size = 0;
  #serving = false;
  #again = false;
  #cancelTimer: (() => void) | null = null;
  #dueAt = Number.POSITIVE_INFINITY;

  constructor(options: WaitingLineOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#size;
  }

  /** Whether a call under these rules would overtake somebody. */
  blocks(rules: readonly Rule[]): boolean {
    return this.#size > 0 && rules.some(({ counter }) => this.#blocked.has(counter));
  }

  /**
   * `refused`: how it stood when it asked. Resolves with what it was granted, or with how it stood last when its time was
   * up. `leave` ends the waiting of a client that has gone.
   */
  wait(call: WaitingCall, refused: Taken): { taken: Taken | Promise<Taken>; leave(): void } {
    const line = this.#flows.get(call.flow) ?? [];
    if (!this.#worthWaiting(refused, line)) return { taken: refused, leave: () => {} };
    const { promise, resolve } = Promise.withResolvers<Taken>();
    const until = this.#options.clock() + this.#options.queueMs;
    const waiter: Waiter = { ...call, until, last: refused, left: false, settle: resolve };
    line.push(waiter);
    this.#flows.set(call.flow, line);
    this.#size++;
    if (!this.blocks(call.rules)) this.#block(refused);
    this.#plan(Math.min(longestWait(refused) ?? lookAgainMs, this.#dueAt - this.#options.clock()));
    return { taken: promise, leave: () => this.#end(waiter) };
  }

  /** Something fell back: perhaps somebody's turn has come. */
  wake(): void {
    if (this.#size > 0) void this.#serve();
  }

  /** How much longer those who wait keep a counter busy. */
  backlogMs({ counter }: Rule): number {
    let sum = 0;
    for (const line of this.#flows.values()) {
      for (const { rules } of line) for (const rule of rules) if (rule.counter === counter) sum += costMs(rule);
    }
    return sum;
  }

  #block({ standings }: Taken): void {
    for (const { rule, waitMs } of standings) if (waitMs !== 0) this.#blocked.add(rule.counter);
  }

  #worthWaiting(refused: Taken, line: Waiter[]): boolean {
    const { queueMs, queueLength } = this.#options;
    const shared = ({ rules }: Waiter, rule: Rule): boolean => rules.some(({ counter }) => counter === rule.counter);
    const ahead = (rule: Rule): number =>
      this.#blocked.has(rule.counter) ? line.filter((one) => shared(one, rule)).length * costMs(rule) : 0;
    const least = ({ rule, waitMs }: Standing): number => (waitMs === 0 ? 0 : (waitMs ?? 0) + ahead(rule));
    if (Math.max(0, ...refused.standings.map(least)) > queueMs || queueLength === 0) return false;
    if (this.#size < queueLength) return true;
    // Full: the longest line has to give way to one that is shorter, and to nobody else.
    const longest = [...this.#flows.values()].reduce((one, other) => (other.length > one.length ? other : one));
    const last = longest.at(-1);
    if (!last || longest.length <= line.length + 1) return false;
    this.#end(last);
    return true;
  }

  async #serve(): Promise<void> {
    this.#again = true;
    if (this.#serving) return;
    this.#serving = true;
    while (this.#again) {
      this.#again = false;
      this.#plan(await this.#round());
    }
    this.#serving = false;
  }

  /** Every line in its turn, as long as anybody gets anything. Returns when to look again. */
  async #round(): Promise<number> {
    const blocked = new Map<string, number>();
    for (let served = true; served; ) {
      served = false;
      for (const flow of [...this.#flows.keys()]) {
        if (await this.#serveOne(flow, blocked)) served = true;
      }
    }
    this.#blocked = new Set(blocked.keys());
    return Math.min(...blocked.values());
  }

  async #serveOne(flow: string, blocked: Map<string, number>): Promise<boolean> {
    for (const waiter of [...(this.#flows.get(flow) ?? [])]) {
      if (waiter.left) continue;
      if (!waiter.rules.some(({ counter }) => blocked.has(counter))) {
        const asked = this.#options.take(waiter.id, waiter.rules);
        waiter.last = asked instanceof Promise ? await asked : asked;
        if (waiter.last.admitted) return this.#admit(waiter);
        // Only what it waits for longest: of the rest others may have their part meanwhile.
        const [slowest] = waiter.last.standings.toSorted((one, other) => waitOf(other) - waitOf(one));
        if (slowest) blocked.set(slowest.rule.counter, Math.max(1, slowest.waitMs ?? lookAgainMs));
      }
      if (waiter.until <= this.#options.clock()) this.#end(waiter);
    }
    return false;
  }

  #admit(waiter: Waiter): boolean {
    if (waiter.left) this.#options.giveBack(waiter, waiter.last);
    else {
      this.#remove(waiter);
      this.#toTheEnd(waiter.flow);
      waiter.settle(waiter.last);
    }
    return true;
  }

  #toTheEnd(flow: string): void {
    const line = this.#flows.get(flow);
    if (!line) return;
    this.#flows.delete(flow);
    this.#flows.set(flow, line);
  }

  #end(waiter: Waiter): void {
    if (this.#remove(waiter)) waiter.settle({ ...waiter.last, admitted: false });
  }

  #remove(waiter: Waiter): boolean {
    if (waiter.left) return false;
    waiter.left = true;
    const line = this.#flows.get(waiter.flow) ?? [];
    line.splice(line.indexOf(waiter), 1);
    if (line.length === 0) this.#flows.delete(waiter.flow);
    this.#size--;
    return true;
  }

  /** One timer for all: when somebody's turn may come, or somebody's time is up. */
  #plan(inMs: number): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (this.#size === 0) return;
    const now = this.#options.clock();
    let ms = inMs;
    for (const line of this.#flows.values()) for (const { until } of line) ms = Math.min(ms, until - now);
    ms = Math.max(1, Math.ceil(ms));
    this.#dueAt = now + ms;
    this.#cancelTimer = this.#options.timer(() => void this.#serve(), ms);
  }
}

const waitOf = ({ waitMs }: Standing): number => waitMs ?? lookAgainMs;
const costMs = (rule: Rule): number =>
  rule.counts === 'concurrency' ? 0 : Math.min(rule.cost, burstOf(rule)) * stepMs(rule);
