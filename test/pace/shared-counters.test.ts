// Proxies that count together in a real Redis, and what is left of a limit when it goes away.
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createPaceRoom, type PaceRoom } from '../../proxy/pace-limits/pace-room.ts';
import type { Rule, Taken } from '../../proxy/pace-limits/rule.ts';
import { SharedCounters } from '../../proxy/pace-limits/shared-counters.ts';
import { createRedisCommands, type RedisCommands } from '../../proxy/shared/redis-commands.ts';
import { until } from '../cli/run.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';

const rule = (fields: Partial<Rule>): Rule => ({
  ...{ limit: 'l', counter: 'c', counts: 'requests', most: 60, cost: 1 },
  ...fields,
});

describe.skipIf(redisServer === null)('limits shared by proxies', () => {
  let redis: Redis;

  const connect = async (): Promise<RedisCommands> => {
    const commands = createRedisCommands({ url: redis.url, random: () => 0, deadlineMs: 500, restMs: 50 });
    onTestFinished(() => commands.close());
    await until('the connection', () => !commands.degraded());
    return commands;
  };
  const room = async (): Promise<PaceRoom> => {
    const made = createPaceRoom({
      ...{ queueMs: 0, queueLength: 0, clock: () => performance.now(), redis: await connect() },
      timer(run, ms) {
        const waiting = setTimeout(run, ms);
        return () => clearTimeout(waiting);
      },
    });
    onTestFinished(() => made.stop());
    return made;
  };
  const ask = (proxy: PaceRoom, id: string, rules: Rule[]): Promise<Taken> =>
    Promise.resolve(proxy.admit({ id, flow: 'one', rules }, () => {}));

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis?.close());

  it('admit together what one alone would admit, asked at the same time', async () => {
    const proxies = await Promise.all([room(), room(), room()]);
    const rules = [rule({ counter: 'together', most: 60 })];
    const asked = proxies.flatMap((proxy, at) => Array.from({ length: 20 }, (_, n) => ask(proxy, `${at}-${n}`, rules)));
    const admitted = (await Promise.all(asked)).filter((taken) => taken.admitted);
    // The burst, and what comes back within a slow moment of the machine.
    expect(admitted.length).toBeGreaterThanOrEqual(10);
    expect(admitted.length).toBeLessThanOrEqual(13);
    expect(admitted.every(({ together }) => together)).toBe(true);
  });

  it('take of all counters or of none', async () => {
    const proxy = await room();
    const wide = rule({ counter: 'wide', most: 5 });
    const none = rule({ counter: 'none', counts: 'concurrency', most: 0 });
    for (let at = 0; at < 20; at++) expect((await ask(proxy, `x${at}`, [wide, none])).admitted).toBe(false);
    const { admitted, standings } = await ask(proxy, 'y', [wide]);
    expect([admitted, standings[0]?.remaining]).toEqual([true, 4]);
  });

  it('say the same of remaining and waiting as a proxy alone', async () => {
    const together = await room();
    const alone = createPaceRoom({
      ...{ queueMs: 0, queueLength: 0, clock: () => 0, redis: null, timer: () => () => {} },
    });
    for (const [at, cost] of [900, 3000, 100, 4000, 9000].entries()) {
      const rules = [
        rule({ counter: 'same', counts: 'tokens', most: 60_000, cost }),
        rule({ counter: 'calls', most: 6 }),
      ];
      const one = await ask(together, `a${at}`, rules);
      const other = await ask(alone, `a${at}`, rules);
      expect(one.admitted).toBe(other.admitted);
      for (const [place, standing] of one.standings.entries()) {
        const same = other.standings[place];
        expect(Math.abs((standing.waitMs ?? 0) - (same?.waitMs ?? 0))).toBeLessThan(1000);
        expect(Math.abs(standing.remaining - (same?.remaining ?? 0))).toBeLessThanOrEqual(1000);
      }
    }
  });

  it('give back tokens and places to all', async () => {
    const [one, other] = await Promise.all([room(), room()]);
    const rules = [
      rule({ counter: 'tokens', counts: 'tokens', most: 6000, cost: 1000 }),
      rule({ counter: 'places', counts: 'concurrency', most: 1 }),
    ];
    const call = { id: 'first', flow: 'one', rules };
    const taken = await ask(one, 'first', rules);
    expect((await ask(other, 'second', rules)).admitted).toBe(false);
    one.release(call, taken, 'tokens unknown yet');
    one.settle('first', 10);
    await until('both to be back', async () => (await ask(other, 'third', rules)).admitted);
  });

  it('get the places back of a proxy that died, and keep those of one that lives', async () => {
    const dead = new SharedCounters(await connect(), 150);
    const living = new SharedCounters(await connect(), 150);
    const places = [rule({ counter: 'crash', counts: 'concurrency', most: 2 })];
    expect((await dead.take('of the dead', places))?.admitted).toBe(true);
    expect((await living.take('of the living', places))?.admitted).toBe(true);
    expect((await living.take('one more', places))?.admitted).toBe(false);
    const vouching = setInterval(() => void living.vouch(new Map([['crash', new Set(['of the living'])]])), 30);
    onTestFinished(() => clearInterval(vouching));
    await until('the place of the dead', async () => (await living.take('one more', places))?.admitted === true);
    expect((await living.take('and another', places))?.admitted).toBe(false);
  });

  it('are kept by each alone while Redis hangs, and together again afterwards', async () => {
    const proxy = await room();
    const places = [rule({ counter: 'outage', counts: 'concurrency', most: 2 })];
    expect(await ask(proxy, 'before', places)).toMatchObject({ admitted: true, together: true });
    redis.freeze();
    expect(await ask(proxy, 'during', places)).toMatchObject({ admitted: true, together: false });
    // What was admitted before the outage still counts.
    expect((await ask(proxy, 'too many', places)).admitted).toBe(false);
    redis.thaw();
    await until(
      'Redis to be asked again',
      async () => (await ask(proxy, 'look', [rule({ counter: 'other' })])).together,
    );
  });
});
