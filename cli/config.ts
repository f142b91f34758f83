// `sightline config`: what is in force and where each value comes from, the schema of the file, and whether it is valid.
import path from 'node:path';
import { configurationJsonSchema } from '../configuration/json-schema.ts';
import { type LoadedConfiguration, loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import { masked, withoutCredentials } from '../configuration/secrets.ts';
import { type Command, readArguments, type Terminal, textFlag, UsageProblem } from './command.ts';

const usage = `Usage: sightline config <print | schema | validate> [FILE] [options]

  print       every value in force and where it comes from, keys masked
  schema      the JSON Schema of the configuration file
  validate    all problems at once; exit code 0 when there are none, 1 otherwise

  --config FILE   configuration (default: sightline.config.json, .yaml or .yml here, if there is one)
  --json          the same as JSON`;

const flags = { config: { type: 'string' }, json: { type: 'boolean' } } as const;
const actions = ['print', 'schema', 'validate'] as const;

export const config: Command = {
  summary: 'print what is in force, print the schema, validate a file',
  usage,
  async run(argv, terminal) {
    const { values, words } = readArguments(argv, flags);
    const [action, file, surplus] = words;
    if (action === undefined) throw new UsageProblem('config what?');
    if (!actions.some((one) => one === action)) throw new UsageProblem(`"config ${action}" does not exist.`);
    if (surplus !== undefined) throw new UsageProblem(`"${surplus}" means nothing here.`);
    if (action === 'schema') {
      terminal.print(configurationJsonSchema().trimEnd());
      return 0;
    }
    const json = values.json === true;
    try {
      const chosen = textFlag(values, 'config') ?? file;
      const loaded = loadConfiguration({ file: chosen, env: terminal.env, cwd: terminal.cwd });
      for (const notice of loaded.notices) terminal.say(notice);
      if (action === 'print') printAll(loaded, terminal, json);
      else confirm(loaded, terminal, json);
      return 0;
    } catch (error) {
      if (!(error instanceof ConfigurationProblems)) throw error;
      if (json) terminal.print(JSON.stringify({ valid: false, problems: error.problems }));
      else terminal.say(error.message);
      return 1;
    }
  },
};

function confirm({ file, providers, configuration }: LoadedConfiguration, terminal: Terminal, json: boolean): void {
  const summary = { valid: true, file, providers: providers.length, routes: configuration.routes.length };
  const name = file ? path.relative(terminal.cwd, file) || file : 'The configuration (no file, environment alone)';
  terminal.print(
    json ? JSON.stringify(summary) : `${name} is valid: ${summary.providers} providers, ${summary.routes} routes.`,
  );
}

function printAll(loaded: LoadedConfiguration, terminal: Terminal, json: boolean): void {
  const values = valuesInForce(loaded);
  const providers = providersInForce(loaded);
  if (json) {
    terminal.print(JSON.stringify({ file: loaded.file, values, providers }, null, 2));
    return;
  }
  const width = Math.max(...values.map((row) => row.path.length));
  const rows = values.map(
    ({ path: dotted, value, source }) => `${dotted.padEnd(width)}  ${value || '""'}  (${source})`,
  );
  const list = providers.map(
    (one) => `${one.name.padEnd(14)}${one.dialect.padEnd(11)}${one.baseUrl}  key: ${one.apiKey}  (${one.declared})`,
  );
  terminal.print(`${rows.join('\n')}\n\nProviders\n${list.join('\n')}`);
}

interface ValueInForce {
  path: string;
  value: string;
  source: string;
}

/** Every leaf of the configuration but the providers, which are listed as they were resolved. */
function valuesInForce({ configuration, sources }: LoadedConfiguration): ValueInForce[] {
  const { providers: _resolvedBelow, ...rest } = configuration;
  return leaves(rest, '').map(([dotted, value]) => ({
    path: dotted,
    value: masked(dotted, value),
    source: sources[dotted] ?? 'default',
  }));
}

function leaves(value: unknown, dotted: string): [string, unknown][] {
  const plain = typeof value !== 'object' || value === null || Array.isArray(value);
  if (plain) return [[dotted, value]];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, dotted ? `${dotted}.${key}` : key));
}

function providersInForce({ providers }: LoadedConfiguration) {
  return providers.map(({ apiKeys, vault, aws, serviceAccount, ...provider }) => ({
    ...provider,
    apiKeys: apiKeys.map(() => '***'),
    aws: aws && '***',
    serviceAccount: serviceAccount && '***',
    baseUrl: withoutCredentials(provider.baseUrl),
    apiKey: provider.apiKey !== null ? '***' : vault?.only ? 'from the vault' : 'the client’s own',
    headers: Object.fromEntries(Object.keys(provider.headers).map((name) => [name, '***'])),
  }));
}
