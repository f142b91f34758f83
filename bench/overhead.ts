// What the proxy costs, recording and redaction on, beside a bare forwarder, express + http-proxy-middleware and
// @portkey-ai/gateway, all in this run: throughput, CPU time per request, added latency at 300 calls a second.
// The data path of each subject, its main thread, has core 0 to itself; its helper threads share core 1 with the load and
// the provider. A second table puts everything of a subject on core 0.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closedLoop, median, openLoop, percentile, requestBytes } from './load.ts';
import { freePort, pin, type Subject, startSubject } from './subject.ts';

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
  /**
   * CPU time of the main threads compared: what the ratio comes to where helper threads and load have cores of their own.
   * On two cores they do not, and the throughput above is bound by all of them together.
   */
  mainThreadRatioToNode: number;
  mainThreadRatioToPortkey: number;
  /** All threads of both on one core. */
  ratioToNodeWholeOnOneCore: number;
  cpuMicrosPerRequestNode: number;
  /** Share of our exchanges that went without bodies, because at full speed the recording worker fell behind. */
  shareWithoutBodies: number;
}

interface Contender {
  subject: Subject;
  headers: Record<string, string>;
}

export async function overhead(say: (line: string) => void): Promise<OverheadFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  const started: Subject[] = [];
  const start = async (options: Parameters<typeof startSubject>[0]): Promise<Subject> => {
    const subject = await startSubject(options);
    started.push(subject);
    return subject;
  };
  const reference = async (name: string, file: string, target: string): Promise<Subject> =>
    start({ name, command: ['node', here(`references/${file}`)], env: { TARGET: target }, port: await freePort() });
  try {
    const upstream = await reference('upstream', 'upstream.ts', '');
    const sink = await reference('sink', 'sink.ts', '');
    const ours = { subject: await start(await sightline(folder, upstream.url, sink.url)), headers: {} };
    const bare = { subject: await reference('node:http + undici', 'bare.ts', upstream.url), headers: {} };
    const express = {
      subject: await reference('express + http-proxy-middleware', 'express-proxy.ts', upstream.url),
      headers: {},
    };
    const portkey = { subject: await start(await portkeyGateway()), headers: portkeyHeaders(upstream.url) };
    for (const { pid } of [upstream, sink, process]) pin(pid, 1);

    say(
      `${concurrency} callers, ${requestBytes} byte requests, 2 KB answers, ${rounds} rounds of ${secondsPerRound} s each in turn`,
    );
    const contenders = [bare, express, portkey, ours];
    for (const { subject } of contenders) pin(subject.pid, 0, 1);
    const apart = await throughput(contenders, say);
    const share = await shareWithoutBodies(ours.subject.url);
    say('the same with all threads of the subject on one core');
    for (const { subject } of contenders) pin(subject.pid, 0);
    const together = await throughput([bare, ours], say);

    say('300 calls a second, direct and through the proxy in turn');
    pin(ours.subject.pid, 0, 1);
    const added = await addedLatency(upstream, ours.subject);
    const ratio = (other: Contender): number => ratioOf(apart, ours, other);
    return {
      ratioToNode: rounded(ratio(bare), 3),
      ratioToExpressProxy: rounded(ratio(express), 2),
      ratioToPortkey: rounded(ratio(portkey), 2),
      cpuMicrosPerRequest: Math.round(median((apart.get(ours) as Figures).cpuMicros)),
      addedP50Ms: rounded(added.p50, 3),
      addedP99Ms: rounded(added.p99, 3),
      mainThreadRatioToNode: rounded(mainThreadRatio(apart, ours, bare), 3),
      mainThreadRatioToPortkey: rounded(mainThreadRatio(apart, ours, portkey), 2),
      ratioToNodeWholeOnOneCore: rounded(ratioOf(together, ours, bare), 3),
      cpuMicrosPerRequestNode: Math.round(median((apart.get(bare) as Figures).cpuMicros)),
      shareWithoutBodies: rounded(share, 3),
    };
  } finally {
    for (const subject of started.reverse()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function shareWithoutBodies(url: string): Promise<number> {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  const count = (name: string): number => Number(new RegExp(`^sightline_${name} (\\d+)`, 'm').exec(metrics)?.[1]);
  return count('exchanges_without_bodies_total') / count('exchanges_started_total');
}

interface Figures {
  rates: number[];
  cpuMicros: number[];
  mainThreadMicros: number[];
}

/** Neighbouring rounds are compared, so that a slow minute of the machine falls on both sides. */
function ratioOf(figures: Map<Contender, Figures>, one: Contender, other: Contender): number {
  const others = (figures.get(other) as Figures).rates;
  return median((figures.get(one) as Figures).rates.map((rate, round) => rate / (others[round] as number)));
}

function mainThreadRatio(figures: Map<Contender, Figures>, one: Contender, other: Contender): number {
  const micros = (contender: Contender): number => median((figures.get(contender) as Figures).mainThreadMicros);
  return micros(other) / micros(one);
}

async function throughput(contenders: Contender[], say: (line: string) => void): Promise<Map<Contender, Figures>> {
  const figures = new Map<Contender, Figures>(
    contenders.map((one) => [one, { rates: [], cpuMicros: [], mainThreadMicros: [] }]),
  );
  for (const { subject, headers } of contenders)
    await closedLoop({ url: subject.url, concurrency, seconds: 6, headers });
  for (let round = 1; round <= rounds; round++) {
    for (const contender of contenders) {
      const { subject, headers } = contender;
      const [cpuBefore, mainBefore] = [subject.cpuSeconds(), subject.mainThreadSeconds()];
      const measured = await closedLoop({ url: subject.url, concurrency, seconds: secondsPerRound, headers });
      if (measured.failures > 0)
        throw new Error(`${subject.name} failed ${measured.failures} of ${measured.requests} calls`);
      const rate = measured.requests / measured.seconds;
      const cpuMicros = ((subject.cpuSeconds() - cpuBefore) / measured.requests) * 1e6;
      const mainMicros = ((subject.mainThreadSeconds() - mainBefore) / measured.requests) * 1e6;
      const own = figures.get(contender) as Figures;
      own.rates.push(rate);
      own.cpuMicros.push(cpuMicros);
      own.mainThreadMicros.push(mainMicros);
      const columns = [
        `${rate.toFixed(0).padStart(6)} calls/s`,
        `${cpuMicros.toFixed(0).padStart(5)} µs CPU a call, ${mainMicros.toFixed(0)} of it on the main thread`,
      ];
      say(`  round ${round}  ${subject.name.padEnd(34)} ${columns.join('  ')}`);
    }
  }
  return figures;
}

async function addedLatency(direct: Subject, ours: Subject): Promise<{ p50: number; p99: number }> {
  const added = { p50: [] as number[], p99: [] as number[] };
  for (let turn = 0; turn < 3; turn++) {
    const without = await openLoop({ url: direct.url, rate: 300, seconds: 4 });
    const through = await openLoop({ url: ours.url, rate: 300, seconds: 4 });
    added.p50.push(percentile(through.latencies, 50) - percentile(without.latencies, 50));
    added.p99.push(percentile(through.latencies, 99) - percentile(without.latencies, 99));
  }
  return { p50: median(added.p50), p99: median(added.p99) };
}

/** The proxy as an operator runs it, with a provider of ours and a collector that takes everything. */
async function sightline(
  folder: string,
  upstreamUrl: string,
  sinkUrl: string,
): Promise<Parameters<typeof startSubject>[0]> {
  const config = path.join(folder, 'sightline.config.json');
  const port = await freePort();
  const settings = {
    data: path.join(folder, 'data'),
    providers: { openai: { baseUrl: `${upstreamUrl}/v1` } },
    proxy: { port },
    recording: { collectorUrl: sinkUrl },
  };
  writeFileSync(config, JSON.stringify(settings));
  const command = ['node', here('../proxy/main.ts'), '--config', config];
  return { name: 'sightline, recording on', command, port, readyPath: '/livez' };
}

async function portkeyGateway(): Promise<Parameters<typeof startSubject>[0]> {
  const script = createRequire(import.meta.url).resolve('@portkey-ai/gateway/build/start-server.js');
  const port = await freePort();
  const command = ['node', script, `--port=${port}`, '--headless'];
  return { name: '@portkey-ai/gateway', command, port, env: { TRUSTED_CUSTOM_HOSTS: '127.0.0.1,localhost' } };
}

const portkeyHeaders = (upstreamUrl: string): Record<string, string> => ({
  'x-portkey-provider': 'openai',
  'x-portkey-custom-host': `${upstreamUrl}/v1`,
});

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));
