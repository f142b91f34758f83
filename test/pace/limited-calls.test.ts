// Calls under limits, through a whole proxy: what passes, what a refused client is told, and what falls back afterwards.
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bearer, keyedHouse } from '../access/keyed-house.ts';
import { until } from '../cli/run.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatRequest } from '../support/wire-samples.ts';

const allowance = (fields: object) => ({
  allowance: { requestsPerMinute: null, tokensPerMinute: null, concurrency: null, ...fields },
});

/** A provider that answers when it is told to. */
async function slowHouse(configuration: object) {
  const upstream = await startFaultyUpstream();
  const house = await openHouse({
    configuration: { providers: { openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'sk-1' } }, ...configuration },
  });
  onTestFinished(async () => {
    await house.close();
    await upstream.close();
  });
  const waiting: (() => void)[] = [];
  upstream.respond(async (reply, request) => {
    await new Promise<void>((go) => waiting.push(go));
    await answer({ pieces: [chatAnswer] })(reply, request);
  });
  const chat = (headers = {}, signal?: AbortSignal): Promise<Response> =>
    fetch(`${house.url}/v1/chat/completions`, {
      ...{ method: 'POST', body: chatRequest(), headers: { 'content-type': 'application/json', ...headers } },
      ...(signal && { signal }),
    });
  return { house, upstream, waiting, chat };
}

describe('a key with an allowance', () => {
  it('is told in its SDK’s words that it came too early and when to come again', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ name: 'the app', ...allowance({ requestsPerMinute: 3 }) });
    for (const remaining of ['2', '1', '0']) {
      const { status, headers } = await house.chat(bearer(key));
      expect([status, headers.get('x-ratelimit-limit-requests')]).toEqual([200, '3']);
      expect(headers.get('x-ratelimit-remaining-requests')).toBe(remaining);
    }
    const { status, code, text, headers } = await house.chat(bearer(key));
    expect([status, code]).toEqual([429, 'SIGHTLINE_RATE_LIMITED']);
    expect(headers.get('x-should-retry')).toBe('true');
    expect(Number(headers.get('retry-after-ms'))).toBeGreaterThan(15_000);
    expect(headers.get('retry-after')).toBe(String(Math.ceil(Number(headers.get('retry-after-ms')) / 1000)));
    expect(headers.get('x-ratelimit-remaining-requests')).toBe('0');
    expect(JSON.parse(text).error).toMatchObject({ type: 'rate_limit_error', code: 'SIGHTLINE_RATE_LIMITED' });
    expect(JSON.parse(text).error.message).toMatch(/^Over "key the app": 3 requests per minute\. Try again in \d/);
    expect(house.openai.calls).toHaveLength(3);
    expect((await house.record(headers.get('x-sightline-id') ?? '')).outcome).toBe('refused');
  });

  it('has nothing to do with another key’s', async () => {
    const house = await keyedHouse();
    const one = house.key(allowance({ requestsPerMinute: 1 })).key;
    const other = house.key(allowance({ requestsPerMinute: 1 })).key;
    expect((await house.chat(bearer(one))).status).toBe(200);
    expect((await house.chat(bearer(one))).status).toBe(429);
    expect((await house.chat(bearer(other))).status).toBe(200);
  });

  it('counts on the short way round as well', async () => {
    const house = await keyedHouse();
    const { key } = house.key(allowance({ requestsPerMinute: 2 }));
    const first = await house.chat(bearer(key), {}, '/openai/v1/chat/completions');
    expect([first.status, first.headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '1']);
    expect((await house.chat(bearer(key))).status).toBe(200);
    const third = await house.chat(bearer(key), {}, '/openai/v1/chat/completions');
    expect([third.status, third.code]).toEqual([429, 'SIGHTLINE_RATE_LIMITED']);
    expect(Number(third.headers.get('retry-after-ms'))).toBeGreaterThan(1000);
    expect(house.openai.calls).toHaveLength(2);
  });

  it('is told in Anthropic’s words where it speaks them', async () => {
    const house = await keyedHouse({
      routes: [{ name: 'all', match: {}, targets: [{ provider: 'openai', model: 'm' }] }],
    });
    const { key } = house.key(allowance({ requestsPerMinute: 1 }));
    const body = { model: 'claude', max_tokens: 9, messages: [{ role: 'user', content: 'hi' }] };
    const first = await house.chat({ 'x-api-key': key }, body, '/v1/messages');
    expect(first.headers.get('anthropic-ratelimit-requests-remaining')).toBe('0');
    expect(first.headers.get('anthropic-ratelimit-requests-reset')).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    const second = await house.chat({ 'x-api-key': key }, body, '/v1/messages');
    expect(second.status).toBe(429);
    expect(JSON.parse(second.text)).toMatchObject({ type: 'error', error: { type: 'rate_limit_error' } });
  });
});

