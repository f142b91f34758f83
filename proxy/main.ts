// The proxy as a process: reads the configuration, listens, drains on SIGTERM. With several workers this process only
// supervises them (node:cluster shares the port); each worker records under a boot id of its own.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readPepper } from '../configuration/keys/pepper.ts';
import type { LoadedConfiguration } from '../configuration/load.ts';
import { loadOrExit } from '../configuration/load-or-exit.ts';
import { watchAccess } from './access/access-watch.ts';
import { createProxy, type ProxyServer } from './app.ts';
import { reportHealth } from './health-report.ts';
import type { RedisChannel } from './shared/redis-channel.ts';
import type { RedisCommands } from './shared/redis-commands.ts';
import { createRecorder } from './tap/create-recorder.ts';
import { createSilentTelemetry, type Telemetry } from './telemetry/spans.ts';
import { createKeyRing } from './vault/key-ring.ts';
import { gatherMetrics, shareMetrics } from './worker-metrics.ts';

/** Longest wait for what the collector knows of keys before calls are taken. */
const firstPollMs = 1000;

const say = (message: string): void => void process.stderr.write(`${message}\n`);
const { values } = parseArgs({ options: { config: { type: 'string' } } });
const loaded = loadOrExit({ file: values.config, env: process.env, cwd: process.cwd(), say, exit: process.exit });
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const { workers } = loaded.configuration.proxy;

if (workers > 1 && cluster.isPrimary) supervise(workers);
else await serve(loaded);

function supervise(count: number): void {
  let stopping = false;
  gatherMetrics(cluster);
  for (let i = 0; i < count; i++) cluster.fork();
  cluster.on('exit', (worker, code, signal) => {
    if (stopping || worker.exitedAfterDisconnect) return;
    if (code === 2) process.exit(2); // a port in use or a folder that cannot be written: every worker would say the same
    say(`proxy worker ${worker.process.pid} ended (${signal ?? code}); starting another`);
    setTimeout(() => cluster.fork(), 250);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stopping = true;
      for (const worker of Object.values(cluster.workers ?? {})) worker?.process.kill('SIGTERM');
    });
  }
}

async function serve({ configuration, providers, priceOverlay, priceBook, file }: LoadedConfiguration): Promise<void> {
  const telemetry = await chooseTelemetry();
  const directory = path.join(configuration.data, 'proxy');
  const recorder = await createRecorder({
    directory,
    recording: configuration.recording,
    priceOverlay,
    priceBook,
    onProblem: say,
  });
  const channel = await chooseChannel(configuration.redis.url);
  const redis = await chooseCommands(configuration.redis.url);
  const { collectorUrl, ingestKey } = configuration.recording;
  const watching = { collectorUrl, ingestKey, directory, clock: Date.now, random: Math.random, onProblem: say };
  const access = watchAccess(watching);
  // What was revoked while this proxy was down is known before the first call, if the collector answers at once.
  await Promise.race([access.poll(), new Promise((resolve) => setTimeout(resolve, firstPollMs))]);
  const keyRing = createKeyRing({
    vault: configuration.vault,
    env: process.env,
    directory: file ? path.dirname(file) : process.cwd(),
  });
  await keyRing.reload();
  const everyones = cluster.isWorker ? shareMetrics(process, () => proxy.metrics()) : undefined;
  const proxy = createProxy({
    configuration,
    providers,
    priceOverlay,
    priceBook,
    recorder,
    telemetry,
    ...{ channel, redis },
    version,
    metrics: everyones,
    ...{ access, keyRing, onProblem: say },
    pepper: readPepper(configuration.data, configuration.access.pepper),
  });
  const stopReports = reportHealth({
    ...{ watch: proxy.watch, collectorUrl, ingestKey, boot: () => recorder.boot, clock: Date.now },
  });
  const { host, port } = configuration.proxy;
  proxy.server.once('error', (error: NodeJS.ErrnoException) => {
    say(listenProblem(error, host, port));
    process.exit(2);
  });
  proxy.server.listen(port, host, () => {
    const at = proxy.server.address();
    say(`sightline proxy listening on http://${host}:${typeof at === 'object' && at ? at.port : port}`);
  });
  stopOnSignal(
    proxy,
    async () => {
      channel?.close();
      redis?.close();
      await access.stop();
      await stopReports();
      await recorder.stop(10_000);
      await telemetry.shutdown();
    },
    configuration.proxy.shutdownGraceMs,
  );
}

/** Redis is loaded only where there is one, and never waited for. */
async function chooseChannel(url: string): Promise<RedisChannel | null> {
  if (url === '') return null;
  const { createRedisChannel } = await import('./shared/redis-channel.ts');
  const onChange = (problem: string | null): void =>
    say(problem === null ? 'redis: sharing with other proxies' : `redis: away, each proxy is right alone: ${problem}`);
  return createRedisChannel({ url, clock: Date.now, random: Math.random, onChange });
}

/** What is counted and kept together with other proxies goes over a connection of its own. */
async function chooseCommands(url: string): Promise<RedisCommands | null> {
  if (url === '') return null;
  const { createRedisCommands } = await import('./shared/redis-commands.ts');
  return createRedisCommands({ url, random: Math.random });
}

/** OpenTelemetry is loaded only where the standard variables name an endpoint. */
async function chooseTelemetry(): Promise<Telemetry> {
  const { env } = process;
  const wanted = env.OTEL_EXPORTER_OTLP_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (!wanted || env.OTEL_SDK_DISABLED === 'true') return createSilentTelemetry();
  const [{ createExport }, { createOtelTelemetry }] = await Promise.all([
    import('./telemetry/export.ts'),
    import('./telemetry/otel.ts'),
  ]);
  return createOtelTelemetry(createExport(version, Number(env.OTEL_METRIC_EXPORT_INTERVAL ?? 60_000)));
}

function listenProblem(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Another proxy may be running; stop it, or set SIGHTLINE_PROXY_PORT to a free port.`;
  }
  if (error.code === 'EACCES')
    return `Port ${port} may not be opened by this user. Set SIGHTLINE_PROXY_PORT above 1023.`;
  return `The proxy cannot listen on ${host}:${port}: ${error.message}`;
}

function stopOnSignal(proxy: ProxyServer, afterwards: () => Promise<void>, graceMs: number): void {
  let stopping = false;
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    say(`sightline proxy draining: ${proxy.traffic.running} exchanges running`);
    await proxy.close(graceMs);
    await afterwards();
    process.exit(0);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}
