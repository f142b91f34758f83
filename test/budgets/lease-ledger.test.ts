// The granting side of budgets, in memory and inside Redis: whatever happens in whatever order, no more is given out than there
// is, and saying a thing twice changes nothing.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  createLeaseLedger,
  type LeaseLedger,
  leaseMs,
  scarceMs,
  settleMs,
} from '../../collector/budgets/lease-ledger.ts';
import type { LeaseAnswer, LeaseClaim } from '../../contract/access/lease.ts';
import { answerOf, createRedisLeases, leaseTiming, valuesOf } from '../../proxy/budgets/redis-leases.ts';
import { leaseKeys, leaseScript, seedScript } from '../../proxy/shared/lease-script.ts';
import { createRedisCommands, type RedisCommands } from '../../proxy/shared/redis-commands.ts';
import { until } from '../cli/run.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';
import { createFleet, steps } from './fleet.ts';

const claim = (changes: Partial<LeaseClaim> = {}): LeaseClaim => ({
  ...{ counter: 'c', limitNanos: 1000, settledNanos: 0, holdsNanos: 0, keepNanos: 0, wantNanos: 0, needsNanos: [] },
  ...{ sinceMs: 0, endsAt: Number.MAX_SAFE_INTEGER },
  ...changes,
});

function ledgerAt(): {
  ledger: LeaseLedger;
  pass(ms: number): void;
  ask(boot: string, c: Partial<LeaseClaim>): number;
} {
  let now = 0;
  const ledger = createLeaseLedger({ clock: () => now, wallClock: () => 0 });
  now = settleMs;
  return {
    ledger,
    pass(ms) {
      now += ms;
    },
    ask: (boot, changes) => ledger.exchange({ boot, claims: [claim(changes)] }).grants[0]!.grantedNanos,
  };
}

