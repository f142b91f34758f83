// An answer that may be given twice is given again, and costs nothing the second time.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FailoverHouse, Said } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { cached, counting, openCacheHouse, wordsOf } from './cache-house.ts';

let at: FailoverHouse;
beforeAll(async () => {
  at = await openCacheHouse({
    routes: [
      ...['plain', 'streamed', 'across', 'records', 'errors', 'short', 'tools'].map((name) => cached(name)),
      cached('careful', { cache: { mode: 'deterministic' } }),
      cached('never', { cache: { mode: 'off' } }),
      cached('undecided', { cache: undefined }),
      cached('named', { cache: { namespace: 'shop' } }),
      cached('stands-by', { cache: { ttlSeconds: 0, staleIfErrorSeconds: 600 } }),
    ],
  });
});
afterAll(() => at.close());

const status = (said: Said): string | undefined => said.headers['x-sightline-cache'];
const ask = async (model: string, options: Parameters<FailoverHouse['ask']>[1] = {}) => {
  const said = await at.ask(model, options);
  return { said, status: status(said), words: said.status === 200 ? wordsOf(said.text) : '' };
};
const about = (content: string, more: object = {}) => ({ body: { messages: [{ role: 'user', content }], ...more } });

describe('a call on a route with a cache', () => {
  it('is answered again as it was the first time, with the age of the answer', async () => {
    const first = await ask('plain');
    const second = await ask('plain');
    expect([first.status, second.status]).toEqual(['miss', 'hit']);
    expect(second.said.text).toBe(first.said.text);
    expect(second.said.headers.age).toBe('0');
    expect(second.said.headers['x-sightline-attempts']).toBe('0');
    expect((await ask('plain', about('Something else'))).status).toBe('miss');
  });

  it('has a stream answered by a stream, byte for byte', async () => {
    const [first, second] = [await ask('streamed', { stream: true }), await ask('streamed', { stream: true })];
    expect([first.status, second.status]).toEqual(['miss', 'hit']);
    expect(second.said.text).toBe(first.said.text);
    expect(second.said.text).toContain('[DONE]');
    expect(second.said.headers['content-type']).toContain('text/event-stream');
  });

  it('has a stream answered by what came whole, and the other way round', async () => {
    const whole = await ask('across', about('one'));
    const asStream = await ask('across', { stream: true, ...about('one') });
    expect([asStream.status, asStream.words]).toEqual(['hit', whole.words]);
    expect(asStream.said.text.trim().endsWith('data: [DONE]')).toBe(true);
    const stream = await ask('across', { stream: true, ...about('two') });
    const asWhole = await ask('across', about('two'));
    expect([asWhole.status, asWhole.words]).toEqual(['hit', stream.words]);
    expect(JSON.parse(asWhole.said.text).usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 3 });
  });

  it('shows the usage of a stream to those alone who ask for it', async () => {
    const silent = await ask('across', { stream: true, ...about('three') });
    const asking = { stream_options: { include_usage: true } };
    const open = await ask('across', { stream: true, ...about('three', asking) });
    expect(open.status).toBe('hit');
    expect(silent.said.text).not.toContain('prompt_tokens');
    expect(open.said.text).toContain('"prompt_tokens":9');
  });

  it('is recorded with its usage, at no cost, with what it saved and whose answer it was', async () => {
    const first = await (await ask('records')).said.record();
    const second = await (await ask('records')).said.record();
    expect(first).toMatchObject({ cache: { status: 'miss', from: '', savedNanos: null }, outcome: 'success' });
    expect(first.pricing.costNanos).toBeGreaterThan(0);
    expect(second).toMatchObject({
      ...{ outcome: 'success', provider: 'one', attempts: [], usage: first.usage, answer: first.answer },
      pricing: { costNanos: 0, costSource: 'computed', breakdown: [] },
      cache: { status: 'hit', from: first.id, savedNanos: first.pricing.costNanos },
    });
  });
});

