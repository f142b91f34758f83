// /api/keys and GET /v1/access of the collector: what is stored, what is shown, and who may ask.
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { describe, expect, it, onTestFinished } from 'vitest';
import { accessDocument } from '../../collector/access-document/access-document.ts';
import type { CollectorOptions } from '../../collector/app.ts';
import { openSession } from '../../collector/session.ts';
import { keyDigest } from '../../configuration/keys/key-digest.ts';
import { isWholeKey } from '../../configuration/keys/key-text.ts';
import { AccessDocument } from '../../contract/access/access-document.ts';
import { Budget } from '../../contract/access/budget.ts';
import type { KeyView } from '../../contract/access/key.ts';
import { pretendedStore, quietCollector } from '../collector/quiet-collector.ts';

const pepper = randomBytes(32);
type Changes = Parameters<typeof quietCollector>[0];

async function collector(changes: Changes = {}, options: Partial<CollectorOptions> = {}) {
  const rows: string[] = [];
  const store = {
    ...pretendedStore,
    insertRows: async (_table: string, given: Record<string, unknown>[]) => void rows.push(JSON.stringify(given)),
  };
  const app = await quietCollector(changes, { store, pepper, ...options });
  onTestFinished(() => app.close());
  return { app, rows };
}

async function call(app: FastifyInstance, options: InjectOptions) {
  const { statusCode: status, body, headers } = await app.inject(options);
  return { status, headers, text: body, json: body === '' ? null : JSON.parse(body) };
}

const make = (app: FastifyInstance, payload: object): ReturnType<typeof call> =>
  call(app, { method: 'POST', url: '/api/keys', payload });
const access = async (app: FastifyInstance): Promise<AccessDocument> =>
  AccessDocument.parse((await call(app, { url: '/v1/access' })).json);

describe('a key', () => {
  it('is shown once, and kept as nothing but its digest under the pepper', async () => {
    const { app, rows } = await collector();
    const made = await make(app, { name: 'billing', team: 'finance', models: ['gpt-4o*'] });
    expect(made.status).toBe(200);
    const { key, record } = made.json as { key: string; record: KeyView };
    expect(isWholeKey(key)).toBe(true);
    expect(record).toMatchObject({ name: 'billing', tenant: 'default', team: 'finance', last4: key.slice(-4) });
    expect(made.headers['cache-control']).toBe('no-store');
    const listed = await call(app, { url: '/api/keys' });
    expect(listed.json.keys).toEqual([record]);
    const document = await access(app);
    expect(document.keys).toMatchObject([{ id: record.id, digest: keyDigest(key, pepper), team: 'finance' }]);
    for (const text of [listed.text, made.text.replace(key, ''), rows.join(''), JSON.stringify(document)])
      expect(text).not.toContain(key.slice(3, 30));
    expect(listed.text + made.text).not.toContain(keyDigest(key, pepper));
  });

  it('takes any name, also one that looks like SQL', async () => {
    const { app } = await collector();
    const name = `it's'; DROP TABLE documents; --`;
    await make(app, { name });
    expect((await access(app)).keys).toMatchObject([{ name }]);
  });

  it('is not made with a network that nobody can read', async () => {
    const { app } = await collector();
    for (const networks of [['10.0.0.0/33'], ['localhost'], ['10.0.0'], ['::1/129']]) {
      const { status, json } = await make(app, { name: 'a', networks });
      expect([status, json.error.code]).toEqual([400, 'key_invalid']);
    }
    expect((await access(app)).keys).toEqual([]);
  });

  it('is rotated into another of the same binding, and holds for the grace period', async () => {
    let now = 1_000_000;
    const { app } = await collector({}, { clock: () => now });
    const first = (await make(app, { name: 'a', team: 'x', user: 'u' })).json as { key: string; record: KeyView };
    const rotate = (id: string, payload?: object) =>
      call(app, { method: 'POST', url: `/api/keys/${id}/rotate`, ...(payload && { payload }) });
    const second = (await rotate(first.record.id, { graceSeconds: 60 })).json as { key: string; record: KeyView };
    expect(second.key).not.toBe(first.key);
    expect(second.record).toMatchObject({ name: 'a', team: 'x', user: 'u', expiresAt: null, replacedBy: null });
    const old = (await access(app)).keys.find(({ id }) => id === first.record.id);
    expect(old).toMatchObject({ expiresAt: now + 60_000, replacedBy: second.record.id, revokedAt: null });
    expect((await rotate(first.record.id)).json.error.code).toBe('key_ended');
    now += 1;
    const third = (await rotate(second.record.id)).json as { record: KeyView };
    const superseded = (await access(app)).keys.find(({ id }) => id === second.record.id);
    expect(superseded).toMatchObject({ expiresAt: now + 86_400_000, replacedBy: third.record.id });
  });

  it('is revoked for good, and asking twice changes nothing', async () => {
    let now = 1000;
    const { app, rows } = await collector({}, { clock: () => now });
    const { id } = (await make(app, { name: 'a' })).json.record as KeyView;
    const revoke = () => call(app, { method: 'DELETE', url: `/api/keys/${id}` });
    expect((await revoke()).json.revokedAt).toBe(1000);
    const written = rows.length;
    now = 2000;
    expect((await revoke()).json.revokedAt).toBe(1000);
    expect(rows.length).toBe(written);
    expect((await access(app)).keys).toMatchObject([{ id, revokedAt: 1000 }]);
    expect((await call(app, { method: 'DELETE', url: '/api/keys/key_none' })).status).toBe(404);
  });

  it('is not made where the audit log cannot take it', async () => {
    const ingest = {
      ...{ waiting: () => 0, lagMs: () => null, deadRecords: () => 0, metrics: async () => '' },
      onIngested: () => () => {},
      accept: () => Promise.reject(new Error('disk full')),
    };
    const { app, rows } = await collector({}, { ingest });
    expect((await make(app, { name: 'a' })).status).toBe(500);
    expect(rows).toEqual([]);
  });
});

