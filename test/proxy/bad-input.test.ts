// Bad input gets a clear answer in the SDK's own shape, says what was found and what to do, and is recorded.
import { connect } from 'node:net';
import { request as call } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { closeAtOnce, rawBytes, resetAtOnce, shortContentLength } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, refusedUrl, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatRequest } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  house = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1` },
        anthropic: { baseUrl: await refusedUrl() },
        google: { baseUrl: 'http://no-such-host.invalid' },
      },
      proxy: { maxBodyBytes: 4096, firstByteTimeoutMs: 300 },
    },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

const post = (path: string, body: string, headers: Record<string, string> = { authorization: 'Bearer sk-own' }) =>
  call(house.url + path, { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } });

describe.each([
  ['nothing', ''],
  ['no JSON', 'hello'],
  ['an array', '[1]'],
  ['an object cut off', '{"model":"gpt-4o","messages":[{"role"'],
  ['two objects', '{"model":"a"}{"b":1}'],
])('a body that is %s', (_what, body) => {
  it('is refused with words that say what was found', async () => {
    const before = upstream.requests.length;
    const answered = await post('/v1/chat/completions', body);
    expect(answered.statusCode).toBe(400);
    const { error } = (await answered.body.json()) as { error: { code: string; message: string } };
    expect(error.code).toBe('SIGHTLINE_BODY_NOT_JSON');
    expect(error.message).toContain('/v1/chat/completions takes a JSON object');
    expect(answered.headers['x-should-retry']).toBe('false');
    expect(upstream.requests.length).toBe(before);
    const record = await house.record(String(answered.headers['x-sightline-id']));
    expect([record.outcome, record.httpStatus, record.errorCode]).toEqual(['refused', 400, error.code]);
  });
});

it('a body over the limit is refused with the limit in the message', async () => {
  const answered = await post('/v1/chat/completions', chatRequest({ pad: 'x'.repeat(5000) }));
  expect(answered.statusCode).toBe(413);
  expect(await answered.body.text()).toContain('4096');
});

it('a body that is cut off on its way is recorded as aborted', async () => {
  const before = house.sink.records.length;
  const socket = connect(house.port, '127.0.0.1', () =>
    socket.write('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 500\r\n\r\n{"model":', () =>
      socket.destroy(),
    ),
  );
  const record = await house.sink.waitFor((one) => one.outcome === 'aborted');
  expect([record.errorCode, record.httpStatus]).toEqual(['SIGHTLINE_CLIENT_GONE', null]);
  expect(house.sink.records.length).toBeGreaterThan(before);
});

it('what cannot be recorded is refused where the operator asked for that, and forwarded where not', async () => {
  const away = await refusedUrl();
  for (const whenFull of ['closed', 'open'] as const) {
    const full = await openHouse({
      configuration: {
        providers: { openai: { baseUrl: `${upstream.url}/v1` } },
        recording: { whenFull, allowanceBytes: 1, collectorUrl: away },
      },
    });
    const statuses: number[] = [];
    for (let i = 0; i < 200 && !statuses.includes(503) && (whenFull === 'closed' || i < 30); i++) {
      const answered = await call(`${full.url}/v1/chat/completions`, {
        method: 'POST',
        body: chatRequest(),
        headers: { authorization: 'Bearer sk-own' },
      });
      statuses.push(answered.statusCode);
      if (answered.statusCode === 503)
        expect(await answered.body.json()).toMatchObject({ error: { code: 'SIGHTLINE_RECORDING_FULL' } });
      else await answered.body.dump();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(statuses[0]).toBe(200);
    expect(statuses.at(-1)).toBe(whenFull === 'closed' ? 503 : 200);
    await full.close();
  }
});

it('errors come in the shape of the SDK that called', async () => {
  const anthropic = await post('/v1/messages', 'x');
  expect(await anthropic.body.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
  const gemini = await post('/v1beta/models/gemini-2.5-flash:generateContent', 'x');
  expect(await gemini.body.json()).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
});

describe('a provider that cannot be reached', () => {
  it('is told apart: refused, unknown name, reset, closed, no HTTP, too slow', async () => {
    const expectCode = async (answered: Awaited<ReturnType<typeof post>>, status: number, code: string) => {
      expect([answered.statusCode, answered.headers['x-sightline-error']]).toEqual([status, code]);
      await answered.body.dump();
      const record = await house.record(String(answered.headers['x-sightline-id']));
      expect([record.outcome, record.attempts[0]?.errorCode]).toEqual(['unreachable', code]);
    };
    await expectCode(await post('/v1/messages', '{"model":"c"}'), 502, 'SIGHTLINE_UPSTREAM_REFUSED');
    await expectCode(await post('/v1beta/models/g:generateContent', '{}'), 502, 'SIGHTLINE_UPSTREAM_DNS');
    upstream.respondOnce(resetAtOnce());
    await expectCode(await post('/v1/chat/completions', chatRequest()), 502, 'SIGHTLINE_UPSTREAM_RESET');
    upstream.respondOnce(closeAtOnce());
    await expectCode(await post('/v1/chat/completions', chatRequest()), 502, 'SIGHTLINE_UPSTREAM_RESET');
    upstream.respondOnce(rawBytes('SSH-2.0-nonsense\r\n'));
    await expectCode(await post('/v1/chat/completions', chatRequest()), 502, 'SIGHTLINE_UPSTREAM_INVALID');
    upstream.respondOnce(() => {});
    await expectCode(await post('/v1/chat/completions', chatRequest()), 504, 'SIGHTLINE_UPSTREAM_TIMEOUT');
  });

  it('in the middle of a plain body breaks the client’s connection rather than ending it well', async () => {
    upstream.respondOnce(shortContentLength('{"choices":[]}', 50));
    const answered = await post('/v1/chat/completions', chatRequest());
    await expect(answered.body.text()).rejects.toThrow();
    expect((await house.record(String(answered.headers['x-sightline-id']))).outcome).toBe('truncated');
  });
});

it('a path that nobody serves is answered with what is served', async () => {
  const answered = await post('/nope', '{}');
  expect(answered.statusCode).toBe(404);
  expect(await answered.body.text()).toContain('/v1/chat/completions');
});

it('what is not HTTP is answered with 400 and the connection closed', async () => {
  const said = await new Promise<string>((resolve) => {
    const socket = connect(house.port, '127.0.0.1', () => socket.write('NONSENSE\r\n\r\n'));
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
  });
  expect(said).toContain('400 Bad Request');
  expect(said).toContain('SIGHTLINE_BAD_REQUEST');
});

it('content-length together with transfer-encoding is refused (request smuggling)', async () => {
  const said = await new Promise<string>((resolve) => {
    const socket = connect(house.port, '127.0.0.1', () =>
      socket.write(
        'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n',
      ),
    );
    let text = '';
    socket.on('data', (part) => {
      text += part;
    });
    socket.on('close', () => resolve(text));
  });
  expect(said).toContain('400 Bad Request');
  expect(said).not.toContain('sightline_exchanges');
});
