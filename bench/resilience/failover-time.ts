// How long after the arrival of an upstream's error the next attempt arrives at the second server: over real loopback
// servers and the whole proxy, so the two hops and the reading of the refusal are in it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfiguration } from '../../configuration/load.ts';
import { createProxy } from '../../proxy/app.ts';
import { createRecorder } from '../../proxy/tap/create-recorder.ts';
import { createSilentTelemetry } from '../../proxy/telemetry/spans.ts';

const calls = 400;
/** The first calls pay for code that has not been compiled yet. */
const warmUp = 100;
const answer =
  '{"id":"c","object":"chat.completion","choices":[{"index":0,"message":{"content":"hi"},"finish_reason":"stop"}]}';

/** Milliseconds, median. */
export async function failoverTime(): Promise<number> {
  const failedAt: number[] = [];
  const askedAt: number[] = [];
  const failing = await listen((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(500, { 'content-type': 'application/json' });
      failedAt.push(performance.now());
      response.end('{"error":{"message":"down","type":"server_error"}}');
    });
  });
  const standby = await listen((request, response) => {
    askedAt.push(performance.now());
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(answer));
  });
  const { url, close } = await openProxy(urlOf(failing), urlOf(standby));
  try {
    for (let call = 0; call < calls; call++) await ask(url, call);
  } finally {
    await close();
    for (const server of [failing, standby]) server.close();
  }
  return median(askedAt.map((at, call) => Math.max(0, at - (failedAt[call] ?? at))).slice(warmUp));
}

/** Each call has a model and a task of its own, so that neither health nor the budget of second tries sends it elsewhere. */
async function ask(url: string, call: number): Promise<void> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sightline-task': `call-${call}` },
    body: JSON.stringify({ model: `call-${call}`, messages: [{ role: 'user', content: 'hi' }] }),
  });
  if (response.headers.get('x-sightline-attempts') !== '2') throw new Error(`Call ${call} was not failed over.`);
  await response.text();
}

async function openProxy(failing: string, standby: string): Promise<{ url: string; close(): Promise<void> }> {
  const data = mkdtempSync(path.join(tmpdir(), 'sightline-failover-'));
  const file = path.join(data, 'sightline.config.json');
  const provider = (url: string) => ({ dialect: 'openai', baseUrl: `${url}/v1`, apiKey: 'key' });
  const routes = Array.from({ length: calls }, (_, call) => {
    const model = `call-${call}`;
    const [targets, fallback] = ['failing', 'standby'].map((name) => [{ provider: name, model }]);
    return { name: model, match: { model }, targets, fallback, retries: 0 };
  });
  const recording = { collectorUrl: 'http://127.0.0.1:9' };
  const providers = { failing: provider(failing), standby: provider(standby) };
  writeFileSync(file, JSON.stringify({ data, recording, providers, routes }));
  const loaded = loadConfiguration({ file, env: {}, cwd: data });
  const recorder = await createRecorder({
    ...{ directory: path.join(data, 'proxy'), recording: loaded.configuration.recording, onProblem: () => {} },
  });
  const proxy = createProxy({ ...loaded, recorder, telemetry: createSilentTelemetry(), version: 'bench' });
  await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
  return {
    url: urlOf(proxy.server),
    async close() {
      await proxy.close(500);
      await recorder.stop(500);
      rmSync(data, { recursive: true, force: true });
    },
  };
}

async function listen(handler: RequestListener): Promise<Server> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return Number((sorted[Math.floor(sorted.length / 2)] ?? Number.NaN).toFixed(3));
}
