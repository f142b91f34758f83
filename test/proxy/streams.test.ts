// Streams: every byte as it comes, usage asked for on the app's behalf, departures noticed, endings never faked.
import { gzipSync } from 'node:zlib';
import { request as call } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  answerStream,
  endWithoutTerminal,
  flood,
  hang,
  hangAfter,
  resetMidChunk,
} from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import {
  chatRequest,
  chatStream,
  chatUsageChunk,
  geminiStream,
  messagesStream,
  responsesStream,
} from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  const providers = {
    openai: { baseUrl: `${upstream.url}/v1` },
    anthropic: { baseUrl: upstream.url },
    google: { baseUrl: upstream.url },
  };
  house = await openHouse({ configuration: { providers } });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

const chat = (body: string, signal?: AbortSignal) =>
  call(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    body,
    signal,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-own', 'accept-encoding': 'gzip' },
  });
const idOf = (answered: { headers: Record<string, unknown> }): string => String(answered.headers['x-sightline-id']);
const asksUsage = { stream: true, stream_options: { include_usage: true } };

const dialects = [
  {
    name: 'OpenAI chat',
    path: '/v1/chat/completions',
    body: chatRequest(asksUsage),
    pieces: chatStream(true),
    error: '"code":"SIGHTLINE_STREAM_TRUNCATED"',
  },
  {
    name: 'OpenAI responses',
    path: '/v1/responses',
    body: '{"model":"gpt-4o-mini","stream":true,"input":"hi"}',
    pieces: responsesStream,
    error: 'event: error',
  },
  {
    name: 'Anthropic messages',
    path: '/v1/messages',
    body: '{"model":"claude-sonnet-4-5","stream":true,"max_tokens":9,"messages":[]}',
    pieces: messagesStream,
    error: 'event: error',
  },
  {
    name: 'Gemini',
    path: '/v1beta/models/gemini-2.5-flash:streamGenerateContent?alt=sse',
    body: '{"contents":[]}',
    pieces: geminiStream,
    error: '"error"',
  },
];
const ask = (dialect: (typeof dialects)[number]) =>
  call(house.url + dialect.path, {
    method: 'POST',
    body: dialect.body,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-own', 'x-goog-api-key': 'k' },
  });

describe.each(dialects)('a stream of $name', (dialect) => {
  it('passes byte for byte and is recorded with its text and usage', async () => {
    upstream.respondOnce(answerStream(dialect.pieces));
    const answered = await ask(dialect);
    expect(await answered.body.text()).toBe(dialect.pieces.join(''));
    const record = await house.record(idOf(answered));
    expect(record).toMatchObject({ outcome: 'success', stream: true, finish: { unified: 'stop' } });
    expect(record.answer?.text).toMatch(/^H[eé]llo$/);
    expect(record.usage.inputUncached).toBeGreaterThan(0);
    expect(record.firstTokenMs).not.toBeNull();
    expect(record.pricing.costNanos).toBeGreaterThan(0);
  });

  it('that stops before its end is finished with an error event and recorded as truncated', async () => {
    const cut = dialect.pieces.slice(0, dialect.name === 'OpenAI chat' ? 2 : -1);
    upstream.respondOnce(endWithoutTerminal(cut));
    const answered = await ask(dialect);
    const text = await answered.body.text();
    expect(text.startsWith(cut.join(''))).toBe(true);
    expect(text.slice(cut.join('').length)).toContain(dialect.error);
    expect(text).not.toContain('[DONE]');
    const record = await house.record(idOf(answered));
    expect([record.outcome, record.errorCode]).toEqual(['truncated', 'SIGHTLINE_STREAM_TRUNCATED']);
  });

  it('that breaks in the middle of a chunk is never passed off as success', async () => {
    upstream.respondOnce(resetMidChunk(dialect.pieces.slice(0, 1), [['content-type', 'text/event-stream']]));
    const answered = await ask(dialect);
    const text = await answered.body.text().catch(() => 'connection broken');
    expect(text === 'connection broken' || text.includes(dialect.error)).toBe(true);
    expect((await house.record(idOf(answered))).outcome).toBe('truncated');
  });
});

