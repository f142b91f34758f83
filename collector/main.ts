// The collector as a process: reads the configuration, opens the store, listens, drains on SIGTERM. Ends with 2 when
// starting again would change nothing (configuration, port, folder), with 1 when something broke.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { createPriceBook } from '../catalog/prices.ts';
import { createStore } from '../clickhouse/create-store.ts';
import type { Store } from '../clickhouse/store.ts';
import { readPepper } from '../configuration/keys/pepper.ts';
import type { LoadedConfiguration } from '../configuration/load.ts';
import { loadOrExit } from '../configuration/load-or-exit.ts';
import type { Configuration } from '../contract/configuration.ts';
import { exposureWarning } from './access.ts';
import { createCollector } from './app.ts';
import { createIngest } from './ingest/ingest.ts';

/** Longest wait for answers under way when asked to stop. */
const graceMs = 10_000;

const say = (message: string): void => void process.stderr.write(`${message}\n`);
const { values } = parseArgs({ options: { config: { type: 'string' } } });
const loaded = loadOrExit({
  file: values.config,
  env: process.env,
  cwd: process.cwd(),
  say,
  exit: process.exit,
});
const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
await serve(loaded);

async function serve({ configuration, providers, priceOverlay, priceBook }: LoadedConfiguration): Promise<void> {
  const { collector, proxy, clickhouse, data } = configuration;
  const clock = Date.now;
  const stopping = new AbortController();
  const warning = exposureWarning(collector);
  if (warning) say(warning);
  const store = await openStore({ collector, clickhouse, data });
  const ingest = await createIngest({ directory: path.join(data, 'collector'), store, clock, onProblem: say });
  const app = await createCollector({
    store,
    ingest,
    configuration: {
      ...collector,
      proxyUrl: collector.proxyUrl || proxyUrlOf(proxy),
      simulated: process.env.SIGHTLINE_SIMULATED === '1',
    },
    providers,
    prices: createPriceBook({ overlay: priceOverlay, book: priceBook }),
    priceSources: { overlay: priceOverlay, book: priceBook },
    policies: configuration,
    alerts: configuration.alerts,
    pepper: readPepper(data, configuration.access.pepper),
    version,
    clock,
    onProblem: say,
    stopping: stopping.signal,
  });
  stopOnSignal(async () => {
    stopping.abort();
    setTimeout(() => process.exit(1), graceMs).unref();
    await app.close();
    await ingest.stop();
    await store.close();
  });
  try {
    const url = await app.listen({ host: collector.host, port: collector.port });
    say(`sightline collector listening on ${url}${collector.basePath}/`);
  } catch (error) {
    say(listenProblem(error as NodeJS.ErrnoException, collector));
    await ingest.stop();
    await store.close();
    process.exit(2);
  }
}

/** A folder that another collector holds, a missing engine or a database of a newer Sightline: said, and ended. */
async function openStore({
  collector,
  clickhouse,
  data,
}: Pick<Configuration, 'collector' | 'clickhouse' | 'data'>): Promise<Store> {
  try {
    const store = await createStore({
      configuration: clickhouse,
      dataDirectory: path.join(data, 'clickhouse'),
      retentionDays: collector.retentionDays,
      onProblem: say,
    });
    await migrateWhenReached(store);
    return store;
  } catch (error) {
    say(`The collector cannot open its store. ${(error as Error).message}`);
    process.exit(2);
  }
}

/** A server that is still starting (docker compose) is waited for; the embedded store is there or it is not. */
async function migrateWhenReached(store: Store): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.migrate();
    } catch (error) {
      const { code, message } = error as Error & { code?: string };
      const unreached = store.kind === 'server' && !code;
      if (!unreached || attempt >= 60) throw error;
      if (attempt === 1) say(`Waiting for ClickHouse: ${message}`);
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
  }
}

/** What apps on this machine put where their base URL was. */
function proxyUrlOf({ host, port }: Configuration['proxy']): string {
  const everywhere = ['0.0.0.0', '::', ''].includes(host);
  return `http://${everywhere ? 'localhost' : host.includes(':') ? `[${host}]` : host}:${port}`;
}

function listenProblem(error: NodeJS.ErrnoException, { host, port }: Configuration['collector']): string {
  if (error.code === 'EADDRINUSE') {
    return `Port ${port} on ${host} is in use. Another collector may be running; stop it, or set SIGHTLINE_COLLECTOR_PORT to a free port.`;
  }
  if (error.code === 'EACCES') {
    return `Port ${port} may not be opened by this user. Set SIGHTLINE_COLLECTOR_PORT above 1023.`;
  }
  return `The collector cannot listen on ${host}:${port}: ${error.message}`;
}

function stopOnSignal(stop: () => Promise<void>): void {
  let stopped = false;
  const once = async (): Promise<void> => {
    if (stopped) return;
    stopped = true;
    say('sightline collector stopping: finishing what is under way; segments on disk go in at the next start');
    await stop();
    process.exit(0);
  };
  process.on('SIGTERM', once);
  process.on('SIGINT', once);
}
