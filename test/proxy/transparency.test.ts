// Bytes pass unchanged, both ways, and only what belongs upstream goes upstream.
import { gzipSync } from 'node:zlib';
import { request as call } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, answerCompressed, redirect } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatRequest } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;
let keyed: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  const providers = {
    openai: { baseUrl: `${upstream.url}/v1` },
    anthropic: { baseUrl: upstream.url },
    google: { baseUrl: upstream.url },
  };
  house = await openHouse({ configuration: { providers } });
  keyed = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'sk-configured-key', headers: { 'x-team': 'blue' } },
        google: { baseUrl: upstream.url, apiKey: 'AIza-configured' },
      },
    },
  });
});
afterAll(async () => {
  await house.close();
  await keyed.close();
  await upstream.close();
});

const post = (base: string, path: string, body: string | Buffer, headers: Record<string, string> = {}) =>
  call(base + path, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', authorization: 'Bearer sk-own', ...headers },
  });

const lastSeen = () => upstream.requests.at(-1)!;

describe('the request', () => {
  it('goes out as the bytes that came in, odd white space and key order included', async () => {
    const body = '{ "messages" : [ ] ,\n\t"model":"gpt-4o",  "x\\u0041": 1e2 }';
    await (await post(house.url, '/v1/chat/completions', body)).body.dump();
    expect(lastSeen().body.toString()).toBe(body);
    expect(lastSeen().path).toBe('/v1/chat/completions');
  });

  it('keeps its query string', async () => {
    await (await post(house.url, '/v1/chat/completions?beta=1&x=%20', chatRequest())).body.dump();
    expect(lastSeen().path).toBe('/v1/chat/completions?beta=1&x=%20');
  });

  it('is understood without /v1 as well', async () => {
    await (await post(house.url, '/chat/completions', chatRequest())).body.dump();
    expect(lastSeen().path).toBe('/v1/chat/completions');
  });

  it('loses hop-by-hop headers, the ones that Connection names, and gateway headers', async () => {
    const gateway = {
      'x-sightline-task': 't',
      'helicone-user-id': 'u',
      'x-portkey-metadata': '{}',
      'x-litellm-tags': 'a',
    };
    const hops = { te: 'trailers', 'x-secret-hop': '1', connection: 'close, x-secret-hop' };
    const raw = await rawPost(house, { ...gateway, ...hops, 'x-mine': 'stays' });
    expect(raw).toContain('200');
    const names = lastSeen()
      .rawHeaders.filter((_, i) => i % 2 === 0)
      .map((name) => name.toLowerCase());
    for (const name of [...Object.keys(gateway), 'te', 'x-secret-hop']) expect(names).not.toContain(name);
    expect(names).toContain('x-mine');
  });

  it('passes compressed bodies as they are', async () => {
    const body = gzipSync(chatRequest());
    await (await post(house.url, '/v1/chat/completions', body, { 'content-encoding': 'gzip' })).body.dump();
    expect(lastSeen().body.equals(body)).toBe(true);
  });

  it('reaches Gemini on both versions', async () => {
    for (const path of [
      '/v1/models/gemini-2.5-flash:generateContent',
      '/v1beta/models/gemini-2.5-flash:generateContent?key=own',
    ]) {
      const answered = await call(house.url + path, {
        method: 'POST',
        body: '{"contents":[]}',
        headers: { 'x-goog-api-key': 'own' },
      });
      await answered.body.dump();
      expect(lastSeen().path).toBe(path);
      expect(answered.headers['x-sightline-provider']).toBe('google');
    }
  });
});