describe('a lease ledger', () => {
  it('grants what a waiting call needs whole or not at all, and the next one that fits', () => {
    const { ask } = ledgerAt();
    expect(ask('one', { needsNanos: [700, 400, 300] })).toBe(1000);
  });

  it('gives at most a quarter of what is left as headroom, divided by the proxies that are there', () => {
    const { ask, ledger } = ledgerAt();
    ledger.exchange({ boot: 'two', claims: [] });
    expect(ask('one', { wantNanos: 1000 })).toBe(125);
  });

  it('takes back what a proxy does not keep', () => {
    const { ask } = ledgerAt();
    ask('one', { needsNanos: [1000] });
    expect(ask('two', { needsNanos: [100] })).toBe(0);
    ask('one', { holdsNanos: 200, keepNanos: 200 });
    expect(ask('two', { needsNanos: [800] })).toBe(800);
  });

  it('has idle headroom given back where a call finds no room for it', () => {
    const { ask, ledger } = ledgerAt();
    ledger.exchange({ boot: 'two', claims: [] });
    expect(ask('one', { wantNanos: 1000 })).toBe(125);
    const answer = ledger.exchange({ boot: 'two', claims: [claim({ needsNanos: [900] })] });
    expect(answer.grants[0]).toMatchObject({ grantedNanos: 0, scarce: true });
    expect(ledger.exchange({ boot: 'one', claims: [claim({ wantNanos: 500 })] }).grants[0]).toMatchObject({
      ...{ grantedNanos: 0, scarce: true },
    });
    expect(ask('two', { needsNanos: [900] })).toBe(900);
  });

  it('ends the lease of a proxy that says nothing any more, and keeps what it had settled', () => {
    const { ask, pass } = ledgerAt();
    ask('dead', { settledNanos: 300, needsNanos: [700] });
    pass(leaseMs);
    expect(ask('one', { needsNanos: [701] })).toBe(0);
    expect(ask('one', { needsNanos: [700] })).toBe(700);
  });

  it('counts of each boot the larger of what it said and what was recorded', () => {
    const { ask, ledger } = ledgerAt();
    ask('one', { settledNanos: 300 });
    const seed = { counter: 'c', version: 1, endsAt: 1, boots: [{ boot: 'one', beforeNanos: 0, recordedNanos: 200 }] };
    ledger.seed(seed);
    expect(ledger.view('c').settledNanos).toBe(300);
    ledger.seed({ ...seed, version: 2, boots: [{ boot: 'one', beforeNanos: 0, recordedNanos: 400 }] });
    ledger.seed(seed);
    expect(ledger.view('c').settledNanos).toBe(400);
  });

  it('adds what a boot spent before it began to count', () => {
    const { ask, ledger } = ledgerAt();
    ledger.seed({ counter: 'c', version: 1, endsAt: 1, boots: [{ boot: 'one', beforeNanos: 0, recordedNanos: 600 }] });
    expect(ask('one', { sinceMs: 5, needsNanos: [500] })).toBe(0);
    expect(ask('one', { sinceMs: 5, settledNanos: 100, needsNanos: [300] })).toBe(300);
    expect(ledger.view('c').settledNanos).toBe(700);
  });

  it('gives out nothing until those who hold something have had the time to say so', () => {
    let now = 0;
    const ledger = createLeaseLedger({ clock: () => now, wallClock: () => 0 });
    const ask = (boot: string, changes: Partial<LeaseClaim>) =>
      ledger.exchange({ boot, claims: [claim(changes)] }).grants[0]!;
    expect(ask('new', { needsNanos: [800] })).toMatchObject({ grantedNanos: 0, settling: true });
    expect(ask('old', { holdsNanos: 500, keepNanos: 600 })).toMatchObject({ grantedNanos: 600, settling: true });
    now = settleMs;
    expect(ask('new', { needsNanos: [800] })).toMatchObject({ grantedNanos: 0, settling: false });
    expect(ask('new', { needsNanos: [400] }).grantedNanos).toBe(400);
  });

  it('gives out nothing of what somebody else grants, as long as a grant of theirs may hold', () => {
    const { ask, pass, ledger } = ledgerAt();
    ledger.note({ boot: 'two', claims: [claim({ settledNanos: 100, holdsNanos: 50, keepNanos: 60 })] });
    expect(ledger.view('c')).toMatchObject({ settledNanos: 100, leasedNanos: 60 });
    expect(ask('one', { needsNanos: [10] })).toBe(0);
    pass(leaseMs);
    expect(ask('one', { needsNanos: [900] })).toBe(900);
  });

  it('never has more spent and held by living proxies than the limit, whatever happens', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const fleet = createFleet(1000);
        for (const step of list) {
          fleet.do(step);
          expect(fleet.committed()).toBeLessThanOrEqual(1000);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses nobody what is left, once the dead have had their time', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const fleet = createFleet(1000);
        for (const step of list) fleet.do(step);
        fleet.endAll();
        expect(fleet.askAll()).toBe(1000 - fleet.settled());
      }),
      { numRuns: 300 },
    );
  });
});

