// Abuse of keys at the proxy. The numbers are those of docs/security.md; each test fails without its defence.
import { createHash } from 'node:crypto';
import http from 'node:http';
import net from 'node:net';
import { describe, expect, it } from 'vitest';
import { makeKey } from '../../configuration/keys/key-text.ts';
import { allOf, bearer, type KeyedHouse, keyedHouse, ownerKey } from './keyed-house.ts';

/** Every way in, each with a key where that way's SDKs put it. */
const ways: [string, (house: KeyedHouse, key: string) => Promise<{ status: number; code: string }>][] = [
  ['Authorization', (house, key) => house.chat(bearer(key))],
  ['Authorization without a scheme', (house, key) => house.chat({ authorization: key })],
  ['Authorization with another scheme', (house, key) => house.chat({ authorization: `Token ${key}` })],
  ['Basic', (house, key) => house.chat({ authorization: `Basic ${Buffer.from(`user:${key}`).toString('base64')}` })],
  ['x-api-key', (house, key) => house.chat({ 'x-api-key': key })],
  ['api-key', (house, key) => house.chat({ 'api-key': key })],
  ['x-goog-api-key', (house, key) => house.chat({ 'x-goog-api-key': key })],
  ['?key=', (house, key) => house.chat({}, {}, `/v1/chat/completions?key=${key}`)],
  ['?key= percent-encoded', (house, key) => house.chat({}, {}, `/v1/chat/completions?k%65y=%73l_${key.slice(3)}`)],
  ['x-sightline-key', (house, key) => house.chat({ 'x-sightline-key': key })],
  [
    'x-sightline-key beside a key of the client’s own',
    (house, key) => house.chat({ 'x-sightline-key': key, ...bearer('sk-of-the-client') }),
  ],
  ['the way through', (house, key) => house.chat(bearer(key), {}, '/openai/v1/chat/completions')],
  ['the way through, ?key=', (house, key) => house.chat({}, {}, `/openai/v1/chat/completions?key=${key}`)],
  ['the list of models', (house, key) => house.get('/v1/models', bearer(key))],
  ['one model of the list', (house, key) => house.get('/v1/models/gpt-4o-mini', bearer(key))],
  ['the way through, list', (house, key) => house.get('/openai/v1/models', bearer(key))],
  ['a path of /v1 that is passed through', (house, key) => house.get('/v1/files', bearer(key))],
];

