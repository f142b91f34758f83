// The proxy as a process: reads the configuration, listens, drains on SIGTERM. With several workers this process only
// supervises them (node:cluster shares the port); each worker records under a boot id of its own.
import cluster from 'node:cluster';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { LoadedConfiguration } from '../configuration/load.ts';
import { loadOrExit } from '../configuration/load-or-exit.ts';
import { createProxy, type ProxyServer } from './app.ts';
import { reportHealth } from './health-report.ts';
import type { RedisChannel } from './shared/redis-channel.ts';
import { createRecorder } from './tap/create-recorder.ts';
import { createSilentTelemetry, type Telemetry } from './telemetry/spans.ts';
import { gatherMetrics, shareMetrics } from './worker-metrics.ts';

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

async function serve({ configuration, providers, priceOverlay }: LoadedConfiguration): Promise<void> {
  const telemetry = await chooseTelemetry();
  const recorder = await createRecorder({
    directory: path.join(configuration.data, 'proxy'),
    recording: configuration.recording,
    priceOverlay,
    onProblem: say,
  });
  const channel = await chooseChannel(configuration.redis.url);
  const everyones = cluster.isWorker ? shareMetrics(process, () => proxy.metrics()) : undefined;
  const proxy = createProxy({
    configuration,
    providers,
    priceOverlay,
    recorder,
    telemetry,
    channel,
    version,
    metrics: everyones,
  });
  const { collectorUrl, ingestKey } = configuration.recording;
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
