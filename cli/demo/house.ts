// The real Sightline for a demo: its folder, its configuration file and its two processes, pointed at the simulated providers.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { demoBudgets } from './budgets.ts';
import { demoRoutes } from './routes.ts';

type Environment = Record<string, string | undefined>;

export interface DemoFolder {
  directory: string;
  /** Will be removed at the end. */
  temporary: boolean;
  remove(): Promise<void>;
}

/** The folder asked for, made if need be, or a fresh one. Throws an Error that says what is wrong with the folder. */
export async function openFolder(asked: string | null, keep: boolean): Promise<DemoFolder> {
  const directory = asked === null ? await mkdtemp(path.join(tmpdir(), 'sightline-demo-')) : path.resolve(asked);
  await mkdir(directory, { recursive: true }).catch((error: NodeJS.ErrnoException) => {
    const found = error.code === 'EEXIST' || error.code === 'ENOTDIR' ? 'it is, or lies in, a file' : error.message;
    throw new Error(`--data: ${directory} cannot be used (${found}). Give a folder that this user may write to.`);
  });
  const temporary = asked === null && !keep;
  return {
    directory,
    temporary,
    remove: async () => {
      if (temporary) await rm(directory, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export interface DemoConfiguration {
  directory: string;
  proxyPort: number;
  collectorPort: number;
  baseUrls: Record<string, string>;
}

/** Writes sightline.config.json into the folder and returns its path. The key is the same for all: no real one is needed. */
export async function writeConfiguration(demo: DemoConfiguration): Promise<string> {
  const { directory, proxyPort, collectorPort, baseUrls } = demo;
  const file = path.join(directory, 'sightline.config.json');
  const configuration = {
    data: path.join(directory, 'data'),
    providers: Object.fromEntries(
      Object.entries(baseUrls).map(([name, baseUrl]) => [name, { baseUrl, apiKey: 'simulated' }]),
    ),
    routes: demoRoutes,
    budgets: demoBudgets,
    proxy: { port: proxyPort },
    collector: { port: collectorPort },
    recording: { collectorUrl: `http://127.0.0.1:${collectorPort}` },
  };
  await writeFile(file, `${JSON.stringify(configuration, null, 2)}\n`);
  return file;
}

export interface DemoChild {
  name: string;
  command: string[];
  env: Record<string, string>;
  readyUrl: string;
}

/** The two processes, in the order in which they start. `root` is the folder of the package, `node` the running Node. */
export function demoChildren(options: {
  root: string;
  node: string;
  env: Environment;
  configurationFile: string;
  proxyPort: number;
  collectorPort: number;
}): DemoChild[] {
  const { root, node, configurationFile, proxyPort, collectorPort } = options;
  const env = demoEnvironment(options.env);
  const command = (service: string) => [node, path.join(root, service, 'main.ts'), '--config', configurationFile];
  return [
    {
      name: 'collector',
      command: command('collector'),
      env: {
        ...env,
        UV_THREADPOOL_SIZE: '16',
        TZ: 'UTC',
        SIGHTLINE_SIMULATED: '1',
        SIGHTLINE_PROXY_URL: `http://127.0.0.1:${proxyPort}`,
      },
      readyUrl: `http://127.0.0.1:${collectorPort}/readyz`,
    },
    { name: 'proxy', command: command('proxy'), env, readyUrl: `http://127.0.0.1:${proxyPort}/readyz` },
  ];
}

/** The user's environment without what would steer a real installation: a demo must not write into a real database. */
export function demoEnvironment(env: Environment): Record<string, string> {
  const steering = /^(SIGHTLINE_|CLICKHOUSE_|OTEL_)|^REDIS_URL$|_(API_KEY|BASE_URL)(_FILE)?$|^(https?|all)_proxy$/i;
  return Object.fromEntries(
    Object.entries(env).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && !steering.test(entry[0]),
    ),
  );
}
