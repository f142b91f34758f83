// What proxy and collector weigh together, embedded store included: twenty seconds after they started over an empty folder,
// and again once two hundred exchanges have gone through and been stored.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closedLoop } from './load.ts';
import { freePort, type Subject, startSubject } from './subject.ts';

const here = (file: string): string => path.join(import.meta.dirname, file);
const settleMs = 20_000;
const exchanges = 200;

export interface IdleFigures {
  idleMb: number;
  proxyMb: number;
  collectorMb: number;
  afterTrafficMb: number;
}

export async function idle(say: (line: string) => void): Promise<IdleFigures> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-bench-'));
  const started: Subject[] = [];
  const start = async (...args: Parameters<typeof startSubject>): Promise<Subject> => {
    const subject = await startSubject(...args);
    started.push(subject);
    return subject;
  };
  try {
    const upstreamPort = await freePort();
    const upstream = await start({
      name: 'upstream',
      command: ['node', here('references/upstream.ts')],
      port: upstreamPort,
    });
    const [proxyPort, collectorPort] = [await freePort(), await freePort()];
    const config = path.join(folder, 'sightline.config.json');
    writeFileSync(
      config,
      JSON.stringify({
        data: path.join(folder, 'data'),
        providers: { openai: { baseUrl: `${upstream.url}/v1` } },
        proxy: { port: proxyPort },
        collector: { port: collectorPort },
        recording: { collectorUrl: `http://127.0.0.1:${collectorPort}` },
      }),
    );
    const env = { TZ: 'UTC', UV_THREADPOOL_SIZE: '16' };
    const service = (name: string, port: number) =>
      start({
        name,
        command: ['node', here(`../${name}/main.ts`), '--config', config],
        port,
        env,
        readyPath: '/livez',
      });
    const collector = await service('collector', collectorPort);
    const proxy = await service('proxy', proxyPort);

    say(`waiting ${settleMs / 1000} s with an empty store`);
    await pause(settleMs);
    const quiet = { proxy: proxy.residentMb(), collector: collector.residentMb() };
    say(`${exchanges} exchanges, and the wait until they are stored`);
    const sent = await send(proxy.url, exchanges);
    await stored(collector.url, sent);
    await pause(5000);
    return {
      idleMb: Math.round(quiet.proxy + quiet.collector),
      proxyMb: Math.round(quiet.proxy),
      collectorMb: Math.round(quiet.collector),
      afterTrafficMb: Math.round(proxy.residentMb() + collector.residentMb()),
    };
  } finally {
    for (const subject of started.reverse()) await subject.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** At least `count` calls; as many as were answered are returned. */
async function send(url: string, count: number): Promise<number> {
  let sent = 0;
  for (let turn = 0; sent < count && turn < 50; turn++) {
    const measured = await closedLoop({ url, concurrency: 4, seconds: 0.2 });
    if (measured.failures > 0) throw new Error(`${measured.failures} of ${measured.requests} calls failed`);
    sent += measured.requests;
  }
  return sent;
}

async function stored(url: string, count: number): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answer = await fetch(`${url}/api/status`);
    const { exchanges } = (await answer.json()) as { exchanges: number };
    if (exchanges >= count) return;
    await pause(100);
  }
  throw new Error(`the store did not hold ${count} exchanges within 30 s`);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