describe('usage of chat streams', () => {
  it('is asked for where the app does not ask, and the extra chunk stays here', async () => {
    upstream.respondOnce(answerStream(chatStream(true)));
    const answered = await chat(chatRequest({ stream: true }));
    const text = await answered.body.text();
    expect(text).toBe(chatStream(false).join(''));
    expect(text).not.toContain(chatUsageChunk);
    const sent = JSON.parse(upstream.requests.at(-1)!.body.toString());
    expect(sent.stream_options).toEqual({ include_usage: true });
    expect(upstream.requests.at(-1)!.header('accept-encoding')).toBeUndefined();
    const record = await house.record(idOf(answered));
    expect([record.usage.total, record.usageSource]).toEqual([12, 'reported']);
  });

  it('stays as the app wants it where the app says so', async () => {
    upstream.respondOnce(answerStream(chatStream(true)));
    const answered = await chat(chatRequest(asksUsage));
    expect(await answered.body.text()).toBe(chatStream(true).join(''));
    expect(upstream.requests.at(-1)!.body.toString()).toBe(chatRequest(asksUsage));
    const refused = chatRequest({ stream: true, stream_options: { include_usage: false } });
    upstream.respondOnce(answerStream(chatStream(false)));
    await (await chat(refused)).body.dump();
    expect(upstream.requests.at(-1)!.body.toString()).toBe(refused);
  });
});

describe('a client that goes away', () => {
  it('cancels the upstream call, and what it used is estimated and marked so', async () => {
    upstream.respondOnce(
      hangAfter(chatStream(false).slice(0, 3), [
        ['content-type', 'text/event-stream'],
        ['transfer-encoding', 'chunked'],
      ]),
    );
    const abort = new AbortController();
    const answered = await chat(chatRequest({ stream: true }), abort.signal);
    const reader = answered.body[Symbol.asyncIterator]();
    await reader.next();
    abort.abort();
    const seen = upstream.requests.at(-1)!;
    await seen.gone;
    expect(seen.closed?.by).toBe('client');
    const record = await house.record(idOf(answered));
    expect([record.outcome, record.usageSource, record.pricing.costSource]).toEqual([
      'aborted',
      'estimated',
      'estimated',
    ]);
    expect(record.usage.outputText).toBeGreaterThan(0);
  });

  it('before the answer began cancels it too', async () => {
    upstream.respondOnce(hang());
    const abort = new AbortController();
    const before = upstream.requests.length;
    const answered = chat(chatRequest(), abort.signal).catch(() => 'aborted');
    const seen = await upstream.request(before + 1);
    await seen.arrived;
    abort.abort();
    expect(await answered).toBe('aborted');
    await seen.gone;
    expect(seen.closed?.by).toBe('client');
    const record = await house.sink.waitFor((one) => one.outcome === 'aborted' && one.httpStatus === null);
    expect(record.attempts[0]?.outcome).toBe('aborted');
  });
});

describe('a slow reader', () => {
  it('slows the provider down instead of filling memory', async () => {
    const total = 64 * 1024 * 1024;
    let taken = () => 0;
    upstream.respondOnce(
      flood(total, 64 * 1024, (reply) => {
        taken = () => reply.taken();
      }),
    );
    const answered = await call(`${house.url}/v1/chat/completions`, {
      method: 'POST',
      body: chatRequest(),
      headers: { authorization: 'Bearer sk-own' },
    });
    answered.body.pause();
    let last = -1;
    // Once both socket buffers are full nothing moves any more, whatever their sizes.
    while (taken() !== last) {
      last = taken();
      await new Promise((resolve) => setTimeout(resolve, 400));
    }
    expect(taken()).toBeLessThan(total / 2);
    answered.body.destroy();
    answered.body.on('error', () => {});
  });
});

describe('compressed streams', () => {
  it('pass undecoded, and their end is still watched', async () => {
    const whole = gzipSync(chatStream(true).join(''));
    const headers: [string, string][] = [
      ['content-type', 'text/event-stream'],
      ['content-encoding', 'gzip'],
    ];
    upstream.respondOnce(answer({ pieces: [whole], headers }));
    const good = await chat(chatRequest(asksUsage));
    expect(Buffer.from(await good.body.arrayBuffer()).equals(whole)).toBe(true);
    expect((await house.record(idOf(good))).outcome).toBe('success');

    upstream.respondOnce(answer({ pieces: [gzipSync(chatStream(true).slice(0, 2).join(''))], headers }));
    const bad = await chat(chatRequest(asksUsage));
    await expect(bad.body.arrayBuffer()).rejects.toThrow();
    expect((await house.record(idOf(bad))).outcome).toBe('truncated');
  });
});

describe('an error inside a stream', () => {
  it('passes as it is and is recorded as failed', async () => {
    const pieces = [
      messagesStream[0]!,
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    ];
    upstream.respondOnce(answerStream(pieces));
    const answered = await ask(dialects[2]!);
    expect(await answered.body.text()).toBe(pieces.join(''));
    const record = await house.record(idOf(answered));
    expect([record.outcome, record.errorType]).toEqual(['failed', 'overloaded_error']);
  });
});
