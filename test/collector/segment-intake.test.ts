// PUT /v1/segments/<name> over real sockets: encodings, limits, and what the proxy is told when it cannot be.
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { CollectorOptions } from '../../collector/app.ts';
import { IngestError, type IngestErrorKind } from '../../collector/ingest/ingest-error.ts';
import { pretendedIngest, quietCollector } from './quiet-collector.ts';

const name = 'bootbootboot-00000042';

async function put(body: Buffer, headers: Record<string, string>, ingest: Partial<CollectorOptions['ingest']> = {}) {
  const app = await quietCollector({}, { ingest: { ...pretendedIngest, ...ingest } });
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  try {
    const answer = await fetch(`${url}/v1/segments/${name}`, { method: 'PUT', body: new Uint8Array(body), headers });
    return { status: answer.status, headers: answer.headers, json: await answer.json() };
  } finally {
    await app.close();
  }
}

const text = Buffer.from('{"kind":"seal"}\n'.repeat(10_000));

test.each([
  ['identity', text],
  ['gzip', gzipSync(text)],
  ['zstd', zstdCompressSync(text)],
])('a segment in %s reaches ingest byte for byte', async (encoding, body) => {
  const received: Buffer[] = [];
  const accept: CollectorOptions['ingest']['accept'] = async (segment, stream) => {
    for await (const chunk of stream) received.push(chunk as Buffer);
    return { segment, records: 10_000, duplicate: false };
  };
  const answer = await put(body, { 'content-encoding': encoding, 'content-type': 'application/x-ndjson' }, { accept });
  expect(answer).toMatchObject({ status: 200, json: { segment: name, records: 10_000, duplicate: false } });
  expect(Buffer.concat(received).equals(text)).toBe(true);
});

test('the type of the content does not matter, nor its absence', async () => {
  expect((await put(text, {})).status).toBe(200);
  expect((await put(text, { 'content-type': 'application/json' })).status).toBe(200);
});

test.each(['gzip', 'zstd'])('a body that is no %s, or only half of one, is 422', async (encoding) => {
  const whole = encoding === 'gzip' ? gzipSync(text) : zstdCompressSync(text);
  for (const body of [Buffer.from('not compressed at all'), whole.subarray(0, whole.length - 9)]) {
    const answer = await put(body, { 'content-encoding': encoding });
    expect(answer).toMatchObject({ status: 422, json: { error: { code: 'segment_broken' } } });
  }
});

test('an encoding nobody knows and a wrong name are 400', async () => {
  expect(await put(text, { 'content-encoding': 'br' })).toMatchObject({
    status: 400,
    json: { error: { code: 'segment_encoding' } },
  });
  const app = await quietCollector();
  for (const wrong of [
    'x',
    'BOOTBOOT-00000001',
    'bootbootboot-1',
    '..%2f..%2fetc',
    `bootbootboot-${'0'.repeat(200)}`,
  ]) {
    const answer = await app.inject({ method: 'PUT', url: `/v1/segments/${wrong}`, payload: 'x' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { code: 'segment_name' } });
  }
});

test('a body larger than a segment may be is 413', async () => {
  const answer = await put(Buffer.alloc(65 * 1024 * 1024), {});
  expect(answer).toMatchObject({ status: 413, json: { error: { code: 'segment_too_large' } } });
});

test.each<[IngestErrorKind, number, string]>([
  ['busy', 503, 'collector_busy'],
  ['stopping', 503, 'collector_stopping'],
  ['disk', 503, 'disk_full'],
  ['broken', 503, 'segment_incomplete'],
  ['too_large', 413, 'segment_too_large'],
])('when ingest says %s the proxy hears %d, and when to come again', async (kind, status, code) => {
  const accept = async () => {
    throw new IngestError(kind, 'found', { retryAfterSeconds: 7 });
  };
  const answer = await put(text, {}, { accept });
  expect(answer).toMatchObject({ status, json: { error: { code } } });
  expect(answer.headers.get('retry-after')).toBe(status === 503 ? '7' : null);
});
