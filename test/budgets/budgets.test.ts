// What one proxy holds and settles, by made-up clocks and with whoever grants under the test's thumb.
import { describe, expect, it } from 'vitest';
import { createLeaseLedger, leaseMs, settleMs } from '../../collector/budgets/lease-ledger.ts';
import { Budget } from '../../contract/access/budget.ts';
import type { LeaseAnswer, LeaseRequest } from '../../contract/access/lease.ts';
import { Budgets } from '../../proxy/budgets/budgets.ts';
import type { Caller } from '../../proxy/budgets/compiled-budget.ts';
import { overrunOf } from '../../proxy/budgets/overrun.ts';
import { planNanos, worstCaseNanos } from '../../proxy/budgets/worst-case.ts';

const caller: Caller = { tenant: 'default', team: 'a', app: '', key: '', keyName: '', user: '', task: '' };
const target = { provider: 'p', model: 'm' };
const day = 86_400_000;

function world(changes: Partial<Budget> = {}) {
  let now = 0;
  let boot = 'one';
  let reachable = true;
  const said: LeaseRequest[] = [];
  const ledger = createLeaseLedger({ clock: () => now, wallClock: () => day + now });
  const budgets = new Budgets({
    source: {
      async exchange(request): Promise<LeaseAnswer | null> {
        said.push(structuredClone(request));
        return reachable ? ledger.exchange(request) : null;
      },
    },
    ...{ boot: () => boot, clock: () => now, wallClock: () => day + now },
  });
  budgets.update([Budget.parse({ name: 'b', limitUsd: 1e-6, per: 'day', ...changes })], 'UTC');
  ledger.exchange({ boot: 'other', claims: [] });
  now = settleMs;
  return {
    ...{ budgets, ledger, said },
    pass: async (ms: number) => {
      for (let left = ms; left > 0; left -= 1000) {
        now += Math.min(1000, left);
        budgets.tick();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    restartAs(name: string) {
      boot = name;
    },
    cutOff() {
      reachable = false;
    },
    async hold(id: string, nanos: number, isRunning = () => true) {
      const counters = budgets.countersFor(caller, target, day).map((counter) => ({ counter, nanos }));
      const request = { id, caller, startedAt: day, counters, nanos, ttlMs: 600_000, isRunning };
      return (await budgets.hold(request))?.counter.compiled.budget.name ?? null;
    },
    counter: () => budgets.countersFor(caller, target, day)[0]!,
  };
}

describe('the budgets of one proxy', () => {
  it('ask nobody while a call fits into what was granted', async () => {
    const { hold, budgets, said, counter } = world();
    await hold('first', 10);
    const asked = said.length;
    const parts = [{ counter: counter(), nanos: 5 }];
    expect(
      budgets.hold({
        id: 'second',
        caller,
        startedAt: day,
        counters: parts,
        nanos: 5,
        ttlMs: 1,
        isRunning: () => true,
      }),
    ).toBe(null);
    expect(said.length).toBe(asked);
  });

  it('hold all or nothing', async () => {
    const { hold, counter } = world();
    expect(await hold('large', 1001)).toBe('b');
    expect(counter().held).toBe(0);
    expect(await hold('exact', 1000)).toBe(null);
    expect(await hold('more', 1)).toBe('b');
  });

  it('put the real cost in the place of what was held, once', async () => {
    const { hold, budgets, counter } = world();
    await hold('a', 400);
    budgets.ended('a', target);
    budgets.settle('a', { costNanos: 150, usedTokens: true, model: 'm' });
    budgets.settle('a', { costNanos: 150, usedTokens: true, model: 'm' });
    expect([counter().held, counter().settled]).toEqual([0, 150]);
  });

  it('count what was held where tokens were used that nobody can price, and nothing where none were', async () => {
    const { hold, budgets, counter } = world();
    for (const [id, usedTokens] of [
      ['a', true],
      ['b', false],
    ] as const) {
      await hold(id, 100);
      budgets.ended(id, target);
      budgets.settle(id, { costNanos: null, usedTokens, model: 'm' });
    }
    expect([counter().held, counter().settled]).toEqual([0, 100]);
  });

  it('give back at once what was sent to nobody', async () => {
    const { hold, budgets, counter } = world();
    await hold('a', 100);
    budgets.ended('a', null);
    expect([counter().held, counter().settled]).toEqual([0, 0]);
  });

  it('end a hold after its time, but never that of a call that runs', async () => {
    const { hold, counter, pass } = world();
    let running = true;
    await hold('a', 100, () => running);
    await pass(1_500_000);
    expect(counter().held).toBe(100);
    running = false;
    await pass(601_000);
    expect([counter().held, counter().settled]).toEqual([0, 0]);
  });

  it('count an answered call whose record never comes as what it held', async () => {
    const { hold, budgets, counter, pass } = world();
    await hold('a', 100);
    budgets.ended('a', target);
    await pass(61_000);
    expect([counter().held, counter().settled]).toEqual([0, 100]);
  });

  it('begin anew under another boot, so that nothing is said twice', async () => {
    const { hold, budgets, pass, ledger, counter, restartAs } = world();
    await hold('a', 100);
    budgets.ended('a', target);
    budgets.settle('a', { costNanos: 100, usedTokens: true, model: 'm' });
    await pass(1000);
    restartAs('two');
    await hold('b', 50);
    await pass(1000);
    expect(ledger.view(counter().name)).toMatchObject({ settledNanos: 100 });
  });

  it.each([
    ['share', 490, null],
    ['share', 510, 'b'],
    ['refuse', 1, 'b'],
    ['allow', 5000, null],
  ] as const)('with nobody to ask and %s: %d nanos → %s', async (whenUnreachable, nanos, refused) => {
    const { hold, budgets, pass, cutOff, counter } = world({ whenUnreachable });
    await hold('first', 1);
    budgets.ended('first', null);
    // Two proxies share what is left.
    expect(counter().known?.sharers).toBe(2);
    cutOff();
    await pass(leaseMs + 5_000);
    expect(await hold('a', nanos)).toBe(refused);
  });
});

describe('steps on the way to a limit', () => {
  const steps = [
    { percent: 50, action: 'slow' as const },
    { percent: 80, action: 'cheaper' as const },
  ];
  it('slow down more and more, from a tenth of a second to two', () => {
    const slowness = [49, 50, 75, 100, 300].map((spent) => overrunOf({ steps, limitNanos: 100 }, spent).slowMs);
    expect(slowness).toEqual([0, 100, 1050, 2000, 2000]);
  });
  it('choose the cheapest once that is reached', () => {
    expect([79, 80].map((spent) => overrunOf({ steps, limitNanos: 100 }, spent).cheaper)).toEqual([false, true]);
  });
});

describe('the worst case of a plan', () => {
  it('is the dearest target, both of a hedge, and all of a cascade', () => {
    const nanos = [10, 40, 35];
    expect(planNanos({ nanos, addsUp: false, hedge: null }, [0, 1, 2])).toBe(40);
    expect(planNanos({ nanos, addsUp: false, hedge: 2 }, [0, 1, 2])).toBe(45);
    expect(planNanos({ nanos, addsUp: true, hedge: null }, [0, 1, 2])).toBe(85);
    expect(planNanos({ nanos, addsUp: false, hedge: null }, [0])).toBe(10);
  });
  it('takes the limit of the request, else what was learned, else 4096 tokens; and no output where there is none', () => {
    const asked: (number | null)[] = [];
    const prices = {
      price({ usage }: { usage: { outputText: number | null } }) {
        asked.push(usage.outputText);
        return { costNanos: 1 } as never;
      },
    };
    const at = (operation: 'chat' | 'embeddings', maxOutputTokens: number | null, learnedOutputTokens: number | null) =>
      worstCaseNanos(
        { operation, inputTokens: 1, maxOutputTokens },
        { priceProvider: 'p', model: 'm', tier: '', at: 0, learnedOutputTokens },
        prices,
      );
    at('chat', 10, 20);
    at('chat', null, 20);
    at('chat', null, null);
    at('embeddings', null, null);
    expect(asked).toEqual([10, 20, 4096, null]);
  });
});
