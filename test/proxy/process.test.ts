// The proxy as a process: drains on SIGTERM, says what is wrong when it cannot start, shares its port among workers.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { request as call } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answer, answerStream } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { type CollectorSink, openSink } from '../support/proxy-house.ts';
import { createHousehold, type Household } from '../support/services.ts';
import { chatAnswer, chatRequest, chatStream } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let sink: CollectorSink;
let folder: string;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  sink = await openSink();
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-process-'));
});
afterAll(async () => {
  await upstream.close();
  await sink.close();
  rmSync(folder, { recursive: true, force: true });
});

const household = (name: string, proxy: object = {}): Promise<Household> =>
  createHousehold(path.join(folder, name), {
    providers: { openai: { baseUrl: `${upstream.url}/v1` } },
    proxy,
    recording: { collectorUrl: sink.url, sealAfterMs: 50 },
  });
const ask = (url: string, extra: object = {}) =>
  call(`${url}/v1/chat/completions`, {
    method: 'POST',
    body: chatRequest(extra),
    headers: { authorization: 'Bearer sk-own' },
    reset: true, // a connection of its own, so that any worker may get it
  });

it('lets a running stream end after SIGTERM, takes no new connections, and delivers its record', async () => {
  const proxy = await (await household('drain')).start('proxy');
  upstream.respondOnce(answerStream(chatStream(true), 120));
  const answered = await ask(proxy.url, { stream: true, stream_options: { include_usage: true } });
  const reading = answered.body.text();
  const ended = proxy.end('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 100));
  await expect(ask(proxy.url)).rejects.toThrow();
  expect(await reading).toBe(chatStream(true).join(''));
  await ended;
  const record = await sink.waitFor((one) => one.id === answered.headers['x-sightline-id']);
  expect(record.outcome).toBe('success');
});

it('shares its port among workers, merges their metrics, and replaces one that dies', async () => {
  const proxy = await (await household('workers', { workers: 2 })).start('proxy');
  upstream.respond(answer({ pieces: [chatAnswer], headers: [['content-type', 'application/json']] }));
  const boots = new Set<string>();
  for (let i = 0; i < 40 && boots.size < 2; i++) {
    const answered = await ask(proxy.url);
    await answered.body.dump();
    boots.add((await sink.waitFor((one) => one.id === answered.headers['x-sightline-id'])).boot);
  }
  expect(boots.size).toBe(2);
  const metrics = await (await fetch(`${proxy.url}/metrics`)).text();
  expect(metrics).toMatch(/sightline_exchanges_started_total\{worker="1"\}/);
  expect(metrics).toMatch(/sightline_exchanges_started_total\{worker="2"\}/);
  expect(metrics.match(/# TYPE sightline_exchanges_started_total/g)).toHaveLength(1);

  const [victim] = workersOf(proxy.pid);
  process.kill(victim!, 'SIGKILL');
  while (workersOf(proxy.pid).includes(victim!) || workersOf(proxy.pid).length < 2) await pause(50);
  expect((await ask(proxy.url)).statusCode).toBe(200);
  await proxy.end('SIGTERM');
  expect(proxy.log()).toContain('starting another');
  expect(proxy.log()).toContain('draining');
});

it('says that its port is in use and how to choose another, and ends with 2', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, said } = await run({ proxy: { port }, providers: {} });
  other.close();
  expect(code).toBe(2);
  expect(said).toContain(`Port ${port} on 127.0.0.1 is in use`);
  expect(said).toContain('SIGHTLINE_PROXY_PORT');
});

it('lists everything that is wrong with its configuration at once, and ends with 2', async () => {
  const { code, said } = await run({
    proxi: {},
    proxy: { port: 'x' },
    providers: { mistral: { apiKey: 'env:NOT_SET_ANYWHERE' } },
  });
  expect(code).toBe(2);
  for (const part of ['proxi', 'proxy', 'proxy.port', 'NOT_SET_ANYWHERE']) expect(said).toContain(part);
});

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
const workersOf = (pid: number): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);

async function run(configuration: object): Promise<{ code: number | null; said: string }> {
  const file = path.join(folder, `run-${Math.random()}.json`);
  writeFileSync(file, JSON.stringify({ data: path.join(folder, 'run'), ...configuration }));
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../proxy/main.ts'), '--config', file]);
  let said = '';
  child.stderr.on('data', (text) => {
    said += text;
  });
  const code = await new Promise<number | null>((resolve) => child.on('exit', resolve));
  return { code, said };
}
