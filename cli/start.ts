// `sightline start`: proxy and collector as two processes under one supervisor, for one machine or one container. In
// larger houses each runs by itself (proxy/main.ts, collector/main.ts).
import path from 'node:path';
import { type LoadedConfiguration, loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import { type Command, readArguments, type Terminal, textFlag, UsageProblem } from './command.ts';
import { ensureDashboard } from './demo/dashboard-build.ts';
import { type SupervisedChild, supervise } from './supervise.ts';

const usage = `Usage: sightline start [options]

Starts the proxy, the collector and the dashboard, and starts again whichever of them dies.

  --config FILE          configuration (default: sightline.config.json, .yaml or .yml here, if there is one)
  --port N               port of the proxy (default 4141)
  --collector-port N     port of the collector and dashboard (default 4142)
  --data FOLDER          where segments and the embedded store live (default ./data)
  --no-build             do not build the dashboard when it has not been built yet
  --json                 one line of JSON on stdout once everything is ready

Ends on Ctrl-C or SIGTERM: running calls may finish, what was recorded is delivered. Exit code 0; 1 when the proxy could
not be kept running; 2 when the configuration is wrong.`;

const flags = {
  config: { type: 'string' },
  port: { type: 'string' },
  'collector-port': { type: 'string' },
  data: { type: 'string' },
  'no-build': { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Flags that are configuration: the dotted path for this process, the variable for the children. */
const settings = [
  { flag: 'port', path: 'proxy.port', variable: 'SIGHTLINE_PROXY_PORT' },
  { flag: 'collector-port', path: 'collector.port', variable: 'SIGHTLINE_COLLECTOR_PORT' },
  { flag: 'data', path: 'data', variable: 'SIGHTLINE_DATA' },
] as const;

/** The collector takes a last segment in and closes its store; the proxy's share is its own shutdownGraceMs before. */
const COLLECTOR_GRACE_MS = 20_000;

export const start: Command = {
  summary: 'proxy, collector and dashboard in one go',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    if (words.length > 0) throw new UsageProblem(`"${words[0]}" means nothing here.`);
    const given = settings.flatMap((one) => {
      const value = textFlag(values, one.flag);
      return value === undefined ? [] : [{ ...one, value }];
    });
    const loaded = load(textFlag(values, 'config'), given, terminal);
    if (!loaded) return 2;
    if (!values['no-build'])
      await ensureDashboard({ root: terminal.root, node: terminal.node, say: (text) => terminal.say(text.trimEnd()) });
    const overrides = Object.fromEntries(given.map(({ variable, value }) => [variable, value]));
    return supervised(loaded, { ...terminal, env: { ...terminal.env, ...overrides } }, values.json === true);
  },
};

function load(
  file: string | undefined,
  given: readonly { path: string; value: string }[],
  terminal: Terminal,
): LoadedConfiguration | null {
  const dotted = Object.fromEntries(given.map(({ path, value }) => [path, value]));
  try {
    const loaded = loadConfiguration({ file, env: terminal.env, cwd: terminal.cwd, flags: dotted });
    const { proxy, collector } = loaded.configuration;
    if (proxy.port === 0 || collector.port === 0)
      throw new UsageProblem('start needs fixed ports, so that apps can find the proxy: port 0 is for tests.');
    return loaded;
  } catch (error) {
    if (!(error instanceof ConfigurationProblems)) throw error;
    terminal.say(error.message);
    return null;
  }
}

async function supervised(loaded: LoadedConfiguration, terminal: Terminal, json: boolean): Promise<number> {
  const { configuration } = loaded;
  const stopped = Promise.withResolvers<void>();
  const supervisor = supervise({
    children: serviceChildren(loaded, terminal),
    log: terminal.say,
    graceMs: configuration.proxy.shutdownGraceMs + COLLECTOR_GRACE_MS,
  });
  terminal.onStop(() => stopped.resolve());
  const ready = supervisor.ready.then(
    (troubled) => announce(addresses(configuration), troubled.length === 0, { terminal, json }),
    (error: Error) => error.message,
  );
  const early = await Promise.race([ready, stopped.promise]);
  const reason = early ?? (await Promise.race([supervisor.ended, stopped.promise]));
  if (!reason) terminal.say('sightline: stopping; running calls may finish');
  await supervisor.stop();
  if (!reason) return 0;
  terminal.say(`sightline: stopped, because ${reason}`);
  return 1;
}

/** Collector first: the supervisor stops in reverse, so that the proxy's last segments still find someone. */
function serviceChildren({ configuration, file }: LoadedConfiguration, terminal: Terminal): SupervisedChild[] {
  const command = (service: string) => [
    terminal.node,
    path.join(terminal.root, service, 'main.ts'),
    ...(file ? ['--config', file] : []),
  ];
  const { proxyUrl, collectorUrl } = addresses(configuration);
  return [
    {
      name: 'collector',
      command: command('collector'),
      env: collectorEnvironment(terminal.env, configuration),
      readyUrl: `${collectorUrl}/readyz`,
      // A full disk or a database that is away must not take the apps' calls down with it.
      optional: true,
    },
    { name: 'proxy', command: command('proxy'), env: terminal.env, readyUrl: `${proxyUrl}/readyz` },
  ];
}

/** The collector keeps secrets that it cannot open: what they are sealed under is none of its business. */
export function collectorEnvironment(
  env: Terminal['env'],
  { vault }: Pick<LoadedConfiguration['configuration'], 'vault'>,
): Terminal['env'] {
  const references = [vault.masterKey, ...vault.previousMasterKeys].filter((one) => one.startsWith('env:'));
  const names = new Set(references.flatMap((one) => [one.slice('env:'.length), `${one.slice('env:'.length)}_FILE`]));
  const others = Object.entries(env).filter(([name]) => !names.has(name));
  // The embedded engine reads both before the first line of JavaScript runs: dates in UTC, threads for its work.
  return { ...Object.fromEntries(others), TZ: 'UTC', UV_THREADPOOL_SIZE: '16' };
}

interface Addresses {
  proxyUrl: string;
  collectorUrl: string;
  dashboard: string;
}

/** How this machine reaches both services; an address that listens everywhere is reached at 127.0.0.1. */
export function addresses({ proxy, collector }: LoadedConfiguration['configuration']): Addresses {
  const at = ({ host, port }: { host: string; port: number }) => {
    const reachable = ['0.0.0.0', '::', ''].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
    return `http://${reachable}:${port}`;
  };
  return { proxyUrl: at(proxy), collectorUrl: at(collector), dashboard: `${at(collector)}${collector.basePath}/` };
}

function announce(
  { proxyUrl, dashboard }: Addresses,
  collectorUp: boolean,
  { terminal, json }: { terminal: Terminal; json: boolean },
): null {
  if (json) terminal.print(JSON.stringify({ ready: true, proxy: proxyUrl, dashboard: collectorUp ? dashboard : null }));
  terminal.say(`
  Proxy      ${proxyUrl}
  Dashboard  ${collectorUp ? dashboard : 'not running; calls are served, and records wait on disk until it is'}

  One line to change in an app:
    OpenAI SDKs      OPENAI_BASE_URL=${proxyUrl}/v1
    Anthropic SDKs   ANTHROPIC_BASE_URL=${proxyUrl}
    anything else    ${proxyUrl}/<provider>/… in place of the provider's own address
`);
  return null;
}