describe('the access document', () => {
  it('has the budgets and limits of the configuration, and is answered with 304 to who has it', async () => {
    const budget = Budget.parse({ name: 'all', limitUsd: 5, per: 'day' });
    const { app } = await collector(
      { timezone: 'Asia/Kathmandu' },
      {
        policies: { budgets: [budget], limits: [{ name: 'l', for: {}, requestsPerMinute: 3, overMaxCall: 'refuse' }] },
      },
    );
    const first = await call(app, { url: '/v1/access' });
    const document = AccessDocument.parse(first.json);
    expect(document).toMatchObject({ timezone: 'Asia/Kathmandu', budgets: [budget], limits: [{ name: 'l' }] });
    expect(first.headers).toMatchObject({ etag: `"${document.version}"`, 'cache-control': 'no-store' });
    const again = { url: '/v1/access', headers: { 'if-none-match': `"${document.version}"` } };
    expect(await call(app, again)).toMatchObject({ status: 304, text: '' });
    await make(app, { name: 'a' });
    expect((await call(app, again)).status).toBe(200);
  });

  it('has the budget of the configuration where one of the same name was set elsewhere', () => {
    const [configured, set, other] = [5, 50, 7].map((limitUsd, at) =>
      Budget.parse({ name: ['all', 'all', 'other'][at], limitUsd, per: 'day' }),
    ) as [Budget, Budget, Budget];
    const none = () => [];
    const { budgets } = accessDocument(
      { timezone: 'UTC', pepperId: '', budgets: [configured], limits: [] },
      { keys: none, budgets: () => [set, other], secrets: none, purges: none, ratios: none },
    );
    expect(budgets).toEqual([configured, other]);
  });

  it('is not given while the documents are unknown: nobody is told that there are no keys', async () => {
    const store = { ...pretendedStore, kind: 'server' as const, read: () => Promise.reject(new Error('away')) };
    const { app } = await collector({}, { store });
    expect((await call(app, { url: '/v1/access' })).status).toBe(503);
  });
});