describe('the response', () => {
  it('comes back byte for byte with the provider’s own headers', async () => {
    upstream.respondOnce(
      answer({
        pieces: [chatAnswer],
        headers: [
          ['content-type', 'application/json'],
          ['x-request-id', 'req_theirs'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
        ],
      }),
    );
    const answered = await post(house.url, '/v1/chat/completions', chatRequest());
    expect(await answered.body.text()).toBe(chatAnswer);
    expect(answered.headers['x-request-id']).toBe('req_theirs');
    expect(answered.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect(answered.headers['x-sightline-id']).toMatch(/^[0-9a-f-]{36}$/);
    expect(answered.headers['x-sightline-model']).toBe('gpt-4o-mini');
  });

  it.each(['gzip', 'br', 'zstd'] as const)('passes %s undecoded, and only the copy is decoded', async (coding) => {
    upstream.respondOnce(answerCompressed(chatAnswer, coding, { headers: [['content-type', 'application/json']] }));
    const answered = await post(house.url, '/v1/chat/completions', chatRequest(), { 'accept-encoding': coding });
    expect(answered.headers['content-encoding']).toBe(coding);
    await answered.body.dump();
    const record = await house.record(String(answered.headers['x-sightline-id']));
    expect(record.answer?.text).toBe('Hello');
    expect(record.usage.total).toBe(12);
  });

  it('hands a redirect to the client and never follows it', async () => {
    upstream.respondOnce(redirect('http://169.254.169.254/latest'));
    const before = upstream.requests.length;
    const answered = await post(house.url, '/v1/chat/completions', chatRequest());
    await answered.body.dump();
    expect(answered.statusCode).toBe(307);
    expect(upstream.requests.length).toBe(before + 1);
  });

  it('passes the provider’s own errors untouched', async () => {
    const body =
      '{"error":{"message":"No such model","type":"invalid_request_error","param":null,"code":"model_not_found"}}';
    upstream.respondOnce(answer({ status: 404, pieces: [body] }));
    const answered = await post(house.url, '/v1/chat/completions', chatRequest());
    expect(answered.statusCode).toBe(404);
    expect(await answered.body.text()).toBe(body);
    expect(answered.headers['x-sightline-error']).toBeUndefined();
    const record = await house.record(String(answered.headers['x-sightline-id']));
    expect([record.outcome, record.errorType, record.httpStatus]).toEqual(['failed', 'invalid_request_error', 404]);
  });
});

describe('keys', () => {
  it('of the client pass when none is configured', async () => {
    await (await post(house.url, '/v1/chat/completions', chatRequest())).body.dump();
    expect(lastSeen().header('authorization')).toBe('Bearer sk-own');
  });

  it('that are configured in the file replace the client’s', async () => {
    await (await post(keyed.url, '/v1/chat/completions', chatRequest(), { 'x-api-key': 'other' })).body.dump();
    expect(lastSeen().header('authorization')).toBe('Bearer sk-configured-key');
    expect(lastSeen().header('x-api-key')).toBeUndefined();
    expect(lastSeen().header('x-team')).toBe('blue');
  });

  it('replace ?key= too', async () => {
    const path = '/v1beta/models/gemini-2.5-flash:generateContent';
    await (await call(`${keyed.url}${path}?key=client&alt=sse`, { method: 'POST', body: '{}' })).body.dump();
    expect(lastSeen().path).toBe(`${path}?alt=sse`);
    expect(lastSeen().header('x-goog-api-key')).toBe('AIza-configured');
  });

  it('of Sightline’s own never leave the house', async () => {
    const before = upstream.requests.length;
    const answered = await post(house.url, '/v1/chat/completions', chatRequest(), { authorization: 'Bearer sl_abc' });
    expect(answered.statusCode).toBe(401);
    expect(await answered.body.json()).toMatchObject({ error: { code: 'SIGHTLINE_KEY_WRONG' } });
    expect(upstream.requests.length).toBe(before);
  });

  it('that are configured cannot be spent by a web page of another site', async () => {
    const answered = await post(keyed.url, '/v1/chat/completions', chatRequest(), { 'sec-fetch-site': 'cross-site' });
    expect(answered.statusCode).toBe(403);
    await answered.body.dump();
  });
});

/** undici will not send Connection or TE, so this request is written by hand. */
async function rawPost(target: ProxyHouse, headers: Record<string, string>): Promise<string> {
  const { connect } = await import('node:net');
  const body = chatRequest();
  const lines = Object.entries({
    host: 'x',
    authorization: 'Bearer sk-own',
    'content-length': String(body.length),
    ...headers,
  });
  return new Promise((resolve, reject) => {
    const socket = connect(target.port, '127.0.0.1');
    socket.write(
      `POST /v1/chat/completions HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
    );
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
  });
}
