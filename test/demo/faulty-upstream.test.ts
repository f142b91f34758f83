// The faulty upstream does what it says: every other test of the data path leans on it.
import http from 'node:http';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as behaviours from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, refusedUrl, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { createRequestParser } from '../support/http-request-parser.ts';

let upstream: FaultyUpstream;
beforeEach(async () => {
  upstream = await startFaultyUpstream();
});
afterEach(() => upstream.close());

const post = (body = '{"a":1}') =>
  fetch(`${upstream.url}/v1/x?y=1`, { method: 'POST', body, headers: { 'X-Odd': 'é' } });

describe('what it sees', () => {
  test('method, target, raw header names and the body, byte for byte', async () => {
    await new Promise<void>((resolve) => {
      const request = http.request(
        `${upstream.url}/p?q=%20`,
        { method: 'POST', headers: { 'X-CamelCase': 'kept' } },
        (response) => response.resume().on('end', resolve),
      );
      request.write(Buffer.from([0, 255]));
      request.end(Buffer.from([10]));
    });
    const [seen] = upstream.requests;
    expect(seen?.method).toBe('POST');
    expect(seen?.path).toBe('/p?q=%20');
    expect(seen?.rawHeaders).toContain('X-CamelCase');
    expect(seen?.header('x-camelcase')).toBe('kept');
    expect([...(seen?.body ?? [])]).toEqual([0, 255, 10]);
    expect(seen?.complete).toBe(true);
  });

  test('requests survive any splitting of their bytes', () => {
    const wire = Buffer.from(
      'POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\nTrailer: 1\r\n\r\n' +
        'GET /b HTTP/1.1\r\n\r\nPUT /c HTTP/1.1\r\ncontent-length: 4\r\n\r\nwxyz',
    );
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const seen: string[] = [];
        const parse = createRequestParser({
          head: (head) => seen.push(`${head.method} ${head.path} `),
          body: (bytes) => {
            seen[seen.length - 1] += bytes.toString();
          },
          end: () => {
            seen[seen.length - 1] += '.';
          },
        });
        for (let at = 0, i = 0; at < wire.length; i++) {
          const size = sizes[i % sizes.length] ?? 1;
          parse(wire.subarray(at, at + size));
          at += size;
        }
        expect(seen).toEqual(['POST /a abcde.', 'GET /b .', 'PUT /c wxyz.']);
      }),
    );
  });

  test('that the client went away in mid-stream', async () => {
    upstream.respond(behaviours.hangAfter(['data: 1\n\n']));
    const abort = new AbortController();
    const response = await fetch(upstream.url, { signal: abort.signal });
    await response.body?.getReader().read();
    const request = await upstream.request(1);
    expect(request.closed).toBeNull();
    abort.abort();
    await request.gone;
    expect(request.closed?.by).toBe('client');
  });

  test('that the client stopped reading, and when it reads on', async () => {
    let taken = () => 0;
    const total = 64 * 1024 * 1024;
    upstream.respond(behaviours.flood(total, 65_536, (reply) => (taken = reply.taken)));
    const socket = net.connect(upstream.port, '127.0.0.1', () => socket.write('GET / HTTP/1.1\r\n\r\n'));
    socket.pause();
    for (let before = -1, quiet = 0; quiet < 3; ) {
      await sleep(20);
      quiet = taken() === before && before > 0 ? quiet + 1 : 0;
      before = taken();
    }
    expect(taken()).toBeLessThan(total);
    let got = 0;
    await new Promise<void>((resolve) => {
      socket.on('data', (bytes) => {
        got += bytes.length;
        if (got > total) resolve();
      });
      socket.resume();
    });
    expect(taken()).toBeGreaterThan(total);
    socket.destroy();
  });
});

