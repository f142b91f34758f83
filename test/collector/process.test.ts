// collector/main.ts as a real process: what it says and how it ends.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

const main = path.resolve(import.meta.dirname, '../../collector/main.ts');
let directory: string;
const running: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'sightline-main-'));
});
afterEach(async () => {
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(directory, { recursive: true, force: true });
});

function start(settings: Record<string, string>) {
  const env = {
    PATH: process.env.PATH,
    TZ: 'UTC',
    UV_THREADPOOL_SIZE: '16',
    SIGHTLINE_COLLECTOR_PORT: '0',
    SIGHTLINE_DATA: directory,
    ...settings,
  };
  const child = spawn(process.execPath, [main], { cwd: directory, env, stdio: ['ignore', 'ignore', 'pipe'] });
  running.push(child);
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return {
    child,
    said: () => said,
    url: () =>
      expect
        .poll(() => /listening on (http:\S+?)\/?\s/.exec(said)?.[1], { timeout: 25_000 })
        .toBeTruthy()
        .then(() => /listening on (http:\S+?)\/?\s/.exec(said)![1]!),
    ended: async () => (child.exitCode ?? (await once(child, 'exit'))[0]) as number,
  };
}

test('listens, becomes ready, and ends with 0 on SIGTERM', async () => {
  const collector = start({ SIGHTLINE_SIMULATED: '1', SIGHTLINE_PROXY_PORT: '5555' });
  const url = await collector.url();
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${url}/api/status`)).json()).toMatchObject({
    simulated: true,
    proxyUrl: 'http://127.0.0.1:5555',
  });
  const live = await fetch(`${url}/api/live`);
  const unused = connect(Number(new URL(url).port), '127.0.0.1');
  await once(unused, 'connect');
  collector.child.kill('SIGTERM');
  expect(await collector.ended(), 'neither a live tail nor an unused connection holds it up').toBe(0);
  await live.text();
  unused.destroy();
});

test('a second one on the same folder says who holds it, and ends with 2', async () => {
  const first = start({});
  await first.url();
  const second = start({});
  expect(await second.ended()).toBe(2);
  expect(second.said()).toContain(`in use by process ${first.child.pid}`);
  expect(second.said()).toContain('SIGHTLINE_DATA');
});

test('a port in use is said, with the setting that moves it, and ends with 2', async () => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as { port: number };
  const collector = start({ SIGHTLINE_COLLECTOR_PORT: String(port) });
  expect(await collector.ended()).toBe(2);
  expect(collector.said()).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(collector.said()).toContain('SIGHTLINE_COLLECTOR_PORT');
  taken.close();
});

test('listening on every address without a key is warned about', async () => {
  const collector = start({ SIGHTLINE_COLLECTOR_HOST: '0.0.0.0' });
  await collector.url();
  expect(collector.said()).toMatch(/^WARNING: listening on 0\.0\.0\.0 without an access key/m);
});
