// The budgets of this proxy: which of them a call falls under, what it reserves, and what it cost in the end. Knows nothing of
// HTTP and asks nobody itself; leases come by way of the lease client.
import { counterName } from '../../catalog/spending/counter.ts';
import { type PeriodOf, periodsIn } from '../../catalog/spending/period.ts';
import type { Budget } from '../../contract/access/budget.ts';
import { type Caller, type CompiledBudget, compileBudget, type SpendTarget } from './compiled-budget.ts';
import { Counter } from './counter.ts';
import { type Hold, type HoldPart, Holds } from './hold.ts';
import { LeaseClient, type Refusal } from './lease-client.ts';
import type { LeaseSource } from './lease-source.ts';

export interface BudgetsOptions {
  source: LeaseSource;
  boot: () => string;
  /** Milliseconds that only ever grow. */
  clock: () => number;
  /** Epoch milliseconds. */
  wallClock: () => number;
  /** A user, session or team as records name it: values go over the wire in no other form. */
  identity?(value: string): string;
}

/** What one target of a call may cost at most. */
export interface TargetCost extends SpendTarget {
  nanos: number;
}

export interface HoldRequest {
  id: string;
  caller: Caller;
  startedAt: number;
  counters: readonly HoldPart[];
  nanos: number;
  ttlMs: number;
  isRunning(): boolean;
}

/** What is known of a finished call. */
export interface Spent {
  costNanos: number | null;
  /** Tokens went back and forth, whatever they cost. */
  usedTokens: boolean;
  /** Where nobody else knows it. */
  model: string;
}

/** An answered call whose record never came: its books are closed at what it held. */
const lostRecordMs = 60_000;
const unusedAfterMs = 30_000;
const mostIdentities = 10_000;

export class Budgets {
  readonly #options: BudgetsOptions;
  readonly #leases: LeaseClient;
  readonly #counters = new Map<string, Counter>();
  readonly #holds = new Holds();
  readonly #begunAt: number;
  #compiled: readonly CompiledBudget[] = [];
  #periodOf: PeriodOf = periodsIn('UTC');
  /** Since when this boot knows each budget. */
  readonly #since = new Map<string, number>();
  readonly #identities = new Map<string, string>();
  #boot: string;

