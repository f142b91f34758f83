// What the cache is worth and what it costs: 100 000 calls about 10 000 prompts, as often as Zipf's law with exponent 1.1 has
// it, a third of them streamed, through the whole proxy in this process, in front of a provider of known price. The time of a
// hit is from its request's arrival to the last byte of its answer, without the sockets on either side. Calls in whose middle
// the operating system gave the core to somebody else say nothing of ours: they are left out of `hitP99Ms`, and counted in
// `hitWallP99Ms`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPriceBook } from '../catalog/prices.ts';
import { loadConfiguration } from '../configuration/load.ts';
import { unknownUsage } from '../contract/usage.ts';
import { createProxy, type ProxyServer } from '../proxy/app.ts';
import { createSilentTelemetry } from '../proxy/telemetry/spans.ts';
import { type CalledIn, callIn } from './cache/call-in.ts';
import { answerPrompt, promptOf, tokensOf } from './cache/known-provider.ts';
import { silentRecorder } from './cache/silent-recorder.ts';
import { zipf } from './cache/zipf.ts';
import { percentile } from './load.ts';

const prompts = 10_000;
const exponent = 1.1;
const calls = 100_000;
/** So that the engine has compiled what it will compile; these calls are about prompts of their own. */
const warmUpCalls = 3_000;
const model = 'gpt-4o-mini';

export interface CacheFigures {
  /** Share of what all calls would have cost that was not spent. */
  spendSaved: number;
  hitP99Ms: number;
  hitP50Ms: number;
  hitWallP99Ms: number;
  hitShare: number;
  /** Of the hits. */
  disturbedShare: number;
  upstreamCalls: number;
}

export async function cacheBench(say: (line: string) => void): Promise<CacheFigures> {
  const upstream = await startProvider();
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  const proxy = openProxy(folder, upstream);
  const dollars = pricer();
  const draw = zipf(prompts, exponent, 7);
  try {
    say(`${calls} calls, ${prompts} prompts, Zipf ${exponent}`);
    for (let i = 0; i < warmUpCalls; i++) await ask(proxy, `warm-up ${i % 300}`, i);
    const [hits, all]: [number[], number[]] = [[], []];
    let [asked, spent, upstreamCalls] = [0, 0, 0];
    for (let i = 0; i < calls; i++) {
      const prompt = promptOf(draw());
      const cost = dollars(prompt);
      asked += cost;
      if (i % 20 === 0) await new Promise((resolve) => setImmediate(resolve)); // sockets and timers want their turn, too
      const { status, milliseconds, undisturbed } = await ask(proxy, prompt, i);
      if (status === 'hit') {
        all.push(milliseconds);
        if (undisturbed) hits.push(milliseconds);
      } else {
        spent += cost;
        upstreamCalls += 1;
      }
    }
    for (const times of [hits, all]) times.sort((one, other) => one - other);
    return {
      spendSaved: rounded(1 - spent / asked),
      hitP99Ms: rounded(percentile(hits, 99)),
      hitP50Ms: rounded(percentile(hits, 50)),
      hitWallP99Ms: rounded(percentile(all, 99)),
      hitShare: rounded(all.length / calls),
      disturbedShare: rounded(1 - hits.length / all.length),
      upstreamCalls,
    };
  } finally {
    await proxy.close(0);
    upstream.closeAllConnections();
    upstream.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

type Asked = Omit<CalledIn, 'status'> & { status: string };

async function ask(proxy: ProxyServer, prompt: string, turn: number): Promise<Asked> {
  const messages = [
    { role: 'system', content: 'Answer from the handbook, briefly.' },
    { role: 'user', content: prompt },
  ];
  const body = JSON.stringify({ model, temperature: 0, messages, ...(turn % 3 === 0 && { stream: true }) });
  const called = await callIn(proxy.server, '/v1/chat/completions', body);
  if (called.status !== 200) throw new Error(`A call was answered with status ${called.status}.`);
  return { ...called, status: String(called.headers['x-sightline-cache'] ?? '') };
}

async function startProvider(): Promise<Server> {
  const server = createServer({ keepAliveTimeout: 120_000 }, answerPrompt);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

function openProxy(folder: string, upstream: Server): ProxyServer {
  const { port } = upstream.address() as AddressInfo;
  const file = path.join(folder, 'sightline.config.json');
  writeFileSync(
    file,
    JSON.stringify({
      data: folder,
      providers: { openai: { baseUrl: `http://127.0.0.1:${port}/v1`, apiKey: 'none' } },
      cache: { automatic: true },
    }),
  );
  const loaded = loadConfiguration({ file, env: {}, cwd: folder });
  return createProxy({
    ...loaded,
    ...{ recorder: silentRecorder(), telemetry: createSilentTelemetry(), version: 'bench' },
  });
}

/** What the provider's answer to a prompt costs. */
function pricer(): (prompt: string) => number {
  const prices = createPriceBook();
  return (prompt) => {
    const { input, output } = tokensOf(prompt);
    const usage = { ...unknownUsage, inputUncached: input, outputText: output, total: input + output };
    const { costNanos } = prices.price({ provider: 'openai', model, usage, usageSource: 'reported', at: Date.now() });
    if (costNanos === null) throw new Error(`Nobody has priced ${model}.`);
    return costNanos / 1e9;
  };
}

const rounded = (value: number): number => Math.round(value * 1e4) / 1e4;
