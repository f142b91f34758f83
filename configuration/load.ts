// The one way to a configuration: flags over environment over file over default, secrets followed, providers resolved,
// everything that is wrong reported at once. Reads files, changes nothing.
import path from 'node:path';
import type { PublishedBook } from '../catalog/published-book.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { PriceOverlay } from '../contract/prices.ts';
import { crossCheck } from './checks.ts';
import { findConfigurationFile, readConfigurationFile } from './configuration-file.ts';
import { converted, readEnvironment } from './environment.ts';
import { readBook } from './price-book.ts';
import { readPriceOverlay } from './price-overlay.ts';
import { ConfigurationProblems } from './problems.ts';
import type { ResolvedProvider } from './provider.ts';
import { resolveProviders } from './resolve-providers.ts';
import { createSecretReader, type Environment, type SecretReader } from './secrets.ts';
import { validate } from './validate.ts';

export { type ConfigurationProblem, ConfigurationProblems } from './problems.ts';
export type { ResolvedProvider } from './provider.ts';

export interface LoadOptions {
  /** From --config; left out: sightline.config.json, .yaml or .yml in `cwd` if there is one. */
  file?: string | undefined;
  env: Environment;
  cwd: string;
  /** Command line flags as dotted paths: { 'proxy.port': '5000' }. */
  flags?: Record<string, string>;
  /** The file of prices.overlay is about to be written, so it need not be there. */
  overlayMayBeNew?: boolean;
}

export interface LoadedConfiguration {
  /** Valid and complete. Secrets are in clear here, except provider keys: those stand in `providers`. */
  configuration: Configuration;
  providers: ResolvedProvider[];
  /** Absolute path of the file that was read; null when there was none. */
  file: string | null;
  /** For every value that is not a default: its dotted path and where it came from. */
  sources: Record<string, string>;
  priceOverlay: PriceOverlay | null;
  /** Null: the book that came with Sightline. */
  priceBook: PublishedBook | null;
  /** Sentences worth a line on the terminal that stop nobody. */
  notices: string[];
}

/** Reads and checks the whole configuration. Throws ConfigurationProblems with everything that is wrong. */
export function loadConfiguration(options: LoadOptions): LoadedConfiguration {
  const { file: given, env, cwd, flags = {}, overlayMayBeNew = false } = options;
  const file = findConfigurationFile(cwd, given);
  const values = file ? structuredClone(readConfigurationFile(file)) : {};
  const inFile = new Set(Object.keys(isObject(values.providers) ? values.providers : {}));
  const sources: Record<string, string> = {};
  noteSources(values, '', `file ${file ? path.basename(file) : ''}`, sources);

  const { settings, problems, notices } = readEnvironment(env);
  for (const { path: at, value, variable } of settings) place(values, at, value, `environment ${variable}`, sources);
  for (const [dotted, text] of Object.entries(flags)) {
    const at = dotted.split('.');
    place(values, at, converted(at, text), 'command line', sources);
  }

  const configuration = validate(values, sources, problems);
  const directory = file ? path.dirname(file) : cwd;
  const secrets = createSecretReader({ env, directory, problems });
  followSecrets(configuration, secrets);
  followPort(configuration, sources);
  configuration.data = path.resolve(cwd, configuration.data);
  const isOwnUrl = ownUrl(configuration);
  const providers = resolveProviders({ configuration, inFile, secrets, problems, notices, isOwnUrl });
  if (problems.length === 0) problems.push(...crossCheck(configuration, providers));
  const { data, prices } = configuration;
  const priceOverlay = readPriceOverlay({ file: prices.overlay, directory, data, mayBeNew: overlayMayBeNew }, problems);
  const priceBook = readBook({ file: prices.book, directory, data }, problems);
  if (problems.length > 0) throw new ConfigurationProblems(problems);
  return { configuration, providers, file, sources, priceOverlay, priceBook, notices };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function noteSources(value: unknown, dotted: string, source: string, sources: Record<string, string>): void {
  if (isObject(value)) {
    for (const [key, inner] of Object.entries(value))
      noteSources(inner, dotted ? `${dotted}.${key}` : key, source, sources);
  } else if (dotted) sources[dotted] = source;
}

/** Puts a value at its path, over whatever stands there. */
function place(
  values: Record<string, unknown>,
  at: readonly string[],
  value: unknown,
  ...[source, sources]: [string, Record<string, string>]
): void {
  let parent = values;
  for (const key of at.slice(0, -1)) {
    const next = parent[key];
    const child = isObject(next) ? next : {};
    parent[key] = child;
    parent = child;
  }
  parent[at.at(-1)!] = value;
  sources[at.join('.')] = source;
}

function followSecrets(configuration: Configuration, secrets: SecretReader): void {
  const { recording, collector, clickhouse, redis, access, alerts } = configuration;
  recording.ingestKey = secrets.follow('recording.ingestKey', recording.ingestKey) ?? '';
  collector.ingestKey = secrets.follow('collector.ingestKey', collector.ingestKey) ?? '';
  collector.accessKey = secrets.follow('collector.accessKey', collector.accessKey) ?? '';
  clickhouse.url = secrets.follow('clickhouse.url', clickhouse.url) ?? '';
  redis.url = secrets.follow('redis.url', redis.url) ?? '';
  access.pepper = secrets.follow('access.pepper', access.pepper) ?? '';
  alerts.webhook = secrets.follow('alerts.webhook', alerts.webhook) ?? '';
}

/** A collector that was moved is found again by its proxy without a second setting. */
function followPort({ recording, collector }: Configuration, sources: Record<string, string>): void {
  const moved = sources['collector.port'] ?? sources['collector.host'];
  if (sources['recording.collectorUrl'] || !moved) return;
  const everywhere = ['0.0.0.0', '::', ''].includes(collector.host);
  const host = everywhere ? '127.0.0.1' : collector.host.includes(':') ? `[${collector.host}]` : collector.host;
  recording.collectorUrl = `http://${host}:${collector.port}`;
  sources['recording.collectorUrl'] = `follows collector.port (${moved})`;
}

/** Whether a URL leads back to this proxy: its port on this machine, or the address apps are told to use. */
function ownUrl({ proxy, collector }: Configuration): (url: URL) => boolean {
  const told = URL.canParse(collector.proxyUrl) ? new URL(collector.proxyUrl).host : null;
  const here = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0', proxy.host]);
  return (url) => url.host === told || (here.has(url.hostname) && url.port === String(proxy.port));
}