  constructor(options: BudgetsOptions) {
    this.#options = options;
    this.#begunAt = options.wallClock();
    const { source, boot, clock } = options;
    this.#boot = boot();
    this.#leases = new LeaseClient({
      ...{ source, clock, boot: () => this.#boot, inUse: () => this.#inUse() },
      later: (ms, then) => void setTimeout(then, ms),
    });
  }

  /** Budgets that did not change go on counting where they were. */
  update(budgets: readonly Budget[], timezone: string): void {
    this.#periodOf = periodsIn(timezone);
    this.#compiled = budgets.map((budget) => compileBudget(budget, timezone));
    const wall = this.#options.wallClock();
    for (const { prefix } of this.#compiled) if (!this.#since.has(prefix)) this.#since.set(prefix, wall);
    for (const counter of this.#counters.values()) {
      const now = this.#compiled.find(({ prefix }) => prefix === counter.compiled.prefix);
      if (now) counter.compiled = now;
    }
  }

  get none(): boolean {
    return this.#compiled.length === 0;
  }

  get holds(): number {
    return this.#holds.size;
  }

  /** Whether any budget may count what this caller does. */
  concerns(caller: Caller): boolean {
    return this.#compiled.some((one) => one.matchesCaller(caller));
  }

  /** The counters that a call to this target falls under. */
  countersFor(caller: Caller, target: SpendTarget, startedAt: number): Counter[] {
    return this.#compiled
      .filter((one) => one.matchesCaller(caller) && one.matchesTarget(target))
      .map((compiled) => this.#counter(compiled, this.#value(compiled.valueFor(caller, target)), startedAt));
  }

  /** Reserves all parts or none. Null: reserved; at once wherever this proxy's own part suffices. */
  hold(request: HoldRequest): null | Promise<Refusal> {
    const { counters: parts, ...rest } = request;
    const take = (): void => {
      const now = this.#options.clock();
      this.#holds.put({ ...rest, parts, expiresAt: now + rest.ttlMs, target: null }, now);
    };
    const refusal = this.#leases.hold(parts, take);
    if (refusal === null) return null;
    return refusal.then((found) => this.#unreached(found, parts, take));
  }

  /** What a call under way has reserved; null: nothing. */
  heldFor(id: string): number | null {
    return this.#holds.get(id)?.nanos ?? null;
  }

  /** The call is over, having been sent to `target`, or to nobody: then nothing was spent and all falls back at once. */
  ended(id: string, target: SpendTarget | null): void {
    const hold = this.#holds.get(id);
    if (!hold) return;
    if (target === null) {
      this.#holds.take(id);
      return;
    }
    hold.target = target;
    hold.isRunning = () => false;
    hold.expiresAt = this.#options.clock() + lostRecordMs;
  }

  /** Its real cost takes the place of what it held. */
  settle(id: string, { costNanos, usedTokens, model }: Spent): void {
    const hold = this.#holds.take(id);
    if (!hold) return;
    // Nobody could price what was used: then it counts as what it was expected to cost at most.
    const nanos = costNanos ?? (usedTokens ? hold.nanos : 0);
    this.#count(hold, nanos, model);
  }

  /** Every second: renews leases, ends what has run out of time, forgets periods that are over. */
  tick(): void {
    const now = this.#options.clock();
    for (const hold of this.#holds.expire(now)) if (hold.target) this.#count(hold, hold.nanos, '');
    const wall = this.#options.wallClock();
    for (const [name, counter] of this.#counters) {
      if (wall > counter.endsAt && counter.held === 0 && now - counter.usedAt > unusedAfterMs)
        this.#counters.delete(name);
    }
    this.#noticeBoot();
    if (!this.none) this.#leases.renew();
    for (const counter of this.#counters.values()) counter.tick();
  }

  /** The recording began anew under another boot: totals that were said under the old one stay there. */
  #noticeBoot(): void {
    const boot = this.#options.boot();
    if (boot === this.#boot) return;
    this.#boot = boot;
    for (const counter of this.#counters.values()) counter.beginAnew();
  }

  #inUse(): Counter[] {
    const now = this.#options.clock();
    return [...this.#counters.values()].filter(
      (counter) => counter.held > 0 || counter.free(now) > 0 || now - counter.usedAt < unusedAfterMs,
    );
  }

  #value(value: string): string {
    const { identity } = this.#options;
    if (value === '' || !identity) return value;
    let named = this.#identities.get(value);
    if (named === undefined) {
      named = identity(value);
      if (this.#identities.size >= mostIdentities) this.#identities.clear();
      this.#identities.set(value, named);
    }
    return named;
  }

  #count({ caller, startedAt, target }: Hold, nanos: number, model: string): void {
    if (nanos <= 0 || !target) return;
    const now = this.#options.clock();
    const sent = { provider: target.provider, model: target.model || model };
    for (const counter of this.countersFor(caller, sent, startedAt)) counter.settle(nanos, now);
  }

  #unreached(refusal: Refusal, parts: readonly HoldPart[], take: () => void): Refusal {
    if (refusal === null || refusal.asked) return refusal;
    const now = this.#options.clock();
    for (const { counter, nanos } of parts) {
      const { compiled } = counter;
      if (compiled.stopNanos === null || counter.free(now) >= nanos) continue;
      const policy = compiled.budget.whenUnreachable;
      const isAllowed = policy === 'allow' || (policy === 'share' && counter.share() >= nanos);
      if (!isAllowed) return { counter, asked: false };
    }
    take();
    return null;
  }

  #counter(compiled: CompiledBudget, value: string, startedAt: number): Counter {
    const { startsAt, endsAt } = this.#periodOf(compiled.budget.per, startedAt);
    const name = counterName(compiled.prefix, value, startsAt);
    const known = this.#counters.get(name);
    if (known) return known;
    const counter = new Counter({ name, compiled, endsAt, sinceMs: this.#sinceMs(compiled, startsAt) });
    this.#counters.set(name, counter);
    return counter;
  }

  /** A budget that came later than this proxy: what the proxy spent before counts by what was recorded. */
  #sinceMs({ prefix }: CompiledBudget, startsAt: number): number {
    const since = this.#since.get(prefix) ?? 0;
    return since <= Math.max(startsAt, this.#begunAt) ? 0 : since;
  }
}
