// Proxies that spend from one budget by way of one ledger, as a model for property tests: they hold, settle and ask, answers
// come late or never, proxies die and the ledger begins anew. Clocks are made up.
import fc from 'fast-check';
import { createLeaseLedger, type LeaseLedger, leaseMs } from '../../collector/budgets/lease-ledger.ts';
import type { Budget } from '../../contract/access/budget.ts';
import type { LeaseAnswer, LeaseClaim } from '../../contract/access/lease.ts';
import { compileBudget } from '../../proxy/budgets/compiled-budget.ts';
import { Counter } from '../../proxy/budgets/counter.ts';

const proxies = 3;

export type Step =
  | { kind: 'hold'; proxy: number; nanos: number }
  | { kind: 'settle'; proxy: number; share: number }
  | { kind: 'ask'; proxy: number; needs: number[] }
  | { kind: 'answer'; proxy: number; arrives: boolean }
  | { kind: 'die'; proxy: number }
  | { kind: 'anew' }
  | { kind: 'seed' }
  | { kind: 'pass'; ms: number };

const proxy = fc.nat(proxies - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('hold' as const), proxy, nanos: fc.nat(300) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      proxy,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('ask' as const), proxy, needs: fc.array(fc.nat(500), { maxLength: 3 }) }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('answer' as const), proxy, arrives: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('die' as const), proxy }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('anew' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('seed' as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), ms: fc.oneof(fc.nat(900), fc.nat(20_000)) }),
  },
);
export const steps = fc.array(step, { maxLength: 80, size: 'max' });

interface Proxy {
  boot: string;
  counter: Counter;
  holds: number[];
  underWay: { claim: LeaseClaim; answer: LeaseAnswer; sentAt: number } | null;
}

export function createFleet(limitNanos: number) {
  let now = 0;
  let boots = 0;
  let version = 0;
  const clock = () => now;
  const recorded = new Map<string, number>();
  const compiled = compileBudget(budgetOf(limitNanos), 'UTC');
  const born = (): Proxy => ({
    boot: `boot-${++boots}`,
    counter: new Counter({ name: 'c', compiled, endsAt: Number.MAX_SAFE_INTEGER, sinceMs: 0 }),
    holds: [],
    underWay: null,
  });
  let ledger: LeaseLedger = createLeaseLedger({ clock, wallClock: () => 0 });
  const fleet = Array.from({ length: proxies }, born);

  function ask(one: Proxy, needs: number[]): void {
    if (one.underWay) return;
    const claim = one.counter.claim(needs, now);
    one.underWay = { claim, answer: ledger.exchange({ boot: one.boot, claims: [claim] }), sentAt: now };
  }
  function answer(one: Proxy, arrives: boolean): void {
    const { underWay } = one;
    one.underWay = null;
    if (!underWay || !arrives) return;
    const { claim, answer: said, sentAt } = underWay;
    one.counter.granted(said.grants[0]!, claim, { until: sentAt + said.leaseMs, sharers: said.sharers });
  }
  function settle(one: Proxy, share: number): void {
    const held = one.holds.shift();
    if (held === undefined) return;
    one.counter.release(held);
    const cost = Math.floor(held * share);
    one.counter.settle(cost, now);
    recorded.set(one.boot, (recorded.get(one.boot) ?? 0) + cost);
  }
  function seed(): void {
    const list = [...recorded].map(([boot, recordedNanos]) => ({ boot, beforeNanos: 0, recordedNanos }));
    for (let time = 0; time < 2; time++)
      ledger.seed({ counter: 'c', version: ++version, endsAt: Number.MAX_SAFE_INTEGER, boots: list });
  }
  /** Every proxy that lives asks each second; an answer may be lost, but what was said has been heard. */
  function pass(ms: number): void {
    for (let left = ms; left > 0; left -= 1000) {
      now += Math.min(left, 1000);
      if (left >= 1000) for (const one of fleet) renew(one);
    }
  }
  function renew(one: Proxy): void {
    answer(one, true);
    ask(one, []);
    answer(one, true);
    one.counter.tick();
  }

  /** Those who live say what they hold while it settles. */
  function anew(): void {
    for (const one of fleet) answer(one, false);
    ledger = createLeaseLedger({ clock, wallClock: () => 0 });
    seed();
    for (const one of fleet) ask(one, []);
  }
  function oneDoes(step: Exclude<Step, { kind: 'pass' | 'seed' | 'anew' }>): void {
    const one = fleet[step.proxy]!;
    if (step.kind === 'ask') ask(one, step.needs);
    else if (step.kind === 'answer') answer(one, step.arrives);
    else if (step.kind === 'settle') settle(one, step.share);
    else if (step.kind === 'die') {
      fleet[step.proxy] = born();
      seed();
    } else if (one.counter.free(now) >= step.nanos) {
      one.counter.hold(step.nanos, now);
      one.holds.push(step.nanos);
    }
  }

  return {
    do(step: Step): void {
      if (step.kind === 'pass') pass(step.ms);
      else if (step.kind === 'seed') seed();
      else if (step.kind === 'anew') anew();
      else oneDoes(step);
    },
    settled: () => [...recorded.values()].reduce((sum, nanos) => sum + nanos, 0),
    committed(): number {
      return this.settled() + fleet.reduce((sum, { counter }) => sum + counter.held, 0);
    },
    endAll(): void {
      for (const one of fleet) while (one.holds.length > 0) settle(one, 0.5);
      pass(leaseMs + 5_000);
    },
    askAll(): number {
      const [one, ...others] = fleet as [Proxy, ...Proxy[]];
      for (const other of others) renew(other);
      const left = limitNanos - this.settled();
      for (let attempt = 0; attempt < 2; attempt++) {
        ask(one, [left]);
        answer(one, true);
        for (const other of others) renew(other);
      }
      return one.counter.free(now);
    },
  };
}

const budgetOf = (limitNanos: number): Budget => ({
  ...{ name: 'b', for: {}, limitUsd: limitNanos / 1e9, per: 'day', hard: true, steps: [], whenUnreachable: 'share' },
});
