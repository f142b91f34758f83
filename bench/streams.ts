// A thousand streams at once: does any of them stall beyond the upstream's own schedule, and what does each one weigh?
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Agent } from 'undici';
import { percentile } from './load.ts';
import { freePort, type Subject, startSubject } from './subject.ts';

const here = (file: string): string => path.join(import.meta.dirname, file);
const streams = 1000;
const schedule = { chunks: 60, everyMs: 200 };

export interface StreamFigures {
  streams: number;
  complete: number;
  directGapP99Ms: number;
  gapP99Ms: number;
  directGapMaxMs: number;
  gapMaxMs: number;
  kilobytesPerStream: number;
}

export async function streamBench(say: (line: string) => void): Promise<StreamFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  const started: Subject[] = [];
  try {
    const upstream = await startSubject({
      name: 'upstream',
      command: ['node', here('references/upstream.ts')],
      port: await freePort(),
    });
    started.push(upstream);
    const sink = await startSubject({
      name: 'sink',
      command: ['node', here('references/sink.ts')],
      port: await freePort(),
    });
    started.push(sink);
    const port = await freePort();
    const config = path.join(folder, 'sightline.config.json');
    writeFileSync(
      config,
      JSON.stringify({
        data: path.join(folder, 'data'),
        providers: { openai: { baseUrl: `${upstream.url}/v1` } },
        proxy: { port },
        recording: { collectorUrl: sink.url },
      }),
    );
    const ours = await startSubject({
      name: 'sightline',
      command: ['node', here('../proxy/main.ts'), '--config', config],
      port,
      readyPath: '/livez',
    });
    started.push(ours);

    say(
      `${streams} streams at once, a chunk every ${schedule.everyMs} ms, ${schedule.chunks} chunks: direct first, then through the proxy`,
    );
    const direct = await run(upstream.url, () => 0);
    await run(ours.url, () => 0, 50); // warms the code up
    const before = ours.residentMb();
    const through = await run(ours.url, () => ours.residentMb());
    return {
      streams,
      complete: through.complete,
      directGapP99Ms: Math.round(percentile(direct.gaps, 99)),
      gapP99Ms: Math.round(percentile(through.gaps, 99)),
      directGapMaxMs: Math.round(direct.gaps.at(-1) ?? Number.NaN),
      gapMaxMs: Math.round(through.gaps.at(-1) ?? Number.NaN),
      kilobytesPerStream: Math.round(((through.peakMb - before) * 1024) / streams),
    };
  } finally {
    for (const subject of started.reverse()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Run {
  complete: number;
  /** Milliseconds between chunks of one stream, sorted, all streams together. */
  gaps: number[];
  peakMb: number;
}

async function run(url: string, memory: () => number, count = streams): Promise<Run> {
  const agent = new Agent({ connections: count, pipelining: 1, bodyTimeout: 0 });
  const result: Run = { complete: 0, gaps: [], peakMb: 0 };
  const sampler = setInterval(() => {
    result.peakMb = Math.max(result.peakMb, memory());
  }, 250);
  const body = JSON.stringify({
    model: 'gpt-4o-mini',
    stream: true,
    stream_options: { include_usage: true },
    bench: schedule,
    messages: [{ role: 'user', content: 'go' }],
  }).replace('"stream": true', '"stream":true');
  const one = async (index: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, index * 2));
    const answer = await agent.request({
      origin: url,
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: 'Bearer sk-bench' },
      body,
    });
    let last = performance.now();
    let tail = '';
    let first = true;
    for await (const chunk of answer.body) {
      const now = performance.now();
      if (!first) result.gaps.push(now - last);
      first = false;
      last = now;
      tail = (tail + chunk.toString('latin1')).slice(-32);
    }
    if (tail.includes('[DONE]')) result.complete += 1;
  };
  await Promise.all(Array.from({ length: count }, (_, index) => one(index)));
  clearInterval(sampler);
  await agent.close();
  result.gaps.sort((a, b) => a - b);
  return result;
}
