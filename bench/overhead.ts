// What the proxy costs, recording and redaction on, beside a bare forwarder, express + http-proxy-middleware and
// @portkey-ai/gateway, all in this run: throughput on one core, CPU time per request, added latency at 300 calls a second.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closedLoop, median, openLoop, percentile, requestBytes } from './load.ts';
import { freePort, type Subject, startSubject } from './subject.ts';

const here = (file: string): string => path.join(import.meta.dirname, file);
const rounds = 3;
const secondsPerRound = 4;
const concurrency = 32;

export interface OverheadFigures {
  ratioToNode: number;
  ratioToExpressProxy: number;
  ratioToPortkey: number;
  cpuMicrosPerRequest: number;
  addedP50Ms: number;
  addedP99Ms: number;
}

export async function overhead(say: (line: string) => void): Promise<OverheadFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  const started: Subject[] = [];
  const start = async (...args: Parameters<typeof startSubject>): Promise<Subject> => {
    const subject = await startSubject(...args);
    started.push(subject);
    return subject;
  };
  try {
    const upstream = await start({
      name: 'upstream',
      command: ['node', here('references/upstream.ts')],
      port: await freePort(),
      core: 1,
    });
    const sink = await start({
      name: 'sink',
      command: ['node', here('references/sink.ts')],
      port: await freePort(),
      core: 1,
    });
    const ours = await start(await sightline(folder, upstream.url, sink.url));
    const bare = await start({
      name: 'node:http + undici',
      command: ['node', here('references/bare.ts')],
      env: { TARGET: upstream.url },
      port: await freePort(),
      core: 0,
    });
    const express = await start({
      name: 'express + http-proxy-middleware',
      command: ['node', here('references/express-proxy.ts')],
      env: { TARGET: upstream.url },
      port: await freePort(),
      core: 0,
    });
    const portkey = await start(await portkeyGateway());
    const portkeyHeaders = { 'x-portkey-provider': 'openai', 'x-portkey-custom-host': `${upstream.url}/v1` };

    const subjects = [
      { subject: bare, extra: {} },
      { subject: express, extra: {} },
      { subject: portkey, extra: portkeyHeaders },
      { subject: ours, extra: {} },
    ];
    say(
      `throughput: ${concurrency} callers, ${requestBytes} byte requests, 2 KB answers, one core each, ${rounds} rounds of ${secondsPerRound} s in turn`,
    );
    const figures = await throughput(subjects, say);
    const mine = figures.get(ours) as Figures;
    const ratio = (subject: Subject): number =>
      median(mine.rates.map((rate, i) => rate / ((figures.get(subject) as Figures).rates[i] as number)));

    say('latency: 300 calls a second for 8 s, direct and through the proxy in turn');
    const added = await addedLatency(upstream, ours);
    return {
      ratioToNode: round(ratio(bare), 3),
      ratioToExpressProxy: round(ratio(express), 2),
      ratioToPortkey: round(ratio(portkey), 2),
      cpuMicrosPerRequest: Math.round(median(mine.cpuMicros)),
      addedP50Ms: round(added.p50, 3),
      addedP99Ms: round(added.p99, 3),
    };
  } finally {
    for (const subject of started.reverse()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Figures {
  rates: number[];
  cpuMicros: number[];
}

async function throughput(
  subjects: { subject: Subject; extra: Record<string, string> }[],
  say: (line: string) => void,
): Promise<Map<Subject, Figures>> {
  const figures = new Map<Subject, Figures>(subjects.map(({ subject }) => [subject, { rates: [], cpuMicros: [] }]));
  for (const { subject, extra } of subjects) await closedLoop(subject.url, concurrency, 1.5, extra);
  for (let turn = 1; turn <= rounds; turn++) {
    for (const { subject, extra } of subjects) {
      const cpuBefore = subject.cpuSeconds();
      const measured = await closedLoop(subject.url, concurrency, secondsPerRound, extra);
      if (measured.failures > 0)
        throw new Error(`${subject.name} failed ${measured.failures} of ${measured.requests} calls`);
      const rate = measured.requests / measured.seconds;
      const cpuMicros = ((subject.cpuSeconds() - cpuBefore) / measured.requests) * 1e6;
      (figures.get(subject) as Figures).rates.push(rate);
      (figures.get(subject) as Figures).cpuMicros.push(cpuMicros);
      say(
        `  round ${turn}  ${subject.name.padEnd(34)} ${rate.toFixed(0).padStart(6)} calls/s  ${cpuMicros.toFixed(0).padStart(5)} µs CPU a call`,
      );
    }
  }
  return figures;
}

async function addedLatency(direct: Subject, ours: Subject): Promise<{ p50: number; p99: number }> {
  const p50: number[] = [];
  const p99: number[] = [];
  for (let turn = 0; turn < 2; turn++) {
    const without = await openLoop(direct.url, 300, 4);
    const with_ = await openLoop(ours.url, 300, 4);
    p50.push(percentile(with_.latencies, 50) - percentile(without.latencies, 50));
    p99.push(percentile(with_.latencies, 99) - percentile(without.latencies, 99));
  }
  return { p50: median(p50), p99: median(p99) };
}

/** The proxy as an operator runs it, with a provider of ours and a collector that takes everything. */
async function sightline(
  folder: string,
  upstreamUrl: string,
  sinkUrl: string,
): Promise<Parameters<typeof startSubject>[0]> {
  const config = path.join(folder, 'sightline.config.json');
  const port = await freePort();
  writeFileSync(
    config,
    JSON.stringify({
      data: path.join(folder, 'data'),
      providers: { openai: { baseUrl: `${upstreamUrl}/v1` } },
      proxy: { port },
      recording: { collectorUrl: sinkUrl },
    }),
  );
  return {
    name: 'sightline, recording on',
    command: ['node', here('../proxy/main.ts'), '--config', config],
    port,
    core: 0,
    readyPath: '/livez',
  };
}

async function portkeyGateway(): Promise<Parameters<typeof startSubject>[0]> {
  const script = createRequire(import.meta.url).resolve('@portkey-ai/gateway/build/start-server.js');
  const port = await freePort();
  return {
    name: '@portkey-ai/gateway',
    command: ['node', script, `--port=${port}`, '--headless'],
    port,
    core: 0,
    env: { TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' },
  };
}

const round = (value: number, digits: number): number => Number(value.toFixed(digits));
