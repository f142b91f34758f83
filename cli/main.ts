// The command line: `sightline <command> …`. This file knows the commands by name and is where the process is touched;
// each command is a file of its own, loaded when it is called.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { didYouMean } from '../configuration/nearest.ts';
import { type Command, type Terminal, UsageProblem } from './command.ts';

const commands: Record<string, { summary: string; load(): Promise<Pick<Command, 'run'> & { usage?: string }> }> = {
  start: {
    summary: 'proxy, collector and dashboard in one go',
    load: async () => (await import('./start.ts')).start,
  },
  demo: {
    summary: 'the same with simulated apps and providers, no keys needed',
    load: async () => ({ run: (argv) => import('./demo.ts').then(({ demo }) => demo(argv)) }),
  },
  doctor: {
    summary: 'checks ports, disk, database, providers, clock',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  compare: {
    summary: 'direct against proxied calls: latency, errors, cost',
    load: async () => (await import('./compare.ts')).compare,
  },
  config: {
    summary: 'print what is in force, print the schema, validate a file',
    load: async () => (await import('./config.ts')).config,
  },
  keys: {
    summary: 'one key for all providers: create, list, rotate, revoke',
    load: async () => (await import('./keys.ts')).keys,
  },
  budgets: {
    summary: 'how much may be spent: list, set, remove',
    load: async () => (await import('./budgets.ts')).budgets,
  },
  vault: {
    summary: 'providers’ keys, sealed: add, list, rotate, switch, remove',
    load: async () => (await import('./vault.ts')).vault,
  },
  cache: {
    summary: 'have cached answers served no longer',
    load: async () => (await import('./cache.ts')).cache,
  },
  prices: {
    summary: 'what calls cost: list, compare, update, override, price history again',
    load: async () => (await import('./prices.ts')).prices,
  },
  estimate: {
    summary: 'how many tokens a request would take, and what it may cost',
    load: async () => (await import('./estimate.ts')).estimate,
  },
  reconcile: {
    summary: 'hold a provider’s invoice against what was recorded',
    load: async () => (await import('./reconcile.ts')).reconcile,
  },
  routes: {
    summary: 'try routes on the traffic of the last days before they are in force',
    load: async () => (await import('./routes.ts')).routes,
  },
};

const root = path.resolve(import.meta.dirname, '..');
const terminal: Terminal = {
  print: (text) => void process.stdout.write(`${text}\n`),
  say: (text) => void process.stderr.write(`${text}\n`),
  env: process.env,
  cwd: process.cwd(),
  root,
  node: process.execPath,
  onStop: (listener) => {
    // SIGHUP too: who closes the terminal wants the services gone with it.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, listener);
  },
};

// A reader that has seen enough (`sightline config print | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});
// With the terminal closed there is nobody left to tell; the services must still be put away in order.
process.stderr.on('error', () => {});
process.exitCode = await dispatch(process.argv.slice(2));

async function dispatch([name = 'help', ...argv]: string[]): Promise<number> {
  if (name === '--version' || name === '-v') return print(version());
  if (name === 'help' || name === '--help' || name === '-h') return help(argv[0]);
  const command = commands[name];
  if (!command) {
    const meant = didYouMean(name, [...Object.keys(commands), 'help']);
    terminal.say(`There is no command "${name}".${meant && ` ${meant}`}\n\n${overview()}`);
    return 2;
  }
  const loaded = await command.load();
  if (loaded.usage && argv.some((word) => word === '--help' || word === '-h')) return print(loaded.usage);
  try {
    return await loaded.run(argv, terminal);
  } catch (error) {
    if (!(error instanceof UsageProblem)) throw error;
    terminal.say(`${error.message}\n\n${loaded.usage ?? overview()}`);
    return 2;
  }
}

async function help(name: string | undefined): Promise<number> {
  if (name && name in commands) return dispatch([name, '--help']);
  return print(overview());
}

function overview(): string {
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`);
  return `Sightline ${version()}: a sidecar for applications that call large language models.

Usage: sightline <command> [options]

${lines.join('\n')}

Every command takes --help and --json. Data goes to stdout, progress to stderr.`;
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return manifest.version;
}

function print(text: string): number {
  terminal.print(text);
  return 0;
}