describe('an answer that is no whole answer', () => {
  it('is not kept where the provider refused', async () => {
    at.one.respondOnce(answer({ status: 500, pieces: ['{"error":{"message":"no"}}'] }));
    expect((await ask('errors')).said.status).toBe(500);
    expect((await ask('errors')).status).toBe('miss');
    expect((await ask('errors')).status).toBe('hit');
  });

  it.each(['length', 'content_filter'])('is not kept where it ended by %s', async (finish) => {
    at.one.respondOnce(counting({ finish }), counting({ finish }));
    expect((await ask('short', about(finish))).status).toBe('miss');
    expect((await ask('short', { stream: true, ...about(finish) })).status).toBe('miss');
    expect((await ask('short', about(finish))).status).toBe('miss');
  });

  it('is not kept where the request leaves something behind', async () => {
    expect((await ask('plain', { body: { store: true } })).status).toBeUndefined();
    expect((await ask('plain', { body: { store: true } })).status).toBeUndefined();
  });
});

describe('who decides', () => {
  const on = { 'x-sightline-cache': 'on' };
  it('is the route, where it has said so', async () => {
    expect((await ask('careful', { body: { temperature: 0.7 } })).status).toBeUndefined();
    expect((await ask('careful', { body: { temperature: 0.7 }, headers: on })).status).toBeUndefined();
    expect((await ask('careful', { body: { temperature: 0 } })).status).toBe('miss');
    expect((await ask('never', { headers: on })).status).toBeUndefined();
  });

  it('is the client, where nobody has', async () => {
    expect((await ask('undecided')).status).toBeUndefined();
    expect((await ask('undecided', { headers: on })).status).toBe('miss');
    expect((await ask('undecided', { headers: { 'helicone-cache-enabled': 'true' } })).status).toBe('hit');
    expect((await ask('undecided', { body: { cache: { 'use-cache': true } } })).status).toBe('hit');
    expect((await ask('undecided')).status).toBeUndefined();
    const bodies = at.one.requests.map(({ body }) => body.toString());
    expect(bodies.filter((body) => body.includes('use-cache'))).toEqual([]);
  });

  it('is the client, who may ask for less', async () => {
    const headers = (said: string) => ({ headers: { 'cache-control': said }, ...about('less') });
    expect((await ask('plain', headers('no-store'))).status).toBe('miss');
    expect((await ask('plain', headers('max-age=600'))).status).toBe('miss');
    expect((await ask('plain', headers('max-age=600'))).status).toBe('hit');
    const fresh = await ask('plain', headers('no-cache'));
    expect(fresh.status).toBe('refresh');
    expect((await ask('plain', about('less'))).words).toBe(fresh.words);
    expect((await ask('plain', { headers: { 'x-sightline-cache': 'off' }, ...about('less') })).status).toBeUndefined();
  });

  it('is the client, who may divide what is shared', async () => {
    const within = (namespace: string) => ({ headers: { 'x-sightline-cache': `namespace=${namespace}` } });
    expect((await ask('named')).status).toBe('miss');
    expect((await ask('named', within('a'))).status).toBe('miss');
    expect((await ask('named', within('b'))).status).toBe('miss');
    const again = await ask('named', within('a'));
    expect(again.status).toBe('hit');
    expect((await again.said.record()).cache?.namespace).toBe('shop/a');
  });
});

describe('when nobody answers', () => {
  it('an answer past its time is better than none, and says so', async () => {
    const first = await ask('stands-by');
    at.one.respondOnce(answer({ status: 503, pieces: ['{"error":{"message":"busy"}}'] }));
    const second = await ask('stands-by');
    expect([second.status, second.words]).toEqual(['stale', first.words]);
    const record = await second.said.record();
    expect(record).toMatchObject({ outcome: 'success', cache: { status: 'stale' }, pricing: { costNanos: 0 } });
    expect(record.attempts.map((one) => one.status)).toEqual([503]);
    at.one.respondOnce(answer({ status: 400, pieces: ['{"error":{"message":"your fault"}}'] }));
    expect((await ask('stands-by')).said.status).toBe(400);
  });
});
