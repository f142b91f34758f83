// Those who ask the same at the same time share one call to the provider, and nobody of them can spoil it for the others.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailoverHouse, Said } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import type { Behaviour } from '../support/faulty-upstream.ts';
import { cached, chunksOf, openCacheHouse, wordsOf } from './cache-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openCacheHouse({
    routes: ['hundred', 'leaves', 'fails', 'breaks', 'nobody', 'apart'].map((name) => cached(name)),
  });
});
afterAll(() => at.close());

const status = (said: Said): string | undefined => said.headers['x-sightline-cache'];

/** Streams its first words, and the rest when told. */
function held(): { behaviour: Behaviour; go(): void } {
  let go = (): void => {};
  const told = new Promise<void>((resolve) => {
    go = resolve;
  });
  const behaviour: Behaviour = async (reply) => {
    await reply.head(200, [
      ['content-type', 'text/event-stream'],
      ['transfer-encoding', 'chunked'],
    ]);
    const [opening, first, ...rest] = chunksOf('one two');
    await reply.chunk(opening as string);
    await reply.chunk(first as string);
    await told;
    for (const piece of rest) await reply.chunk(piece);
    await reply.endChunks();
  };
  return { behaviour, go };
}

const asked = async (count: number): Promise<void> => void (await at.one.request(count));

describe('identical calls at the same time', () => {
  it('are one call to the provider, streamed and whole mixed, and all get its answer', async () => {
    const before = at.one.requests.length;
    const slow = held();
    at.one.respondOnce(slow.behaviour);
    const first = at.ask('hundred', { stream: true });
    await asked(before + 1);
    const others = Array.from({ length: 99 }, (_, index) => at.ask('hundred', { stream: index % 2 === 0 }));
    while (at.house.proxy.traffic.running < 100) await sleep(5);
    slow.go();
    const all = await Promise.all([first, ...others]);
    expect(at.one.requests.length).toBe(before + 1);
    expect(all.map(({ text }) => wordsOf(text))).toEqual(Array.from({ length: 100 }, () => 'one two'));
    expect(all.map(status)).toEqual(['miss', ...Array.from({ length: 99 }, () => 'shared')]);
    expect(status(await at.ask('hundred'))).toBe('hit');
    const records = await Promise.all(all.map((said) => said.record()));
    expect(records.filter(({ pricing }) => pricing.costNanos === 0)).toHaveLength(99);
    expect(new Set(records.slice(1).map(({ cache }) => cache?.from))).toEqual(new Set([records[0]?.id]));
  });

  it('go on when the first of them goes away, and it is recorded as aborted', async () => {
    const before = at.one.requests.length;
    const slow = held();
    at.one.respondOnce(slow.behaviour);
    const leaving = new AbortController();
    const first = at.ask('leaves', { stream: true, signal: leaving.signal });
    await asked(before + 1);
    const other = at.ask('leaves');
    while (at.house.proxy.traffic.running < 2) await sleep(5);
    await sleep(20);
    leaving.abort();
    await expect(first).rejects.toThrow();
    await sleep(50);
    slow.go();
    const said = await other;
    expect([status(said), wordsOf(said.text), at.one.requests.length]).toEqual(['shared', 'one two', before + 1]);
    const from = (await said.record()).cache?.from ?? '';
    expect((await at.house.record(from)).outcome).toBe('aborted');
  });

  it('let go of the provider when the last of them has gone', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(held().behaviour);
    const leaving = new AbortController();
    const { signal } = leaving;
    const first = at.ask('nobody', { stream: true, signal });
    await asked(before + 1);
    const other = at.ask('nobody', { stream: true, signal });
    while (at.house.proxy.traffic.running < 2) await sleep(5);
    await sleep(20);
    leaving.abort();
    await Promise.allSettled([first, other]);
    await at.one.requests[before]?.gone;
    expect(at.one.requests[before]?.closed?.by).toBe('client');
  });

  it('ask for themselves when the one that they waited for failed', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(answer({ status: 500, pieces: ['{"error":{"message":"no"}}'], delayMs: 100 }));
    const first = at.ask('fails');
    await asked(before + 1);
    const others = await Promise.all([at.ask('fails'), at.ask('fails')]);
    expect((await first).status).toBe(500);
    expect(others.map((said) => [said.status, status(said)])).toEqual([
      [200, 'miss'],
      [200, 'miss'],
    ]);
  });

  it('are told so where the answer breaks off after its beginning, and it is not kept', async () => {
    const before = at.one.requests.length;
    at.one.respondOnce(async (reply) => {
      await reply.head(200, [
        ['content-type', 'text/event-stream'],
        ['transfer-encoding', 'chunked'],
      ]);
      for (const piece of chunksOf('one two').slice(0, 2)) await reply.chunk(piece);
      await sleep(150);
      reply.reset();
    });
    const first = at.ask('breaks', { stream: true });
    await asked(before + 1);
    const [one, other] = [await first, await at.ask('breaks', { stream: true })];
    expect(one.text).toContain('SIGHTLINE_STREAM_TRUNCATED');
    expect([status(other), wordsOf(other.text).startsWith('answer')]).toEqual(['miss', true]);
  });

  it('are not shared by those who ask something else', async () => {
    const before = at.one.requests.length;
    await Promise.all([1, 2, 3].map((seed) => at.ask('apart', { body: { seed } })));
    expect(at.one.requests.length).toBe(before + 3);
  });
});