describe('A14: a session of the dashboard', () => {
  it('ends with the access key that it was opened with, and by its time', async () => {
    const opened = openSession('before', Date.now());
    const headers = { cookie: `sightline_session=${opened}` };
    const { app: before } = await collector({ accessKey: 'before' });
    const { app: after } = await collector({ accessKey: 'after' });
    expect((await call(before, { url: '/api/keys', headers })).status).toBe(200);
    expect((await call(after, { url: '/api/keys', headers })).status).toBe(401);
    const { app: later } = await collector({ accessKey: 'before' }, { clock: () => Date.now() + 31 * 86_400_000 });
    expect((await call(later, { url: '/api/keys', headers })).status).toBe(401);
    // Longer life cannot be written into the cookie: it is signed.
    const stretched = { cookie: `sightline_session=9${opened}` };
    expect((await call(before, { url: '/api/keys', headers: stretched })).status).toBe(401);
  });
});

describe('A17: rights of one door open no other', () => {
  const doors: [string, InjectOptions][] = [
    ['listing', { url: '/api/keys' }],
    ['making', { method: 'POST', url: '/api/keys', payload: { name: 'a' } }],
    ['rotating', { method: 'POST', url: '/api/keys/key_aaaaaaaaaaaa/rotate' }],
    ['revoking', { method: 'DELETE', url: '/api/keys/key_aaaaaaaaaaaa' }],
  ];
  it.each(doors)('%s keys takes the access key, not the ingest key and not a Sightline key', async (_name, options) => {
    const { app } = await collector({ accessKey: 'operator', ingestKey: 'proxies' });
    const made = await make(app, { name: 'a' });
    expect(made.status).toBe(401);
    for (const given of ['', 'Bearer proxies', `Bearer sl_${'a'.repeat(49)}`, "Bearer ' OR 1=1 --"])
      expect((await call(app, { ...options, headers: { authorization: given } })).status).toBe(401);
    const right = await call(app, { ...options, headers: { authorization: 'Bearer operator' } });
    expect([200, 404]).toContain(right.status);
  });

  it('the access document takes the ingest key, not the access key and no session', async () => {
    const { app } = await collector({ accessKey: 'operator', ingestKey: 'proxies' });
    const ask = async (headers: Record<string, string>) => (await call(app, { url: '/v1/access', headers })).status;
    expect(await ask({})).toBe(401);
    expect(await ask({ authorization: 'Bearer operator' })).toBe(401);
    expect(await ask({ cookie: `sightline_session=${openSession('operator', Date.now())}` })).toBe(401);
    expect(await ask({ authorization: 'Bearer proxies' })).toBe(200);
  });

  it('without an access key nobody but the machine itself makes keys', async () => {
    const { app } = await collector({ host: '0.0.0.0' });
    const from = async (remoteAddress: string, headers = {}) =>
      (await call(app, { method: 'POST', url: '/api/keys', payload: { name: 'a' }, remoteAddress, headers })).status;
    expect(await from('192.168.1.7')).toBe(403);
    expect(await from('192.168.1.7', { 'x-forwarded-for': '127.0.0.1' })).toBe(403);
    expect(await from('::ffff:127.0.0.1')).toBe(200);
    const remoteAddress = '192.168.1.7';
    const changes: InjectOptions[] = [
      { method: 'PUT', url: '/api/budgets/all', payload: { limitUsd: 1e6, per: 'day' }, remoteAddress },
      { method: 'DELETE', url: '/api/budgets/all', remoteAddress },
      { method: 'POST', url: '/api/cache/purge', payload: {}, remoteAddress },
      { url: '/api/secrets', remoteAddress },
    ];
    for (const change of changes) expect([403, 404]).toContain((await call(app, change)).status);
    expect(await from('127.0.0.1', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' })).toBe(403);
  });
});

describe('A11: no spelling of a path goes round the access key', () => {
  it.each([
    '/%61pi/keys',
    '/api/%6Beys',
    '//api/keys',
    '/api//keys',
    '/API/keys',
    '/api/keys;x',
    '/api/keys/',
    '/api/%2e/keys',
  ])('%s', async (url) => {
    const { app } = await collector({ accessKey: 'operator' });
    const { status, text } = await call(app, { url }).catch(() => ({ status: 404, text: '' }));
    expect([401, 404]).toContain(status);
    expect(text).not.toContain('"keys"');
  });
});
