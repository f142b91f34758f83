// The built dashboard under any base path, and what is not there.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quietCollector } from './quiet-collector.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-dist-'));
  await mkdir(path.join(directory, 'assets'));
  await writeFile(
    path.join(directory, 'index.html'),
    '<!doctype html><html><head lang="en"><title>x</title></head></html>',
  );
  await writeFile(path.join(directory, 'assets/app-1234.js'), 'export {}');
  await writeFile(path.join(directory, 'icon.svg'), '<svg/>');
  await writeFile(path.join(directory, '..', 'secret.txt'), 'secret').catch(() => {});
});
afterAll(() => rm(directory, { recursive: true, force: true }));

const built = (changes = {}) => quietCollector(changes, { dashboardDirectory: directory });

describe.each(['', '/a', '/a/b'])('under the base path %j', (basePath) => {
  test('pages carry it, and files, questions and health are found beneath it', async () => {
    const app = await built({ basePath });
    for (const url of [`${basePath}/`, `${basePath}/requests?id=1`, `${basePath}/index.html`]) {
      const page = await app.inject(url);
      expect(page.statusCode).toBe(200);
      expect(page.body).toContain(`<head lang="en"><base href="${basePath}/">`);
      expect(page.headers['cache-control']).toBe('no-cache');
    }
    expect((await app.inject(`${basePath}/assets/app-1234.js`)).headers['cache-control']).toMatch(
      /max-age=31536000, immutable/,
    );
    expect((await app.inject(`${basePath}/icon.svg`)).headers['content-type']).toContain('svg');
    for (const url of ['/api/status', '/livez', '/api/openapi.json']) {
      expect((await app.inject(basePath + url)).statusCode).toBe(200);
      expect((await app.inject(url)).statusCode, 'a reverse proxy may cut the path off').toBe(200);
    }
  });

  test('what is not there is a problem, not a page', async () => {
    const app = await built({ basePath });
    for (const url of ['/api/nothing', '/api/', '/assets/old-0000.js', '/missing.css', '/v1/none']) {
      const answer = await app.inject(basePath + url);
      expect(answer.statusCode).toBe(404);
      expect(answer.json()).toMatchObject({ error: { code: 'path_unknown' } });
    }
  });
});

test('the base path itself, without a slash, is the dashboard; a longer name is not', async () => {
  const app = await built({ basePath: '/a' });
  expect((await app.inject('/a')).body).toContain('<base href="/a/">');
  expect((await app.inject('/a?range=1h')).statusCode).toBe(200);
  expect((await app.inject('/api/status')).json()).toMatchObject({ store: 'embedded' });
});

test('X-Forwarded-Prefix counts only when it is trusted and well-formed', async () => {
  const headers = (prefix: string) => ({ 'x-forwarded-prefix': prefix });
  const wary = await built({ basePath: '/a' });
  expect((await wary.inject({ url: '/', headers: headers('/evil') })).body).toContain('<base href="/a/">');
  const trusting = await built({ basePath: '/a', trustForwardedPrefix: true });
  expect((await trusting.inject({ url: '/', headers: headers('/x/y/') })).body).toContain('<base href="/x/y/">');
  for (const bad of ['"><script>', '//evil.example', 'https://evil.example', '/a b']) {
    expect((await trusting.inject({ url: '/', headers: headers(bad) })).body).toContain('<base href="/a/">');
  }
});

test.each(['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '/..%5csecret.txt'])(
  '%s does not leave the folder',
  async (url) => {
    const answer = await (await built()).inject(url);
    expect(answer.body).not.toContain('secret\n');
    expect(answer.body).not.toBe('secret');
    expect([200, 404]).toContain(answer.statusCode);
  },
);

test('a build that is missing is explained, and picked up when it appears', async () => {
  const later = await mkdtemp(path.join(tmpdir(), 'sightline-later-'));
  const app = await quietCollector({}, { dashboardDirectory: later });
  const before = await app.inject('/');
  expect(before.statusCode).toBe(503);
  expect(before.body).toContain('npm run build');
  await writeFile(path.join(later, 'index.html'), '<html><head></head></html>');
  expect((await app.inject('/')).statusCode).toBe(200);
  await rm(later, { recursive: true });
});

test('every answer forbids inline scripts, framing, sniffing and referrers', async () => {
  const app = await built();
  for (const url of ['/', '/api/status', '/api/nothing', '/livez', '/assets/app-1234.js']) {
    const { headers } = await app.inject(url);
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' });
  }
});
