// Where all keys of the only provider rest for a moment, a request waits for the first that is free instead of failing.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyQueue, type Waiter } from '../../proxy/key-queue.ts';
import type { SeenRequest } from '../support/faulty-upstream.ts';
import { attemptsOf, chain, chatText, type FailoverHouse, openFailoverHouse, refusal } from './failover-house.ts';

const limited = (seconds: string) => refusal(429, 'slow down', [['retry-after', seconds]]);
const keyOf = (request: SeenRequest): string | undefined => request.header('authorization');

let at: FailoverHouse;
beforeAll(async () => {
  const names = ['soon', 'late', 'short', 'left', 'busy', 'others'];
  at = await openFailoverHouse({
    routes: [
      ...names.slice(0, 5).map((name) => chain(name, [`pool-${name}`], name === 'short' ? { deadlineMs: 600 } : {})),
      chain('others', ['pool-others', 'two']),
    ],
    providers: ({ one }) =>
      Object.fromEntries(
        names.map((name) => [`pool-${name}`, { dialect: 'openai', baseUrl: `${one}/v1`, apiKeys: ['key-a', 'key-b'] }]),
      ),
  });
});
afterAll(() => at.close());

describe('a request whose keys are all limited', () => {
  it('waits for the one that is free first', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(limited('2'), limited('1'), chatText('at last'));
    const said = await at.ask('soon');
    expect(said.status).toBe(200);
    expect(attemptsOf(await said.record())).toEqual([
      ...['first pool-soon 429 failed', 'rotation pool-soon 429 failed', 'rotation pool-soon 200 success'],
    ]);
    const keys = at.one.requests.slice(before).map(keyOf);
    expect(keys[2]).toBe(keys[1]);
  });

  it('does not wait for long', async () => {
    at.one.respondOnce(limited('60'), limited('60'));
    const said = await at.ask('late');
    expect(said.status).toBe(429);
    expect((await said.record()).attempts).toHaveLength(2);
  });

  it('does not wait beyond its deadline', async () => {
    at.one.respondOnce(limited('1'), limited('1'));
    const said = await at.ask('short');
    expect(said.status).toBe(429);
    expect((await said.record()).attempts).toHaveLength(2);
  });

  it('waits from the start where others have used the keys up', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(limited('1'), limited('1'), chatText('one'), chatText('other'));
    const first = at.ask('busy');
    await at.one.request(before + 2);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const second = await at.ask('busy');
    expect([(await first).status, second.status]).toEqual([200, 200]);
    expect(attemptsOf(await second.record())).toEqual(['first pool-busy 200 success']);
    expect(at.one.requests).toHaveLength(before + 4);
  });

  it('is answered by somebody else where there is one', async () => {
    at.one.respondOnce(limited('1'), limited('1'));
    at.two.respondOnce(chatText('from two'));
    const said = await at.ask('others');
    expect(said.headers['x-sightline-provider']).toBe('two');
  });

  it('is asked of nobody when its client has left', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(limited('1'), limited('1'));
    const leaving = new AbortController();
    const said = at.ask('left', { signal: leaving.signal });
    await at.one.request(before + 2);
    setTimeout(() => leaving.abort(), 50);
    await expect(said).rejects.toThrow();
    await new Promise((resolve) => setTimeout(resolve, 1200));
    expect(at.one.requests).toHaveLength(before + 2);
  });
});

describe('the queue', () => {
  /** A world whose time passes while somebody pauses. */
  const world = (freeAt: number) => {
    let now = 0;
    const queue = new KeyQueue(() => Math.max(0, freeAt - now));
    const waiter = (more: Partial<Waiter> = {}): Waiter => ({
      ...{ mostMs: 2000, gone: () => false },
      async pause(milliseconds) {
        now += milliseconds;
      },
      ...more,
    });
    return { queue, waiter, now: () => now };
  };

  it('serves in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 2000 }), async (count, freeAt) => {
        const { queue, waiter, now } = world(freeAt);
        const served: number[] = [];
        await Promise.all(
          Array.from({ length: count }, (_, place) => queue.turn('p', waiter())?.then(() => served.push(place))),
        );
        expect(served).toEqual(Array.from({ length: count }, (_, place) => place));
        expect(now()).toBe(freeAt);
      }),
    );
  });

  it('lets nobody overtake', async () => {
    const { queue, waiter } = world(500);
    const served: string[] = [];
    let wake = (): void => {};
    const slow = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const first = queue.turn('p', waiter({ pause: () => slow }))?.then(() => served.push('first'));
    const second = queue.turn('p', waiter())?.then(() => served.push('second'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(served).toEqual([]);
    wake();
    await Promise.all([first, second]);
    expect(served).toEqual(['first', 'second']);
  });

  it('holds up nobody where a key is free, or free too late', () => {
    const { queue, waiter } = world(0);
    expect(queue.turn('p', waiter())).toBe(null);
    expect(world(2001).queue.turn('p', waiter())).toBe(null);
    expect(world(800).queue.turn('p', waiter({ mostMs: 500 }))).toBe(null);
  });

  it('passes over whoever has left', async () => {
    const { queue, waiter, now } = world(500);
    await queue.turn('p', waiter({ gone: () => true }));
    expect(now()).toBe(0);
  });
});
