// Who is answered and who is not: keys, sessions, host names, pages of other sites.
import { describe, expect, test } from 'vitest';
import { exposureWarning } from '../../collector/access.ts';
import { hostName, isLoopback, isPrivateName } from '../../collector/hosts.ts';
import { openSession, sameSecret, sessionHolds } from '../../collector/session.ts';
import { CollectorConfiguration } from '../../contract/configuration.ts';
import { quietCollector } from './quiet-collector.ts';

const ask = '/api/status';
const segment = '/v1/segments/bootbootboot-00000000';
type Headers = Record<string, string>;

describe('with an access key', () => {
  test('questions are answered to whoever sends it as a bearer token', async () => {
    const app = await quietCollector({ accessKey: 'sesame' });
    const status = async (headers: Headers) => (await app.inject({ url: ask, headers })).statusCode;
    expect(await status({})).toBe(401);
    expect(await status({ authorization: 'Bearer wrong' })).toBe(401);
    expect(await status({ authorization: 'Basic sesame' })).toBe(401);
    expect(await status({ authorization: 'Bearer sesame' })).toBe(200);
  });

  test('a session cookie opens them too, and no script can read it', async () => {
    const app = await quietCollector({ accessKey: 'sesame', basePath: '/a/b' });
    const opened = await app.inject({ method: 'POST', url: '/a/b/api/session', payload: { key: 'sesame' } });
    expect(opened.statusCode).toBe(200);
    const cookie = String(opened.headers['set-cookie']);
    expect(cookie).toMatch(/; Path=\/a\/b\/; .*HttpOnly; SameSite=Strict$/);
    const value = cookie.split(';')[0]!;
    expect((await app.inject({ url: ask, headers: { cookie: `other=1; ${value}` } })).statusCode).toBe(200);
    expect((await app.inject({ url: ask, headers: { cookie: `${value}x` } })).statusCode).toBe(401);
    expect(
      (await app.inject({ url: ask, headers: { cookie: 'sightline_session=99999999999999.abc' } })).statusCode,
    ).toBe(401);
  });

  test('a session ends by time and with the key it was opened with', () => {
    const value = openSession('sesame', 1000);
    expect(sessionHolds(value, 'sesame', 2000)).toBe(true);
    expect(sessionHolds(value, 'another', 2000)).toBe(false);
    expect(sessionHolds(value, 'sesame', 1000 + 31 * 86_400_000)).toBe(false);
    expect(sameSecret('a', 'a')).toBe(true);
    expect(sameSecret('a', 'ab')).toBe(false);
  });

  test('guessing is stopped after ten wrong keys, for a minute', async () => {
    let now = 1_000_000;
    const app = await quietCollector({ accessKey: 'sesame' }, { clock: () => now });
    const attempt = async (key: string) =>
      (await app.inject({ method: 'POST', url: '/api/session', payload: { key } })).statusCode;
    for (let i = 0; i < 10; i++) expect(await attempt('wrong')).toBe(401);
    expect(await attempt('sesame')).toBe(429);
    now += 60_001;
    expect(await attempt('sesame')).toBe(200);
  });

  test('any host name will do, since a page of another site has no cookie there', async () => {
    const app = await quietCollector({ accessKey: 'sesame' });
    const headers = { host: 'sightline.example.com', authorization: 'Bearer sesame' };
    expect((await app.inject({ url: ask, headers })).statusCode).toBe(200);
  });

  test('health and metrics stay open', async () => {
    const app = await quietCollector({ accessKey: 'sesame' });
    for (const url of ['/livez', '/readyz', '/metrics']) expect((await app.inject(url)).statusCode).toBe(200);
  });
});

