// What a proxy tells the collector of its targets: only when there is something to tell, and never at anybody's cost.
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { ApiKey } from '../../configuration/api-key.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import { mostReportedTargets, TargetReport } from '../../contract/target-report.ts';
import { type HealthReportOptions, reportHealth, targetStates } from '../../proxy/health-report.ts';
import { createTargetWatch, type TargetWatch } from '../../proxy/target-watch.ts';

let closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing) await close();
  closing = [];
});

const provider = {
  name: 'openai',
  apiKeys: [new ApiKey('0', 'k')],
  region: 'eu',
} as Partial<ResolvedProvider> as ResolvedProvider;
const info = { model: 'm', inputTokens: 10, stream: true, firstTokenLimitMs: null };
const call = (watch: TargetWatch) => watch.began({ provider, model: 'm', credential: '0' }, info);
const eventually = (read: () => unknown) => expect.poll(read, { timeout: 10_000, interval: 20 });

interface Told {
  request: IncomingMessage;
  body: string;
}

/** A collector that answers with `status`, or, with null, never. */
async function listen(answers: (number | null)[]): Promise<{ url: string; told: Told[]; server: Server }> {
  const told: Told[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const status = answers[Math.min(told.length, answers.length - 1)];
    told.push({ request, body: Buffer.concat(chunks).toString() });
    if (status !== null) response.writeHead(status ?? 200).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, told, server };
}

function report(options: Partial<HealthReportOptions> & Pick<HealthReportOptions, 'watch' | 'collectorUrl'>): void {
  const stop = reportHealth({ ingestKey: '', boot: () => 'bootbootboot', clock: () => 1000, everyMs: 5, ...options });
  closing.unshift(stop);
}

const newWatch = (clock = () => 1000) => createTargetWatch({ clock, random: () => 0.5 });
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 60));

it('tells the health of every target that was called, under the boot and with the ingest key', async () => {
  const { url, told } = await listen([200]);
  const watch = newWatch();
  call(watch);
  report({ watch, collectorUrl: `${url}/`, ingestKey: 'secret' });
  await eventually(() => told.length).toBe(1);
  expect(told[0]!.request).toMatchObject({ method: 'PUT', url: '/v1/targets/bootbootboot' });
  expect(told[0]!.request.headers.authorization).toBe('Bearer secret');
  expect(TargetReport.parse(JSON.parse(told[0]!.body)).targets).toMatchObject([
    { provider: 'openai', model: 'm', key: '0', region: 'eu', breaker: 'closed', inFlight: 1, coolingForMs: null },
  ]);
});

it('says nothing while nothing was called, and speaks again when something was', async () => {
  const { url, told } = await listen([200]);
  // Views are put together anew every two seconds.
  let now = 1000;
  const watch = newWatch(() => now);
  report({ watch, collectorUrl: url });
  await aWhile();
  expect(told).toHaveLength(0);
  const begun = call(watch);
  await eventually(() => told.length).toBe(1);
  await aWhile();
  expect(told).toHaveLength(1);
  now += 2000;
  watch.ended(begun, {
    verdict: 'success',
    totalMs: 5,
    firstTokenMs: 2,
    longestGapMs: null,
    outputTokens: 3,
    rateLimit: null,
  });
  await eventually(() => told.length).toBe(2);
  expect(JSON.parse(told[1]!.body).targets[0]).toMatchObject({ inFlight: 0 });
});

it('tells it again when the collector would not take it', async () => {
  const { url, told } = await listen([503, 200]);
  const watch = newWatch();
  call(watch);
  report({ watch, collectorUrl: url });
  await eventually(() => told.length).toBe(2);
});

it('gives up on a collector that does not answer, and does not pile up reports meanwhile', async () => {
  const { url, told } = await listen([null, 200]);
  const watch = newWatch();
  call(watch);
  report({ watch, collectorUrl: url });
  await eventually(() => told.length).toBe(1);
  await aWhile();
  expect(told).toHaveLength(1);
  await eventually(() => told.length).toBe(2);
});

it('bears a collector that is not there', async () => {
  const watch = newWatch();
  call(watch);
  report({ watch, collectorUrl: 'http://127.0.0.1:1' });
  await aWhile();
  expect(watch.activity).toBe(1);
});

it('leaves out the targets called least recently where there are too many', () => {
  const watch = newWatch();
  for (let number = 0; number < mostReportedTargets + 50; number++) {
    watch.began({ provider, model: `m-${number}`, credential: '0' }, info);
  }
  const states = targetStates(watch.views(), 1000);
  expect(states).toHaveLength(mostReportedTargets);
  expect(states.at(-1)!.model).toBe(`m-${mostReportedTargets + 49}`);
});
