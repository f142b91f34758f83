// A client that goes away takes everything with it, whatever the proxy is about to do.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hang, hangAfter } from '../support/faulty-behaviours.ts';
import {
  attemptsOf,
  chain,
  chatChunk,
  chatOpening,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openFailoverHouse({
    routes: [
      ...['head', 'held', 'begun', 'second'].map((name) => chain(name, ['one', 'two'])),
      chain('pause', ['one'], { retries: 1 }),
      chain('hedged', ['one', 'two'], { hedge: { afterMs: 5, maxPercent: 100 } }),
      chain('copied', ['one'], { shadow: { target: { provider: 'two', model: 'copy' } } }),
    ],
  });
});
afterAll(() => at.close());

/** Asks, leaves once `when` has come, and gives the record. */
async function leave(model: string, when: () => Promise<unknown>) {
  const controller = new AbortController();
  const asked = at.ask(model, { stream: true, signal: controller.signal }).catch(() => null);
  await when();
  controller.abort();
  await asked;
  return at.house.sink.waitFor((record) => record.requestedModel === model);
}
const next = (upstream: 'one' | 'two') => at[upstream].request(at[upstream].requests.length + 1);

describe('a client that leaves', () => {
  it('while the head is awaited, ends the attempt', async () => {
    at.one.respondOnce(hang());
    const seen = next('one');
    const record = await leave('head', () => seen);
    await (await seen).gone;
    expect(attemptsOf(record)).toEqual(['first one - aborted']);
    expect(record).toMatchObject({ outcome: 'aborted', httpStatus: null, errorCode: 'SIGHTLINE_CLIENT_GONE' });
  });

  it('while nothing but life-cycle events has come, has seen nothing', async () => {
    let opened!: () => void;
    const opening = new Promise<void>((resolve) => {
      opened = resolve;
    });
    at.one.respondOnce(async (reply, request) => {
      await hangAfter([chatOpening])(reply, request);
      opened();
    });
    const seen = next('one');
    const record = await leave('held', () => opening);
    await (await seen).gone;
    expect(record).toMatchObject({ outcome: 'aborted', httpStatus: null });
    expect(record.attempts).toHaveLength(1);
  });

  it('in the middle of the answer, leaves nobody running and nobody asked', async () => {
    const before = at.two.requests.length;
    at.one.respondOnce(hangAfter([chatOpening, chatChunk({ content: 'Hel' })]));
    const seen = next('one');
    const controller = new AbortController();
    const response = await fetch(`${at.house.url}/v1/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ model: 'begun', stream: true, messages: [] }),
      headers: { 'content-type': 'application/json' },
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    await (await seen).gone;
    const record = await at.house.sink.waitFor((one) => one.requestedModel === 'begun');
    expect(attemptsOf(record)).toEqual(['first one 200 aborted']);
    expect(record).toMatchObject({ outcome: 'aborted', httpStatus: 200 });
    expect(at.two.requests.length).toBe(before);
  });

  it('during the second attempt, ends that one', async () => {
    at.one.respondOnce(refusal(500));
    at.two.respondOnce(hang());
    const seen = next('two');
    const record = await leave('second', () => seen);
    await (await seen).gone;
    expect(attemptsOf(record)).toEqual(['first one 500 failed', 'failover two - aborted']);
  });

  it('during a pause, ends the pause', async () => {
    at.one.respondOnce(refusal(429, 'slow down', [['retry-after', '50']]));
    const seen = next('one');
    // Would the pause go on, the record came after fifty seconds.
    const record = await leave('pause', async () => {
      await seen;
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    expect(attemptsOf(record)).toEqual(['first one 429 failed']);
    expect(record.outcome).toBe('aborted');
  });

  it('while two are asked, ends both', async () => {
    at.one.respondOnce(hang());
    at.two.respondOnce(hang());
    const [first, second] = [next('one'), next('two')];
    const record = await leave('hedged', () => Promise.all([first, second]));
    await Promise.all([(await first).gone, (await second).gone]);
    expect(attemptsOf(record)).toEqual(['first one - aborted', 'hedge two - aborted']);
  });

  it('takes the copy along that nobody would have seen', async () => {
    at.one.respondOnce(hang());
    at.two.respondOnce(hang());
    const [first, copy] = [next('one'), next('two')];
    const record = await leave('copied', () => Promise.all([first, copy]));
    await (await copy).gone;
    expect(attemptsOf(record)).toEqual(['first one - aborted', 'shadow two - aborted']);
  });
});