describe('without an access key, on loopback', () => {
  test.each(['localhost:4142', '127.0.0.1:4142', '[::1]:4142', 'localhost', 'app.localhost', 'board.corp.example'])(
    'the host %s is answered',
    async (host) => {
      const app = await quietCollector({ hosts: ['board.corp.example'] });
      expect((await app.inject({ url: ask, headers: { host } })).statusCode).toBe(200);
    },
  );

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.7'])(
    'the host %j is refused: a rebound name must not read what was recorded',
    async (host) => {
      const app = await quietCollector();
      for (const url of [ask, '/', '/requests']) {
        const answer = await app.inject({ url, headers: { host } });
        expect(answer.statusCode).toBe(403);
        expect(answer.json()).toMatchObject({
          error: { code: 'host_refused', fix: expect.stringContaining('collector.hosts') },
        });
      }
      expect(
        (
          await app.inject({
            method: 'PUT',
            url: segment,
            payload: 'x',
            headers: { host, 'content-type': 'application/x-ndjson' },
          })
        ).statusCode,
      ).toBe(403);
    },
  );

  test.each<[string, Headers]>([
    ['by fetch metadata', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
    ['from a sister site', { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'no-cors' }],
    ['by origin', { origin: 'https://evil.example' }],
    ['from a sandboxed page', { origin: 'null' }],
    ['from another port', { origin: 'http://localhost:3000' }],
  ])('a page of another site is refused, known %s', async (_how, headers) => {
    const app = await quietCollector();
    const answer = await app.inject({ url: ask, headers: { host: 'localhost:4142', ...headers } });
    expect(answer.statusCode).toBe(403);
    expect(answer.json()).toMatchObject({ error: { code: 'cross_site' } });
  });

  test('its own page is answered, and a link from elsewhere may open the dashboard', async () => {
    const app = await quietCollector();
    const own = { host: 'localhost:4142', origin: 'http://localhost:4142', 'sec-fetch-site': 'same-origin' };
    expect((await app.inject({ url: ask, headers: own })).statusCode).toBe(200);
    const link = { host: 'localhost:4142', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await app.inject({ url: '/requests', headers: link })).statusCode).not.toBe(403);
    expect((await app.inject({ url: ask, headers: link })).statusCode).toBe(403);
  });
});

describe('without an access key, on every address', () => {
  test('the operator is warned loudly', () => {
    const open = CollectorConfiguration.parse({ host: '0.0.0.0' });
    expect(exposureWarning(open)).toContain('WARNING');
    expect(exposureWarning({ ...open, accessKey: 'sesame' })).toBeNull();
    expect(exposureWarning(CollectorConfiguration.parse({}))).toBeNull();
  });

  test('addresses and names that nobody outside can own are answered, others and other sites are not', async () => {
    const app = await quietCollector({ host: '0.0.0.0' });
    const status = async (headers: Headers) => (await app.inject({ url: ask, headers })).statusCode;
    for (const host of ['10.1.2.3:4142', 'collector:4142', 'localhost', 'box.local', '[fe80::1]:4142']) {
      expect(await status({ host })).toBe(200);
    }
    expect(await status({ host: 'evil.example' })).toBe(403);
    expect(await status({ host: '10.1.2.3', 'sec-fetch-site': 'cross-site' })).toBe(403);
  });

  test('proxies may deliver under whatever name their network gives the collector', async () => {
    const app = await quietCollector({ host: '0.0.0.0' });
    const headers = { host: 'collector.team.svc.cluster.example', 'content-type': 'application/x-ndjson' };
    expect((await app.inject({ method: 'PUT', url: segment, payload: 'x', headers })).statusCode).toBe(200);
  });
});

describe('the ingest key', () => {
  test.each([
    [{}, 401],
    [{ authorization: 'Bearer wrong' }, 401],
    [{ authorization: 'Bearer sesame' }, 401],
    [{ authorization: 'Bearer ingest' }, 200],
  ])('is asked of segments and of nothing else: %j gives %d', async (headers, expected) => {
    const app = await quietCollector({ ingestKey: 'ingest', accessKey: 'sesame' });
    const all = { 'content-type': 'application/x-ndjson', ...headers };
    const answer = await app.inject({ method: 'PUT', url: segment, payload: 'x', headers: all });
    expect(answer.statusCode).toBe(expected);
    expect((await app.inject({ url: ask, headers: { authorization: 'Bearer ingest' } })).statusCode).toBe(401);
  });
});

test('host names are read as browsers write them', () => {
  expect(['LOCALHOST:1', '[::1]:4142', 'a.b.:80', undefined].map(hostName)).toEqual(['localhost', '::1', 'a.b', '']);
  expect(['127.0.0.1', '127.9.9.9', '::1', 'localhost'].every(isLoopback)).toBe(true);
  expect(['127.0.0.1.nip.io', 'notlocalhost', '0.0.0.0'].some(isLoopback)).toBe(false);
  expect(['example.com', 'local.example', ''].some(isPrivateName)).toBe(false);
});
