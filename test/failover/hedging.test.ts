// Hedging: a second provider is asked when the first is slow to begin, for routes that want it, and never with tools.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hang, hangAfter } from '../support/faulty-behaviours.ts';
import {
  attemptsOf,
  chain,
  chatBody,
  chatChunk,
  chatOpening,
  chatPieces,
  chatStreamOf,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  const hedge = { afterMs: 30, maxPercent: 100 };
  at = await openFailoverHouse({
    routes: [
      ...['slow', 'stream', 'tools', 'both', 'second-only', 'then', 'quick'].map((name) =>
        chain(name, ['one', 'two'], { hedge: name === 'quick' ? { afterMs: 60_000, maxPercent: 100 } : hedge }),
      ),
      chain('unasked', ['one', 'two'], { deadlineMs: 400 }),
      chain('rarely', ['one', 'two'], { hedge: { afterMs: 30, maxPercent: 1 }, deadlineMs: 400 }),
      chain('third', ['one', 'two', 'claude'], { hedge }),
    ],
  });
});
afterAll(() => at.close());

describe('a hedge', () => {
  it('answers where the first stays silent, and the first is let go', async () => {
    at.one.respondOnce(hang());
    at.two.respondOnce(chatText('quicker'));
    const seen = at.one.request(at.one.requests.length + 1);
    const said = await at.ask('slow');
    expect(said.text).toBe(chatBody('quicker'));
    expect(said.headers).toMatchObject({ 'x-sightline-provider': 'two', 'x-sightline-attempts': '2' });
    await (await seen).gone;
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one - aborted', 'hedge two 200 success']);
    expect(record.attempts.map(({ why }) => why)).toEqual(['another attempt was quicker', 'no content after 30 ms']);
    expect(record).toMatchObject({ outcome: 'success', provider: 'two', errorCode: '', decision: { kind: 'hedge' } });
    expect(record.answer?.text).toBe('quicker');
  });

  it('wins against life-cycle events, and none of them reaches the client or the record', async () => {
    at.one.respondOnce(hangAfter([chatOpening.replace('chatcmpl-1', 'the-loser')]));
    at.two.respondOnce(chatStreamOf('quicker'));
    const said = await at.ask('stream', { stream: true });
    expect(said.text).toBe(chatPieces('quicker').join(''));
    const record = await said.record();
    expect(record).toMatchObject({ outcome: 'success', responseId: 'chatcmpl-1', answer: { text: 'quicker' } });
    expect(attemptsOf(record)).toEqual(['first one 200 aborted', 'hedge two 200 success']);
  });

  it('loses to a first target that begins to answer after all', async () => {
    let second!: () => void;
    const asked = new Promise<void>((resolve) => {
      second = resolve;
    });
    at.one.respondOnce(async (reply, request) => {
      await asked;
      await chatText('late but first')(reply, request);
    });
    at.two.respondOnce((reply, request) => {
      second();
      return hang()(reply, request);
    });
    const said = await at.ask('both');
    expect(said.text).toBe(chatBody('late but first'));
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', 'hedge two - aborted']);
    expect(record).toMatchObject({ provider: 'one', outcome: 'success', decision: { kind: 'pinned' } });
  });

  it('answers although the first fails meanwhile', async () => {
    let second!: () => void;
    const asked = new Promise<void>((resolve) => {
      second = resolve;
    });
    at.one.respondOnce(async (reply, request) => {
      await asked;
      await refusal(500)(reply, request);
    });
    at.two.respondOnce(async (reply, request) => {
      second();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await chatText('from two')(reply, request);
    });
    const said = await at.ask('second-only');
    expect(said.text).toBe(chatBody('from two'));
    expect(attemptsOf(await said.record())).toEqual(['first one 500 failed', 'hedge two 200 success']);
  });

  it('that fails like the first has been asked, so that the third is next', async () => {
    let second!: () => void;
    const asked = new Promise<void>((resolve) => {
      second = resolve;
    });
    at.one.respondOnce(async (reply, request) => {
      await asked;
      await refusal(500, 'one')(reply, request);
    });
    at.two.respondOnce((reply, request) => {
      second();
      return refusal(503, 'two')(reply, request);
    });
    at.claude.respondOnce(refusal(500, 'claude'));
    const said = await at.ask('third');
    expect(attemptsOf(await said.record())).toEqual([
      ...['first one 500 failed', 'hedge two 503 failed', 'failover claude 500 failed'],
    ]);
  });
});

describe('nobody is asked twice', () => {
  const askedTwo = () => at.two.requests.length;

  it('where the first is quick', async () => {
    const before = askedTwo();
    at.one.respondOnce(chatText('quick'));
    expect((await at.ask('quick')).text).toBe(chatBody('quick'));
    expect(askedTwo()).toBe(before);
  });

  it('where the request has tools: two models could both act', async () => {
    const before = askedTwo();
    at.one.respondOnce(async (reply, request) => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      await chatStreamOf('slowly')(reply, request);
    });
    const tools = [{ type: 'function', function: { name: 'pay', parameters: {} } }];
    expect((await at.ask('tools', { stream: true, body: { tools } })).text).toContain('slowly');
    expect(askedTwo()).toBe(before);
  });

  it.each([
    ['where the route does not want it', 'unasked'],
    ['beyond the share that the route allows', 'rarely'],
  ])('%s', async (_, model) => {
    const before = askedTwo();
    at.one.respondOnce(hang());
    expect((await at.ask(model)).status).toBe(504);
    expect(askedTwo()).toBe(before);
  });
});

it('a content that has come stops the clock, however slowly the rest comes', async () => {
  const before = at.two.requests.length;
  at.one.respondOnce(async (reply, request) => {
    const pieces = [chatOpening + chatChunk({ content: 'a' })];
    await hangAfter(pieces)(reply, request);
    await new Promise((resolve) => setTimeout(resolve, 120));
    await reply.chunk(`${chatChunk({}, 'stop')}data: [DONE]\n\n`);
    await reply.endChunks();
  });
  expect((await at.ask('then', { stream: true })).text).toContain('[DONE]');
  // Under load the clock may have run out before the first content came; then two was asked, and lost.
  expect(at.two.requests.length).toBeLessThanOrEqual(before + 1);
});
