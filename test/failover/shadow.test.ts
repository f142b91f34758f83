// A copy that nobody sees: it never touches the client, whatever becomes of it, and the record tells what it cost.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, bomb, flood, hang, resetAtOnce } from '../support/faulty-behaviours.ts';
import {
  attemptsOf,
  chain,
  chatBody,
  chatPieces,
  chatStreamOf,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

const shadow = (model: string, provider = 'two') => ({ shadow: { target: { provider, model } } });

const copied = answer({ pieces: [chatBody('the copy', { model: 'gpt-4o-mini' })] });

let at: FailoverHouse;
beforeAll(async () => {
  const names = ['copy', 'stream', 'refused', 'broken', 'huge', 'bomb', 'slow', 'alone', 'retried'];
  at = await openFailoverHouse({
    routes: [
      ...names.map((name) => chain(name, ['one'], shadow('gpt-4o-mini'))),
      chain('foreign', ['one'], shadow('claude-sonnet-4-5', 'claude')),
    ],
    providers: () => ({
      two: { like: 'openai' },
    }),
  });
});
afterAll(() => at.close());

describe('a copy', () => {
  it('goes to the candidate, and its tokens and price stand in an attempt of their own', async () => {
    at.one.respondOnce(chatText('the answer'));
    at.two.respondOnce(copied);
    const said = await at.ask('copy');
    expect(said.text).toBe(chatBody('the answer'));
    expect(said.headers['x-sightline-attempts']).toBe('1');
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', 'shadow two 200 success']);
    expect(record.attempts[1]).toMatchObject({
      number: 2,
      model: 'gpt-4o-mini',
      inputTokens: 9,
      outputTokens: 3,
      costNanos: 9 * 150 + 3 * 600,
      costSource: 'computed',
    });
    // The exchange's own cost is that of what the client got: of an unpriced model.
    expect(record.pricing.costNanos).toBeNull();
    expect(at.two.requests.at(-1)?.header('authorization')).toBe('Bearer key-of-two');
  });

  it('of a stream is heard as a stream', async () => {
    at.one.respondOnce(chatStreamOf('the answer'));
    at.two.respondOnce(chatStreamOf('the copy'));
    const said = await at.ask('stream', { stream: true });
    expect(said.text).toBe(chatPieces('the answer').join(''));
    expect(attemptsOf(await said.record())).toEqual(['first one 200 success', 'shadow two 200 success']);
  });

  it('may go to another format', async () => {
    at.one.respondOnce(chatText('the answer'));
    at.claude.respondOnce(refusal(529));
    expect(attemptsOf(await (await at.ask('foreign')).record())).toEqual([
      ...['first one 200 success', 'shadow claude 529 failed'],
    ]);
    expect(JSON.parse(at.claude.requests.at(-1)!.body.toString()).max_tokens).toBeGreaterThan(0);
  });

  it.each([
    { name: 'refused', behaviour: refusal(400), made: 'shadow two 400 failed' },
    { name: 'broken', behaviour: resetAtOnce(), made: 'shadow two - unreachable' },
    { name: 'huge', behaviour: flood(64 * 1024 * 1024), made: 'shadow two 200 truncated' },
    { name: 'bomb', behaviour: bomb('gzip', 64 * 1024 * 1024), made: 'shadow two 200 success' },
  ])('that is $name is nobody’s trouble', async ({ name, behaviour, made }) => {
    at.one.respondOnce(chatText('the answer'));
    at.two.respondOnce(behaviour);
    const said = await at.ask(name);
    expect([said.status, said.text]).toEqual([200, chatBody('the answer')]);
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', made]);
    expect(record).toMatchObject({ outcome: 'success', errorCode: '', errorMessage: '' });
    expect(record.attempts[1]?.costNanos).toBeNull();
  });

  it('under way keeps the record open and not the client', async () => {
    at.one.respondOnce(chatText('the answer'));
    let release!: () => void;
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    at.two.respondOnce(async (reply, request) => {
      await released;
      await chatText('the copy')(reply, request);
    });
    const said = await at.ask('slow');
    expect(said.text).toBe(chatBody('the answer'));
    expect(at.house.proxy.traffic.running).toBe(0);
    expect(at.house.recorder.counters().open).toBe(1);
    release();
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', 'shadow two 200 success']);
    // It ended long after the exchange did.
    expect(record.totalMs).toBeLessThanOrEqual(record.attempts[1]!.startedAtMs + record.attempts[1]!.totalMs);
  });

  it('is sent once, however often the request itself is', async () => {
    const before = at.two.requests.length;
    at.one.respondOnce(refusal(400));
    at.two.respondOnce(chatText('the copy'));
    const said = await at.ask('retried');
    expect(said.status).toBe(400);
    expect(attemptsOf(await said.record())).toEqual(['first one 400 failed', 'shadow two 200 success']);
    expect(at.two.requests.length).toBe(before + 1);
  });
});

describe('where the client waits for its record', () => {
  it('the copy stands in it as far as it has come', async () => {
    const strict = await openFailoverHouse({
      routes: [chain('strict', ['one'], shadow('copy'))],
      configuration: { recording: { durability: 'strict' } },
    });
    strict.one.respondOnce(async (reply, request) => {
      await strict.two.request(1);
      await chatText('the answer')(reply, request);
    });
    strict.two.respondOnce(hang());
    const said = await strict.ask('strict');
    expect(said.text).toBe(chatBody('the answer'));
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 success', 'shadow two - partial']);
    expect(record.attempts[1]?.why).toBe('still under way when the record was closed');
    await strict.close();
  });
});

it('a copy under way when the proxy stops is cut, and its exchange is recorded', async () => {
  const stopping = await openFailoverHouse({ routes: [chain('stopping', ['one'], shadow('copy'))] });
  stopping.one.respondOnce(chatText('the answer'));
  stopping.two.respondOnce(hang());
  const copied = stopping.two.request(1);
  await stopping.ask('stopping');
  await copied;
  await stopping.close();
  expect(stopping.house.sink.records.map(attemptsOf)).toEqual([['first one 200 success', 'shadow two - unreachable']]);
});