describe('a limit', () => {
  it('leaves the provider’s headers alone where it does not apply, and takes their place where it does', async () => {
    const upstream = await startFaultyUpstream();
    upstream.respond(answer({ pieces: [chatAnswer], headers: [['x-ratelimit-remaining-requests', '4711']] }));
    const house = await openHouse({
      configuration: {
        providers: { openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'sk-1' } },
        limits: [{ name: 'few', for: { app: 'few' }, requestsPerMinute: 5 }],
      },
    });
    onTestFinished(async () => {
      await house.close();
      await upstream.close();
    });
    const remaining = async (app: string, path: string): Promise<string | null> => {
      const headers = { 'content-type': 'application/json', 'x-sightline-app': app };
      const response = await fetch(house.url + path, { method: 'POST', body: chatRequest(), headers });
      return response.headers.get('x-ratelimit-remaining-requests');
    };
    expect(await remaining('many', '/v1/chat/completions')).toBe('4711');
    expect(await remaining('few', '/v1/chat/completions')).toBe('4');
    expect(await remaining('many', '/openai/v1/chat/completions')).toBe('4711');
    expect(await remaining('few', '/openai/v1/chat/completions')).toBe('3');
  });

  it('of one model counts whoever is asked for it, by whatever name', async () => {
    const house = await keyedHouse({
      limits: [{ name: 'dear', for: { model: 'dear-*' }, each: 'model', requestsPerMinute: 1 }],
      routes: [{ name: 'alias', match: { model: 'smart' }, targets: [{ provider: 'openai', model: 'dear-1' }] }],
    });
    expect((await house.chat({}, { model: 'smart' })).status).toBe(200);
    const second = await house.chat({}, { model: 'openai/dear-1' });
    expect([second.status, second.code]).toEqual([429, 'SIGHTLINE_RATE_LIMITED']);
    expect((await house.chat({}, { model: 'openai/dear-2' })).status).toBe(200);
    expect((await house.chat({}, { model: 'openai/cheap' })).status).toBe(200);
  });

  it('takes nothing of the caller’s for a call that the target’s refuses', async () => {
    const house = await keyedHouse({
      limits: [
        { name: 'all', requestsPerMinute: 4 },
        { name: 'dear', for: { model: 'dear' }, requestsPerMinute: 1 },
      ],
    });
    expect((await house.chat({}, { model: 'openai/dear' })).status).toBe(200);
    for (let at = 0; at < 3; at++) expect((await house.chat({}, { model: 'openai/dear' })).status).toBe(429);
    const { status, headers } = await house.chat({}, { model: 'openai/cheap' });
    expect([status, headers.get('x-ratelimit-remaining-requests')]).toEqual([200, '2']);
  });

  it('of tokens is put right by what the provider counted', async () => {
    const house = await keyedHouse({ limits: [{ name: 'tokens', tokensPerMinute: 1000 }] });
    const first = await house.chat();
    const guessed = 1000 - Number(first.headers.get('x-ratelimit-remaining-tokens'));
    expect(guessed).toBeGreaterThan(400);
    await house.record(first.headers.get('x-sightline-id') ?? '');
    await sleep(50);
    const second = await house.chat();
    // The first has given back all but the two tokens that it had used.
    expect(1000 - Number(second.headers.get('x-ratelimit-remaining-tokens'))).toBeLessThan(guessed + 10);
    expect(second.status).toBe(200);
  });

  it('of tokens is recorded even where a client wishes for no record', async () => {
    const house = await keyedHouse({ limits: [{ name: 'tokens', tokensPerMinute: 10_000 }] });
    const { headers } = await house.chat({ 'cf-aig-collect-log': 'false' });
    const record = await house.record(headers.get('x-sightline-id') ?? '');
    expect([record.capture, record.estimate?.countedTokens]).toEqual(['metadata', expect.any(Number)]);
  });

  it('of calls at the same time lets the next one in when one is over', async () => {
    const { chat, waiting, house } = await slowHouse({
      limits: [{ name: 'two', concurrency: 2 }],
      pace: { queueMs: 60_000 },
    });
    const calls = [chat(), chat(), chat()];
    await until('two calls to arrive', () => waiting.length === 2);
    await sleep(50);
    expect(waiting).toHaveLength(2);
    waiting[0]?.();
    await until('the third call to arrive', () => waiting.length === 3);
    for (const go of waiting) go();
    const answers = await Promise.all(calls);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    const last = await house.record(answers[2]?.headers.get('x-sightline-id') ?? '');
    expect(last.policies).toEqual(['two: waited']);
  });

  it('of calls at the same time is kept by nobody who has hung up, waiting or not', async () => {
    const { chat, waiting, house } = await slowHouse({
      limits: [{ name: 'one', concurrency: 1 }],
      pace: { queueMs: 60_000 },
    });
    const running = new AbortController();
    const queued = new AbortController();
    const first = chat({}, running.signal).catch(() => null);
    await until('the first call to arrive', () => waiting.length === 1);
    const second = chat({}, queued.signal).catch(() => null);
    await sleep(30);
    queued.abort();
    await second;
    const third = chat();
    running.abort();
    await first;
    await until('the third call to arrive', () => waiting.length === 2);
    waiting[1]?.();
    expect((await third).status).toBe(200);
    expect(house.proxy.traffic.running).toBe(0);
  });

  it('stops nothing that costs nobody anything', async () => {
    const house = await keyedHouse({ limits: [{ name: 'one', requestsPerMinute: 1 }] });
    for (let at = 0; at < 3; at++) expect((await house.get('/openai/v1/models')).status).toBe(200);
    expect((await house.chat()).status).toBe(200);
  });
});
