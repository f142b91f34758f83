// `sightline start` and `sightline doctor` around the real proxy, the real collector and the real embedded database.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Check } from '../../cli/doctor/check.ts';
import { folderWith } from '../configuration/folder.ts';
import { begin, freePorts, sightline, until } from './run.ts';

async function house(more: Record<string, string> = {}) {
  const [proxy, collector] = await freePorts(2);
  const cwd = folderWith();
  const env = {
    SIGHTLINE_PROXY_PORT: String(proxy),
    SIGHTLINE_COLLECTOR_PORT: String(collector),
    SIGHTLINE_DATA: `${cwd}/data`,
    ...more,
  };
  return { cwd, env, proxyUrl: `http://127.0.0.1:${proxy}`, collectorUrl: `http://127.0.0.1:${collector}` };
}

/** A server that answers everything alike. */
async function provider(status: number, headers: Record<string, string> = {}): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(status, headers).end());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const examine = async (argv: string[], options: Parameters<typeof sightline>[1]) => {
  const { code, out } = await sightline(['doctor', '--json', ...argv], options);
  const { status, checks } = JSON.parse(out) as { status: string; checks: Check[] };
  return { code, status, check: (name: string) => checks.find((one) => one.name === name) };
};

describe('start', () => {
  test('brings both services up, says how to use them, and puts them away again', async () => {
    const { cwd, env, proxyUrl, collectorUrl } = await house();
    const { child, run, done } = begin(['start', '--no-build', '--json'], { cwd, env });
    onTestFinished(() => void child.kill('SIGTERM'));
    await until('start to be ready', () => run.out.includes('\n'), 50_000);
    expect(JSON.parse(run.out)).toEqual({ ready: true, proxy: proxyUrl, dashboard: `${collectorUrl}/` });
    expect((await fetch(`${proxyUrl}/readyz`)).status).toBe(200);

    const { code, status, check } = await examine(['--offline'], { cwd, env });
    expect([code, status]).toEqual([0, 'ok']);
    expect(check('proxy port')?.found).toMatch(/a proxy of Sightline is running/);
    expect(check('collector port')?.found).toMatch(/a collector of Sightline is running/);
    expect(check('database')?.found).toBe('the running collector wrote and read a row');
    expect(check('clock')?.status).toBe('ok');

    child.kill('SIGTERM');
    const { code: ended, err } = await done;
    expect(ended).toBe(0);
    expect(err).toContain(`OPENAI_BASE_URL=${proxyUrl}/v1`);
    expect(err.indexOf('proxy draining')).toBeLessThan(err.indexOf('collector stopping'));
    await expect(fetch(collectorUrl)).rejects.toThrow();
  }, 60_000);

  test('serves calls even when the collector cannot run', async () => {
    const { cwd, env, proxyUrl } = await house({ CLICKHOUSE_CLUSTER: 'none' });
    const [taken] = await freePorts(1);
    const squatter = createServer().listen(taken, '127.0.0.1');
    onTestFinished(() => void squatter.close());
    const { child, run, done } = begin(['start', '--no-build', '--json', '--collector-port', String(taken)], {
      cwd,
      env,
    });
    onTestFinished(() => void child.kill('SIGTERM'));
    await until('start to be ready', () => run.out.includes('\n'), 50_000);
    expect(JSON.parse(run.out)).toEqual({ ready: true, proxy: proxyUrl, dashboard: null });
    expect((await fetch(`${proxyUrl}/livez`)).status).toBe(200);
    child.kill('SIGTERM');
    expect((await done).err).toMatch(/records wait on disk/);
  }, 60_000);

  test('ends with 1 when the proxy cannot run, and names the reason', async () => {
    const { cwd, env } = await house();
    const squatter = createServer().listen(Number(env.SIGHTLINE_PROXY_PORT), '127.0.0.1');
    onTestFinished(() => void squatter.close());
    const { code, err } = await sightline(['start', '--no-build'], { cwd, env });
    expect(code).toBe(1);
    expect(err).toMatch(/\[proxy\] Port \d+ on 127\.0\.0\.1 is in use/);
    expect(err).toMatch(/stopped, because the proxy ended with code 2/);
  }, 60_000);

  test('refuses a wrong configuration before anything runs', async () => {
    const { code, err } = await sightline(['start', '--port', 'abc'], { cwd: folderWith() });
    expect(code).toBe(2);
    expect(err).toMatch(/proxy\.port\n +found: +"abc" \(command line\)/);
    expect(err).not.toContain('[proxy]');
  });
});

describe('doctor', () => {
  test('finds a house in order, database included, without a running collector', async () => {
    const baseUrl = await provider(401);
    const { cwd, env } = await house({ OPENAI_BASE_URL: `${baseUrl}/v1` });
    const { code, check } = await examine([], { cwd, env });
    expect(code).toBe(0);
    expect(check('database')).toMatchObject({ status: 'ok', found: 'the embedded store wrote and read a row' });
    expect(check('provider openai')?.found).toBe(`${baseUrl}/v1 answers (401)`);
  }, 60_000);

  test('names what is broken and how to mend it', async () => {
    const [gone] = await freePorts(1);
    const { cwd, env } = await house({
      OPENAI_BASE_URL: `http://127.0.0.1:${gone}/v1`,
      CLICKHOUSE_URL: `http://user:canary@127.0.0.1:${gone}`,
      SIGHTLINE_DATA: '/proc/no-such-place',
    });
    const squatter = createServer((_request, response) => response.end('hello'));
    squatter.listen(Number(env.SIGHTLINE_PROXY_PORT), '127.0.0.1');
    onTestFinished(() => void squatter.close());
    const { code, status, check } = await examine([], { cwd, env });
    expect([code, status]).toEqual([2, 'fail']);
    expect(check('proxy port')).toMatchObject({
      status: 'fail',
      fix: 'stop it, or set SIGHTLINE_PROXY_PORT to a free port',
    });
    expect(check('data folder')?.status).toBe('fail');
    expect(check('database')).toMatchObject({ status: 'fail', fix: expect.stringContaining('CLICKHOUSE_URL') });
    expect(check('database')?.found).not.toContain('canary');
    expect(check('provider openai')?.fix).toBe('start the server, or correct the port in baseUrl');
  }, 60_000);

  test('warns of a provider in trouble and tells the clock by those who answer', async () => {
    const hourAgo = new Date(Date.now() - 3_600_000).toUTCString();
    const baseUrl = await provider(503, { date: hourAgo });
    const { cwd, env } = await house({ OPENAI_BASE_URL: baseUrl });
    const { code, check } = await examine([], { cwd, env });
    expect(check('provider openai')?.status).toBe('warn');
    expect(check('clock')).toMatchObject({ status: 'fail', found: expect.stringMatching(/^3[56]\d\d s ahead$/) });
    expect(code).toBe(2);
  }, 60_000);

  test('lists the problems of a configuration it cannot use', async () => {
    const cwd = folderWith({ 'sightline.config.json': { proxy: { prot: 1 } } });
    const { code, check } = await examine([], { cwd });
    expect(code).toBe(2);
    expect(check('configuration')).toMatchObject({ status: 'fail', fix: 'Did you mean "port"?' });
  });
});
