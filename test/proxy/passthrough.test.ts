// /<provider>/* and what else of /v1 the pipeline does not know: unchanged, uploads and WebSockets included, and metered.
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { request as call } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { answer, answerStream, hangAfter, resetAtOnce, resetMidChunk } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatRequest, chatStream } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let realtime: Server;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  realtime = createServer();
  const sockets = new WebSocketServer({ server: realtime });
  sockets.on('connection', (socket, request) => {
    socket.send(JSON.stringify({ path: request.url, authorization: request.headers.authorization ?? null }));
    socket.on('message', (data) => {
      if (String(data) !== 'talk') return socket.send(`echo ${data}`);
      for (const event of realtimeEvents) socket.send(JSON.stringify(event, null, 2));
      socket.send(Buffer.alloc(70_000)); // audio, more than a short frame holds
      socket.close();
    });
  });
  await new Promise<void>((resolve) => realtime.listen(0, '127.0.0.1', resolve));
  house = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1` },
        groq: { baseUrl: `${upstream.url}/openai/v1`, apiKey: 'gsk-configured' },
        live: {
          like: 'openai',
          baseUrl: `http://127.0.0.1:${(realtime.address() as AddressInfo).port}/v1`,
          apiKey: 'sk-live',
        },
      },
    },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
  realtime.closeAllConnections();
  realtime.close();
});

const lastSeen = () => upstream.requests.at(-1)!;
const own = { authorization: 'Bearer sk-own' };

const spent = (input: number, output: number) => ({
  total_tokens: input + output,
  input_tokens: input,
  output_tokens: output,
  input_token_details: { text_tokens: input - 20, audio_tokens: 20, cached_tokens: 0 },
  output_token_details: { text_tokens: output - 10, audio_tokens: 10 },
});
const realtimeEvents = [
  { type: 'session.created', session: { id: 'sess_1', model: 'gpt-realtime' } },
  { type: 'response.output_audio.delta', delta: 'AAAA' },
  {
    type: 'response.done',
    response: {
      status: 'completed',
      usage: spent(100, 50),
      output: [{ type: 'message', content: [{ type: 'output_audio', transcript: 'Hello there.' }] }],
    },
  },
  { type: 'response.done', response: { status: 'completed', usage: spent(40, 30), output: [] } },
];

describe('what passes through', () => {
  it('is byte for byte what was sent and answered, and is metered', async () => {
    const body = chatRequest({ stream: true });
    upstream.respondOnce(answerStream(chatStream(false)));
    const answered = await call(`${house.url}/groq/chat/completions?x=1`, { method: 'POST', body, headers: own });
    expect(await answered.body.text()).toBe(chatStream(false).join(''));
    expect(lastSeen().body.toString()).toBe(body);
    expect(lastSeen().path).toBe('/openai/v1/chat/completions?x=1');
    expect(lastSeen().header('authorization')).toBe('Bearer gsk-configured');
    const record = await house.record(String(answered.headers['x-sightline-id']));
    expect(record).toMatchObject({
      passthrough: true,
      provider: 'groq',
      dialect: 'openai-chat',
      requestedModel: 'gpt-4o-mini',
      stream: true,
    });
    expect(record.answer?.text).toBe('Héllo');
    expect(record.usageSource).toBe('estimated');
  });

  it('writes a version once where SDK and base URL both bring it', async () => {
    upstream.respondOnce(answer({ pieces: [chatAnswer] }));
    await (
      await call(`${house.url}/groq/v1/chat/completions`, { method: 'POST', body: '{}', headers: own })
    ).body.dump();
    expect(lastSeen().path).toBe('/openai/v1/chat/completions');
  });

  it('takes multipart uploads without touching them', async () => {
    const form = new FormData();
    const audio = crypto.getRandomValues(new Uint8Array(60_000));
    form.set('file', new Blob([audio]), 'a.wav');
    form.set('model', 'whisper-1');
    upstream.respondOnce(answer({ pieces: ['{"text":"hi"}'] }));
    const answered = await fetch(`${house.url}/v1/audio/transcriptions`, { method: 'POST', body: form, headers: own });
    expect(await answered.json()).toEqual({ text: 'hi' });
    expect(lastSeen().path).toBe('/v1/audio/transcriptions');
    expect(lastSeen().body.includes(Buffer.from(audio))).toBe(true);
    expect(lastSeen().header('content-type')).toContain('multipart/form-data; boundary=');
  });

  it('keeps the configured key even when the client expects 100-continue', async () => {
    upstream.respondOnce(answer({ pieces: ['{}'] }));
    const said = await new Promise<string>((resolve) => {
      const socket = connect(house.port, '127.0.0.1', () =>
        socket.write(
          'POST /groq/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\nconnection: close\r\n\r\n',
        ),
      );
      let text = '';
      socket.on('data', (part) => {
        text += part;
        if (text.endsWith('100 Continue\r\n\r\n')) socket.write('{}');
      });
      socket.on('close', () => resolve(text));
    });
    expect(said).toContain('HTTP/1.1 200');
    expect(lastSeen().header('authorization')).toBe('Bearer gsk-configured');
    expect(lastSeen().body.toString()).toBe('{}');
  });

  it('lists, deletes and gets like the provider’s own API', async () => {
    for (const method of ['GET', 'DELETE'] as const) {
      upstream.respondOnce(answer({ pieces: ['{"id":"file-1"}'] }));
      const answered = await call(`${house.url}/v1/files/file-1`, { method, headers: own });
      expect(await answered.body.json()).toEqual({ id: 'file-1' });
      expect([lastSeen().method, lastSeen().path]).toEqual([method, '/v1/files/file-1']);
    }
  });

  it('cannot climb out of the provider’s base path', async () => {
    const before = upstream.requests.length;
    for (const path of ['/groq/../admin', '/groq/%2e%2e/admin', '/groq/..%2fadmin', '/groq/x/%2E%2E/%2E%2E/admin']) {
      const said = await new Promise<string>((resolve) => {
        const socket = connect(house.port, '127.0.0.1', () =>
          socket.write(`GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`),
        );
        let text = '';
        socket.on('data', (part) => {
          text += part;
        });
        socket.on('close', () => resolve(text));
      });
      expect(said).toContain('404 Not Found');
    }
    expect(upstream.requests.length).toBe(before);
  });
});

