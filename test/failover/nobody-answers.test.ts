// When nobody has answered: the last refusal as it came, or in the client's own format, or what broke.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  answerCompressed,
  answerStream,
  closeAtOnce,
  redirect,
  resetAtOnce,
} from '../support/faulty-behaviours.ts';
import { attemptsOf, chain, chatOpening, type FailoverHouse, openFailoverHouse, refusal } from './failover-house.ts';

const overloaded = JSON.stringify({ type: 'error', error: { type: 'overloaded_error', message: 'Too busy' } });

let at: FailoverHouse;
beforeAll(async () => {
  at = await openFailoverHouse({
    routes: [
      ...['both', 'packed', 'broken', 'stream', 'wrong', 'moved', 'sdk'].map((name) => chain(name, ['one', 'two'])),
      chain('other', ['one', 'claude']),
      chain('anthropic', ['claude', 'one']),
      chain('alone', ['one'], { retries: 1, deadlineMs: 5000 }),
      { ...chain('untranslatable', ['claude', 'one']), unsupported: 'reject' },
    ],
  });
});
afterAll(() => at.close());

describe('the last refusal', () => {
  it('comes byte for byte where it is in the client’s format, and ends the client’s own retries', async () => {
    at.one.respondOnce(refusal(503, 'from one'));
    at.two.respondOnce(refusal(500, 'from two', [['x-request-id', 'req_two']]));
    const said = await at.ask('both');
    expect(said.status).toBe(500);
    expect(JSON.parse(said.text)).toEqual({ error: { message: 'from two', type: 'server_error' } });
    expect(said.headers).toMatchObject({
      ...{ 'x-request-id': 'req_two', 'x-should-retry': 'false', 'x-sightline-attempts': '2' },
      'x-sightline-provider': 'two',
    });
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 503 failed', 'failover two 500 failed']);
    expect(record).toMatchObject({ outcome: 'failed', httpStatus: 500, provider: 'two', errorMessage: 'from two' });
  });

  it('is unpacked where it came compressed', async () => {
    at.one.respondOnce(refusal(503));
    at.two.respondOnce(answerCompressed('{"error":{"message":"packed"}}', 'gzip', { status: 500 }));
    const said = await at.ask('packed', { headers: { 'accept-encoding': 'gzip' } });
    expect(said.headers['content-encoding']).toBeUndefined();
    expect(JSON.parse(said.text)).toEqual({ error: { message: 'packed' } });
  });

  it('is put into the client’s format where it came in another', async () => {
    at.one.respondOnce(refusal(503));
    at.claude.respondOnce(answer({ status: 529, pieces: [overloaded], headers: [['retry-after', '7']] }));
    const said = await at.ask('other');
    expect(said.status).toBe(503);
    expect(JSON.parse(said.text).error.message).toContain('Too busy');
    expect(said.headers).toMatchObject({ 'x-should-retry': 'false', 'retry-after': '7' });
    expect(await said.record()).toMatchObject({ outcome: 'failed', httpStatus: 503, provider: 'claude' });
  });

  it('makes openai’s client throw once, with the provider’s words', async () => {
    at.one.respondOnce(refusal(503));
    at.two.respondOnce(refusal(500, 'two is down'));
    const client = new OpenAI({ apiKey: 'sk-own', baseURL: `${at.house.url}/v1`, maxRetries: 3 });
    const before = at.one.requests.length;
    const messages = [{ role: 'user' as const, content: 'hi' }];
    await expect(client.chat.completions.create({ model: 'sdk', messages })).rejects.toMatchObject({
      status: 500,
      message: expect.stringContaining('two is down'),
    });
    expect(at.one.requests.length).toBe(before + 1);
  });

  it('makes anthropic’s client throw its own error for a provider of another format', async () => {
    at.claude.respondOnce(answer({ status: 529, pieces: [overloaded] }));
    at.one.respondOnce(refusal(503, 'the server is overloaded'));
    const client = new Anthropic({ apiKey: 'sk-own', baseURL: at.house.url, maxRetries: 3 });
    const messages = [{ role: 'user' as const, content: 'hi' }];
    await expect(client.messages.create({ model: 'anthropic', max_tokens: 9, messages })).rejects.toMatchObject({
      status: 529,
      error: { error: { type: 'overloaded_error', message: expect.stringContaining('overloaded') } },
    });
  });

  it('is a redirect that the client may follow', async () => {
    at.one.respondOnce(refusal(503));
    at.two.respondOnce(redirect('https://elsewhere.example/'));
    const said = await at.ask('moved');
    expect([said.status, said.headers.location]).toEqual([307, 'https://elsewhere.example/']);
  });
});

describe('what broke', () => {
  it('is told in the client’s format, with the last one asked', async () => {
    at.one.respondOnce(refusal(503));
    at.two.respondOnce(resetAtOnce());
    const said = await at.ask('broken');
    expect(said.status).toBe(502);
    expect(JSON.parse(said.text).error.code).toBe('SIGHTLINE_UPSTREAM_RESET');
    expect(said.headers).toMatchObject({
      ...{ 'x-sightline-error': 'SIGHTLINE_UPSTREAM_RESET', 'x-should-retry': 'false', 'x-sightline-provider': 'two' },
    });
    expect(await said.record()).toMatchObject({ outcome: 'unreachable', provider: 'two', httpStatus: 502 });
  });

  it('is a plain refusal where no stream got as far as its first content', async () => {
    at.one.respondOnce(answerStream([chatOpening]));
    at.two.respondOnce(answerStream([chatOpening]));
    const said = await at.ask('stream', { stream: true });
    expect(said.status).toBe(502);
    expect(said.headers['content-type']).toContain('application/json');
    expect(JSON.parse(said.text).error.code).toBe('SIGHTLINE_STREAM_TRUNCATED');
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 truncated', 'failover two 200 truncated']);
    expect(record).toMatchObject({ outcome: 'truncated', httpStatus: 502 });
  });
});

describe('nobody else is asked', () => {
  it('where the request is wrong: all would say so', async () => {
    const before = at.two.requests.length;
    at.one.respondOnce(refusal(400, 'messages: field required', [['x-should-retry', 'true']]));
    const said = await at.ask('wrong');
    expect(said.status).toBe(400);
    // The one refusal there was passes with all its headers.
    expect(said.headers).toMatchObject({ 'x-sightline-attempts': '1', 'x-should-retry': 'true' });
    expect(at.two.requests.length).toBe(before);
  });

  it('after the same target has failed twice where it has no other', async () => {
    at.one.respondOnce(closeAtOnce(), refusal(500, 'still down'));
    const said = await at.ask('alone');
    expect([said.status, said.headers['x-sightline-attempts']]).toEqual([500, '2']);
    expect(attemptsOf(await said.record())).toEqual(['first one - unreachable', 'retry one 500 failed']);
  });
});

it('passes over a target that could not be asked without making an attempt of it', async () => {
  at.one.respondOnce(answer({ pieces: ['{"choices":[{"index":0,"message":{"content":"hi"}}]}'] }));
  const said = await at.ask('untranslatable', { body: { logit_bias: { '50256': -100 }, n: 2 } });
  expect(said.status).toBe(200);
  expect(attemptsOf(await said.record())).toEqual(['failover one 200 success']);
});