describe('what it does', () => {
  test('answers in the given chunks, once or always', async () => {
    upstream.respondOnce(behaviours.answer({ status: 503, pieces: ['no'], framing: 'length' }));
    upstream.respond(behaviours.answerStream(['data: a\n\n', 'data: b\n\n']));
    const first = await post();
    expect([first.status, await first.text()]).toEqual([503, 'no']);
    expect(await (await post()).text()).toBe('data: a\n\ndata: b\n\n');
    expect(await (await post()).text()).toBe('data: a\n\ndata: b\n\n');
    expect(upstream.connections()).toBeLessThan(3);
  });

  test('refuses, resets and closes before a head', async () => {
    await expect(fetch(await refusedUrl())).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    upstream.respond(behaviours.resetAtOnce());
    await expect(fetch(upstream.url, { keepalive: false })).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
    upstream.respond(behaviours.closeAtOnce());
    await expect(post()).rejects.toThrow();
    expect(upstream.requests.at(-1)?.closed?.by).toBe('upstream');
  });

  test('hangs before the head until the client gives up', async () => {
    upstream.respond(behaviours.hang());
    await expect(fetch(upstream.url, { signal: AbortSignal.timeout(50) })).rejects.toThrow(/abort|timeout/i);
    const request = await upstream.request(1);
    await request.gone;
    expect(request.closed?.by).toBe('client');
  });

  test('breaks off: in mid-chunk, without the last chunk, short of its content-length', async () => {
    for (const broken of [
      behaviours.resetMidChunk(['data: 1\n\n']),
      behaviours.closeMidStream(['data: 1\n\n']),
      behaviours.shortContentLength('{"half":'),
    ]) {
      upstream.respond(broken);
      const response = await post();
      expect(response.status).toBe(200);
      await expect(response.text()).rejects.toThrow();
    }
  });

  test('compresses in each coding, bombs included', async () => {
    for (const coding of ['gzip', 'br', 'zstd', 'deflate'] as const) {
      upstream.respond(behaviours.answerCompressed('{"packed":true}', coding, { pieceBytes: 3 }));
      const bytes = await rawBody(upstream.url);
      const unpack = {
        gzip: zlib.gunzipSync,
        br: zlib.brotliDecompressSync,
        zstd: zlib.zstdDecompressSync,
        deflate: zlib.inflateSync,
      };
      expect(unpack[coding](bytes).toString()).toBe('{"packed":true}');
    }
    upstream.respond(behaviours.bomb('gzip', 8 * 1024 * 1024));
    expect((await rawBody(upstream.url)).length).toBeLessThan(64 * 1024);
  });

  test('redirects, and speaks odd headers as told', async () => {
    upstream.respond(behaviours.redirect('http://elsewhere.example/'));
    expect((await fetch(upstream.url, { redirect: 'manual' })).headers.get('location')).toBe(
      'http://elsewhere.example/',
    );
    upstream.respond(
      behaviours.rawBytes('HTTP/1.1 299 Odd\r\nX-A: 1\r\nX-A: 2\r\nset-cookie: a\r\nset-cookie: b\r\n\r\nhi'),
    );
    const response = await fetch(upstream.url);
    expect([response.status, response.headers.get('x-a'), response.headers.getSetCookie()]).toEqual([
      299,
      '1, 2',
      ['a', 'b'],
    ]);
    expect(await response.text()).toBe('hi');
  });

  test('drips byte by byte', async () => {
    upstream.respond(behaviours.drip('{"a":1}', 2));
    const pieces: number[] = [];
    for await (const bytes of (await post()).body ?? []) pieces.push(bytes.length);
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.reduce((a, b) => a + b, 0)).toBe(7);
  });

  test('says 100 Continue, or leaves the client waiting for it', async () => {
    const expecting = (url: string) =>
      new Promise<string>((resolve, reject) => {
        const request = http.request(url, { method: 'POST', headers: { expect: '100-continue', 'content-length': 2 } });
        request.on('continue', () => request.end('ok'));
        request.on('response', (response) => {
          response.resume();
          resolve(`${response.statusCode}`);
        });
        request.on('error', reject);
        request.flushHeaders();
      });
    expect(await expecting(upstream.url)).toBe('200');
    expect(upstream.requests[0]?.body.toString()).toBe('ok');
    const silent = await startFaultyUpstream({ expectation: 'ignore' });
    silent.respond(behaviours.answer({ status: 417, pieces: [], framing: 'length' }));
    expect(await expecting(silent.url)).toBe('417');
    expect(silent.requests[0]?.complete).toBe(false);
    await silent.close();
  });
});

function rawBody(url: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    http
      .get(url, (response) => {
        const pieces: Buffer[] = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () => resolve(Buffer.concat(pieces)));
      })
      .on('error', reject);
  });
}