describe('trouble on the way through', () => {
  it('is refused where nobody has a key, recorded as such, and leaves nothing running', async () => {
    const answered = await call(`${house.url}/openai/files`);
    expect([answered.statusCode, answered.headers['x-sightline-error']]).toEqual([401, 'SIGHTLINE_KEY_MISSING']);
    await answered.body.dump();
    const record = await house.record(String(answered.headers['x-sightline-id']));
    expect([record.outcome, record.httpStatus]).toEqual(['refused', 401]);
    expect(house.proxy.traffic.running).toBe(0);
  });

  it('is answered in the SDK’s shape, never with the forwarder’s own text', async () => {
    upstream.respondOnce(resetAtOnce());
    const answered = await call(`${house.url}/groq/chat/completions`, { method: 'POST', body: '{}', headers: own });
    expect(answered.statusCode).toBe(502);
    expect(await answered.body.json()).toMatchObject({ error: { code: 'SIGHTLINE_UPSTREAM_RESET' } });
    expect((await house.record(String(answered.headers['x-sightline-id']))).outcome).toBe('unreachable');
  });

  it('in the middle breaks the client’s connection and is recorded as truncated', async () => {
    upstream.respondOnce(resetMidChunk(['{"a":'], [['content-type', 'application/json']]));
    const answered = await call(`${house.url}/groq/files`, { headers: own });
    await expect(answered.body.text()).rejects.toThrow();
    expect((await house.record(String(answered.headers['x-sightline-id']))).outcome).toBe('truncated');
  });

  it('a client that leaves takes the upstream call with it', async () => {
    upstream.respondOnce(
      hangAfter(
        ['data: {}\n\n'],
        [
          ['content-type', 'text/event-stream'],
          ['transfer-encoding', 'chunked'],
        ],
      ),
    );
    const answered = await call(`${house.url}/groq/chat/completions`, { method: 'POST', body: '{}', headers: own });
    await answered.body[Symbol.asyncIterator]().next();
    answered.body.destroy();
    answered.body.on('error', () => {});
    await lastSeen().gone;
    expect(lastSeen().closed?.by).toBe('client');
    expect((await house.record(String(answered.headers['x-sightline-id']))).outcome).toBe('aborted');
  });
});

describe('WebSockets', () => {
  it('pass in both directions with the configured key, and are recorded', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/live/realtime?model=gpt-realtime`);
    const messages: string[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('message', (data) => {
        messages.push(String(data));
        if (messages.length === 1) socket.send('hello');
        else socket.close();
      });
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect(JSON.parse(messages[0]!)).toEqual({
      path: '/v1/realtime?model=gpt-realtime',
      authorization: 'Bearer sk-live',
    });
    expect(messages[1]).toBe('echo hello');
    const record = await house.sink.waitFor((one) => one.operation === 'realtime');
    expect(record).toMatchObject({
      provider: 'live',
      httpStatus: 101,
      requestedModel: 'gpt-realtime',
      outcome: 'success',
    });
  });

  it('are metered by what a Realtime session says of itself', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/live/realtime?model=gpt-realtime`);
    const received: number[] = [];
    await new Promise<void>((resolve, reject) => {
      socket.on('open', () => socket.send('talk'));
      socket.on('message', (data) => received.push((data as Buffer).length));
      socket.on('close', () => resolve());
      socket.on('error', reject);
    });
    expect(received.at(-1)).toBe(70_000);
    const record = await house.sink.waitFor((one) => one.responseModel === 'gpt-realtime');
    expect(record).toMatchObject({ outcome: 'success', operation: 'realtime', usageSource: 'reported' });
    expect(record.usage).toMatchObject({
      inputUncached: 100,
      inputAudio: 40,
      outputText: 60,
      outputAudio: 20,
      total: 220,
    });
    expect(record.answer?.text).toBe('Hello there.');
    expect(record.pricing.costNanos).toBeGreaterThan(0);
  });

  it('that no provider takes are refused', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${house.port}/nobody/realtime`);
    const status = await new Promise((resolve) => {
      socket.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      socket.on('error', () => {});
    });
    expect(status).toBe(404);
  });
});