describe.skipIf(redisServer === null)('the same ledger inside Redis', () => {
  let redis: Redis;
  let commands: RedisCommands;
  beforeAll(async () => {
    redis = await startRedis();
    commands = createRedisCommands({ url: redis.url, random: Math.random, deadlineMs: 5_000 });
    await until('Redis to be there', () => !commands.degraded());
  });
  afterAll(async () => {
    commands?.close();
    await redis?.close();
  });

  async function exchange(boot: string, claims: LeaseClaim[], now: number): Promise<LeaseAnswer> {
    const keys = [leaseKeys.era, leaseKeys.alive, ...claims.map(({ counter }) => leaseKeys.counter(counter))];
    const { headroomShare } = leaseTiming;
    const values = [
      boot,
      leaseMs,
      settleMs,
      headroomShare,
      now,
      scarceMs,
      ...claims.flatMap((one) => valuesOf(one, 0)),
    ];
    return answerOf((await commands.run(leaseScript, keys, values.map(String))) as number[], { boot, claims });
  }

  it('answers every conversation as the one in memory does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(talk, { maxLength: 25 }), async (list) => {
        await commands.ask(['FLUSHALL']);
        let now = 1_000_000;
        const ledger = createLeaseLedger({ clock: () => now, wallClock: () => 0 });
        for (const counter of ['a', 'b']) await seed(ledger, { counter, version: 0, endsAt: 1, boots: [] });
        ledger.exchange({ boot: 'x', claims: [] });
        await exchange('x', [], now);
        for (const one of list) {
          now += one.pass;
          if (one.seed) await seed(ledger, one.seed);
          const expected = ledger.exchange({ boot: one.boot, claims: one.claims });
          expect(await exchange(one.boot, one.claims, now)).toEqual(expected);
          expect((await exchange(one.boot, one.claims, now)).grants).toEqual(
            ledger.exchange({ boot: one.boot, claims: one.claims }).grants,
          );
        }
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it('is told first what was recorded, where it knows nothing, and grants nothing while nobody can tell', async () => {
    await commands.ask(['FLUSHALL']);
    await commands.ask(['HSET', leaseKeys.era, 'began', '1', 'heard', String(Date.now())]);
    let known = false;
    const leases = createRedisLeases({
      redis: commands,
      clock: Date.now,
      async seeds({ claims }) {
        const boots = [{ boot: 'gone', beforeNanos: 0, recordedNanos: 900 }];
        return known ? claims.map(({ counter }) => ({ counter, version: 1, endsAt: 1, boots })) : null;
      },
    });
    const ask = async (need: number) => {
      const answer = await leases.exchange({ boot: 'new', claims: [claim({ needsNanos: [need] })] });
      return answer?.grants[0];
    };
    expect(await ask(10)).toMatchObject({ grantedNanos: 0, settling: true });
    known = true;
    expect(await ask(101)).toMatchObject({ grantedNanos: 0, settledNanos: 900, settling: false });
    expect(await ask(100)).toMatchObject({ grantedNanos: 100, leasedNanos: 100 });
  });

  async function seed(ledger: LeaseLedger, { counter, version, endsAt, boots }: Parameters<LeaseLedger['seed']>[0]) {
    ledger.seed({ counter, version, endsAt, boots });
    const values = boots.flatMap(({ boot, beforeNanos, recordedNanos }) => [boot, beforeNanos, recordedNanos]);
    await commands.run(seedScript, [leaseKeys.counter(counter)], [version, 3_600_000, ...values].map(String));
  }
});

const nanos = fc.oneof(fc.nat(1000), fc.nat(400), fc.constant(0));
const boot = fc.constantFrom('x', 'y', 'z');
const talk = fc.record({
  boot,
  pass: fc.oneof(fc.nat(2000), fc.nat(12_000)),
  seed: fc.option(
    fc.record({
      counter: fc.constantFrom('a', 'b'),
      version: fc.nat(20),
      endsAt: fc.constant(1),
      boots: fc.uniqueArray(fc.record({ boot, beforeNanos: nanos, recordedNanos: nanos }), {
        selector: (one) => one.boot,
        maxLength: 3,
      }),
    }),
  ),
  claims: fc.uniqueArray(
    fc.record({
      counter: fc.constantFrom('a', 'b'),
      limitNanos: fc.constant(1000),
      ...{ settledNanos: nanos, holdsNanos: nanos, keepNanos: nanos, wantNanos: nanos },
      needsNanos: fc.array(nanos, { maxLength: 3 }),
      sinceMs: fc.constantFrom(0, 5),
      endsAt: fc.constant(Number.MAX_SAFE_INTEGER),
    }),
    { selector: ({ counter }) => counter, maxLength: 2 },
  ),
});