describe('A10: what claims to be a Sightline key is one or is refused', () => {
  it.each(ways)('lets a live key in by %s', async (_way, call) => {
    const house = await keyedHouse();
    const { key } = house.key();
    expect(await call(house, key)).toMatchObject({ status: 200, code: '' });
  });

  it.each(ways)('refuses an unknown one by %s, although this machine is open', async (_way, call) => {
    const house = await keyedHouse();
    const { key, record } = house.key();
    house.access.become({ keys: [] });
    expect((await house.chat()).status).toBe(200); // open without a key, so falling through would show
    const before = house.openai.calls.length;
    expect(await call(house, key)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    house.access.become({ keys: [{ ...record, revokedAt: 1 }] });
    expect(await call(house, key)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    house.access.become({ keys: [{ ...record, expiresAt: 1 }] });
    expect(await call(house, key)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_EXPIRED' });
    expect(house.openai.calls.length).toBe(before);
  });

  it('refuses what is cut off, mistyped, empty or twice another', async () => {
    const house = await keyedHouse();
    const { key } = house.key();
    const another = house.key().key;
    const last = key.at(-1) === 'a' ? 'b' : 'a';
    for (const wrong of ['sl_', 'sl_x', key.slice(0, -1), key.slice(0, -1) + last, `${key}x`, `${key}.${key}`])
      expect(await house.chat(bearer(wrong))).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    const both = { ...bearer(key), 'x-sightline-key': another };
    expect(await house.chat(both)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    expect(house.openai.calls).toEqual([]);
  });

  it('refuses a call without a key once one exists, from this machine too, even if that one is dead', async () => {
    const house = await keyedHouse();
    const { record } = house.key();
    for (const changes of [{}, { revokedAt: 1 }]) {
      house.change(record.id, changes);
      for (const headers of [{}, bearer('anything'), { 'x-api-key': '' }] as Record<string, string>[]) {
        expect(await house.chat(headers)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_REQUIRED' });
        const through = await house.chat(headers, {}, '/openai/v1/chat/completions');
        expect(through).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_REQUIRED' });
        expect(await house.get('/v1/models', headers)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_REQUIRED' });
      }
    }
    expect(house.openai.calls).toEqual([]);
  });

  it('says that it cannot know rather than that there is no such key while it has heard of none', async () => {
    const house = await keyedHouse();
    const { key } = house.key();
    house.access.known = () => false;
    expect(await house.chat(bearer(key))).toMatchObject({ status: 503, code: 'SIGHTLINE_KEYS_UNKNOWN' });
  });
});

describe('A8: an injection through Authorization', () => {
  it.each(["sl_' OR '1'='1", "sl_'; DROP TABLE documents; --", 'sl_" UNION SELECT digest FROM documents'])(
    'is text like any other: %s',
    async (text) => {
      const house = await keyedHouse();
      house.key();
      for (const headers of [bearer(text), { authorization: text }, { 'x-api-key': text }])
        expect(await house.chat(headers as Record<string, string>)).toMatchObject({
          status: 401,
          code: 'SIGHTLINE_KEY_WRONG',
        });
      expect(house.openai.calls).toEqual([]);
    },
  );
});

describe('A9: Host and forwarding headers open nothing', () => {
  it('asks for a key whatever a call says of where it came from or whom it meant', async () => {
    const house = await keyedHouse({ access: { openTo: ['10.9.9.0/24'] } });
    for (const headers of [
      { 'x-forwarded-for': '10.9.9.9' },
      { 'x-forwarded-host': 'localhost', forwarded: 'for=10.9.9.9;host=localhost' },
      { 'x-real-ip': '10.9.9.9', 'x-client-ip': '10.9.9.9' },
    ] as Record<string, string>[])
      expect(await house.chat(headers)).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_REQUIRED' });
    const named = await raw(house.port, 'GET /v1/models HTTP/1.1\r\nhost: 10.9.9.9\r\nconnection: close\r\n\r\n');
    expect(named).toContain('SIGHTLINE_KEY_REQUIRED');
  });

  it('reads X-Forwarded-For from a named reverse proxy alone, and from the right', async () => {
    const house = await keyedHouse({
      access: { openTo: ['10.9.9.0/24'], trustedProxies: ['loopback', '10.1.0.0/16'] },
    });
    const from = (forwarded: string) => house.chat({ 'x-forwarded-for': forwarded });
    expect((await from('10.9.9.9')).status).toBe(200);
    expect((await from('203.0.113.5, 10.9.9.9, 10.1.2.3')).status).toBe(200);
    expect((await from('10.9.9.9, 203.0.113.5')).code).toBe('SIGHTLINE_KEY_REQUIRED');
    expect((await from('10.9.9.9, nonsense')).code).toBe('SIGHTLINE_KEY_REQUIRED');
    expect((await from('nonsense')).code).toBe('SIGHTLINE_KEY_REQUIRED');
  });
});

describe('A11: no spelling of a path goes round the gate', () => {
  const spellings = [
    '//v1/chat/completions',
    '/v1//chat/completions',
    '/v1/chat/completions/',
    '/v1/chat/completions;x=1',
    '/%761/chat/completions',
    '/v1/chat%2Fcompletions',
    '/V1/chat/completions',
    '/v1/../v1/chat/completions',
    '/livez/../v1/chat/completions',
    '/openai/v1/chat/completions',
    '/openai//v1/chat/completions',
    '/openai;x/v1/chat/completions',
    '/%6fpenai/v1/chat/completions',
    '/openai/%2e%2e/v1/chat/completions',
    '/metrics/openai/v1/chat/completions',
    '/chat/completions',
    '/v1beta/models/gpt-4o-mini:generateContent',
    '/v1/responses',
    '/v1/messages',
    '/v1/batches',
  ];
  it.each(spellings)('%s', async (path) => {
    const house = await keyedHouse();
    house.key();
    const body = '{"model":"gpt-4o-mini","messages":[{"role":"user","content":"hi"}],"max_tokens":5}';
    for (const method of ['POST', 'GET', 'PUT', 'OPTIONS']) {
      const answer = await raw(
        house.port,
        `${method} ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
      );
      expect(answer).toMatch(/^HTTP\/1\.1 (401|404) /);
    }
    expect(house.openai.calls).toEqual([]);
    expect(house.other.calls).toEqual([]);
  });

  it('holds for an upgrade to a WebSocket', async () => {
    const house = await keyedHouse();
    const { key } = house.key();
    const upgrade = (credential: string): Promise<string> =>
      raw(
        house.port,
        `GET /openai/v1/realtime HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n${credential}sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`,
      );
    expect(await upgrade('')).toMatch(/^HTTP\/1\.1 401 /);
    expect(await upgrade('authorization: Bearer sl_wrong\r\n')).toContain('SIGHTLINE_KEY_WRONG');
    expect(await upgrade('sec-websocket-protocol: realtime, openai-insecure-api-key.sl_wrong\r\n')).toMatch(/ 401 /);
    expect(house.openai.calls).toEqual([]);
    expect(await upgrade(`sec-websocket-protocol: realtime, openai-insecure-api-key.${key}\r\n`)).toMatch(/ 101 /);
    expect(allOf(house.openai)).not.toContain('sl_');
    expect(allOf(house.openai)).toContain('"realtime"');
  });

  it('leaves open what everybody may ask', async () => {
    const house = await keyedHouse();
    house.key();
    for (const path of ['/livez', '/readyz', '/metrics']) expect((await house.get(path)).status).toBe(200);
  });
});

describe('A12, A13, A20: what stands for a key', () => {
  it('A12: is all of it, not its beginning', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ user: 'one' });
    expect((await house.chat(bearer(key))).status).toBe(200);
    for (const length of [8, 20, 43, 46, 51]) {
      const longer = key.slice(0, length) + 'x'.repeat(52 - length);
      expect(await house.chat(bearer(longer))).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    }
    // Whole keys, checksum and all, that begin alike.
    for (const shared of [4, 16, 30, 31]) {
      const alike = Buffer.concat([Buffer.from(key.slice(3, 46), 'base64url').subarray(0, shared), Buffer.alloc(32)]);
      const other = makeKey((length) => alike.subarray(0, length));
      expect(await house.chat(bearer(other))).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
    }
  });

  it('A13: is not the digest that is kept', async () => {
    const house = await keyedHouse();
    const { key, record } = house.key();
    const hashed = createHash('sha256').update(key).digest('hex');
    for (const text of [record.digest, hashed, `sl_${record.digest}`, record.id, record.last4]) {
      const { status, code } = await house.chat(bearer(text));
      expect([status, code.startsWith('SIGHTLINE_KEY_')]).toEqual([401, true]);
    }
    expect(house.openai.calls).toEqual([]);
  });
});

describe('A19: a revoked key', () => {
  it('is dead from the moment the document changes, however often it was good before', async () => {
    const house = await keyedHouse();
    const { key, record } = house.key();
    for (let call = 0; call < 3; call += 1) expect((await house.chat(bearer(key))).status).toBe(200);
    house.change(record.id, { revokedAt: Date.now() });
    expect(await house.chat(bearer(key))).toMatchObject({ status: 401, code: 'SIGHTLINE_KEY_WRONG' });
  });
});

describe('A18: an id leads nowhere into another tenant', () => {
  const reach = [
    '/v1/responses/resp_1',
    '/openai/v1/files/file-1/content',
    '/openai/v1/batches',
    '/v1/conversations/conv_1',
  ];

  it('refuses what a provider stores by its id, once there are keys of two tenants', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ tenant: 'acme' });
    for (const path of reach) expect((await house.get(path, bearer(key))).status, path).toBe(200);
    house.key({ tenant: 'globex' });
    const before = house.openai.calls.length;
    for (const path of reach) {
      const answer = await house.get(path, bearer(key));
      expect(answer.status, path).toBe(403);
      expect(answer.code).toBe('SIGHTLINE_KEY_NOT_ALLOWED');
    }
    expect(house.openai.calls).toHaveLength(before);
  });

  it('refuses a call that goes on from something stored', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ tenant: 'acme' });
    house.key({ tenant: 'globex' });
    const stored = { model: 'gpt-4o-mini', input: 'and then?', previous_response_id: 'resp_1' };
    expect((await house.chat(bearer(key), stored, '/v1/responses')).status).toBe(403);
    const file = [{ role: 'user', content: [{ type: 'file', file: { file_id: 'file-1' } }] }];
    expect((await house.chat(bearer(key), { messages: file })).status).toBe(403);
    expect((await house.chat(bearer(key))).status).toBe(200);
  });
});

describe('A36: a client cannot leave the books or move to another tenant', () => {
  it('counts no header and no field that names a tenant', async () => {
    const house = await keyedHouse();
    const { key } = house.key({ tenant: 'acme' });
    const claims = { 'x-sightline-tenant': 'evil', 'x-tenant-id': 'evil', 'x-sightline-key-id': 'key_evil' };
    const answer = await house.chat({ ...bearer(key), ...claims }, { metadata: { tenant: 'evil', tenant_id: 'evil' } });
    const record = await house.record(answer.headers.get('x-sightline-id') ?? '');
    expect(record.attribution.tenant).toBe('acme');
    house.access.become({ keys: [] });
    const anonymous = await house.chat(claims);
    expect((await house.record(anonymous.headers.get('x-sightline-id') ?? '')).attribution).toMatchObject({
      ...{ tenant: 'default', key: '' },
    });
  });

  it('records that a call under a key happened although the client wishes for no record', async () => {
    const house = await keyedHouse();
    const { key, record: made } = house.key();
    for (const path of ['/v1/chat/completions', '/openai/v1/chat/completions']) {
      const answer = await house.chat({ ...bearer(key), 'x-sightline-capture': 'off' }, {}, path);
      const record = await house.record(answer.headers.get('x-sightline-id') ?? '');
      expect(record).toMatchObject({ capture: 'metadata', attribution: { key: made.id }, requestBody: '' });
    }
  });
});

describe('A37: a Sightline key stays in the house', () => {
  it.each(ways)('goes to no provider and stands in no record by %s', async (_way, call) => {
    const house = await keyedHouse();
    const { key } = house.key();
    await call(house, key);
    await call(house, `sl_${'A'.repeat(49)}`);
    const everywhere = allOf(house.openai) + allOf(house.other);
    expect(everywhere).not.toMatch(/sl_|c2xf/);
    await house.recorder.stop(5000);
    expect(house.sink.bytes().toString()).not.toMatch(/sl_[A-Za-z0-9]/);
  });

  it('opens the provider with the key that is configured for it', async () => {
    const house = await keyedHouse();
    const { key } = house.key();
    await house.chat({ 'x-api-key': key });
    expect(house.openai.calls[0]?.headers.join(' ')).toContain(`Bearer ${ownerKey}`);
  });

  it('is taken out of headers and a query where it is no credential, and out of a header that comes twice', async () => {
    const house = await keyedHouse();
    const { key } = house.key();
    await new Promise<void>((done) => {
      const request = http.request(`${house.url}/openai/v1/files?a=1&note=${key}&b=2`, (answer) => {
        answer.resume().on('end', done);
      });
      request.setHeader('authorization', ['Bearer sk-first', `Bearer ${key}`]);
      request.setHeader('x-note', `see ${key}`);
      request.setHeader('cookie', `k=${key}`);
      request.end();
    });
    expect(house.openai.calls).toHaveLength(1);
    expect(house.openai.calls[0]?.url).toBe('/v1/files?a=1&b=2');
    expect(allOf(house.openai)).not.toContain('sl_');
  });
});

/** Everything that comes back for these bytes. */
function raw(port: number, bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(bytes));
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve(text));
    socket.on('error', reject);
    socket.setTimeout(5000, () => socket.destroy());
  });
}
