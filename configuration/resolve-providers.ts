// Which providers exist and how each is reached: the file first, then the environment, then the catalogue. With providers
// in the file only those exist; without, every well-known one that has a base URL does.
import { isPublishedProvider } from '../catalog/prices.ts';
import type { KeyHeader } from '../catalog/provider.ts';
import { type ProviderRow, wellKnownProvider, wellKnownProviders } from '../catalog/providers.ts';
import { type Configuration, ProviderConfiguration, type ProviderDialect } from '../contract/configuration.ts';
import { ApiKey } from './api-key.ts';
import { cloudSettings } from './cloud-settings.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ResolvedProvider, VaultUse } from './provider.ts';
import { type SecretReader, withoutCredentials } from './secrets.ts';

export interface ProviderSources {
  configuration: Configuration;
  /** Names that the file itself lists; when there are any, no others exist. */
  inFile: ReadonlySet<string>;
  secrets: SecretReader;
  problems: ConfigurationProblem[];
  notices: string[];
  /** True for a URL at which this very proxy listens. */
  isOwnUrl(url: URL): boolean;
}

/** First segments of the proxy's own paths, which `/<provider>/…` must not shadow. */
const reserved = new Set(['v1', 'v1beta', 'livez', 'readyz', 'metrics', 'health', 'ready']);

const keyHeaders: Partial<Record<ProviderDialect, KeyHeader>> = {
  anthropic: 'x-api-key',
  gemini: 'x-goog-api-key',
  azure: 'api-key',
};

/** All providers, in the file's order or the catalogue's. Problems are noted, and what has one is left out. */
export function resolveProviders(sources: ProviderSources): ResolvedProvider[] {
  const named = Object.keys(sources.configuration.providers);
  const wellKnown = wellKnownProviders().map(({ name }) => name);
  const names = sources.inFile.size > 0 ? named : [...new Set([...wellKnown, ...named])];
  return names.map((name) => resolveProvider(name, sources)).filter((provider) => provider !== null);
}

function resolveProvider(name: string, sources: ProviderSources): ResolvedProvider | null {
  const { configuration, secrets } = sources;
  const written = configuration.providers[name];
  const settings = written ?? ProviderConfiguration.parse({});
  const row = rowFor(name, settings.like, sources);
  const dialect = settings.dialect ?? row?.dialect;
  if (reserved.has(name)) return refuse(sources, `providers.${name}`, 'a name that is a path of the proxy itself');
  if (!dialect || (!row && !settings.baseUrl)) return written ? unknownProvider(name, sources) : null;

  const region = settings.region || (row && secrets.variable(row.regionEnvironment)?.value) || '';
  const address = baseUrlFor(name, row, { ...settings, region }, sources);
  if (!address) return null;
  const vault = vaultUse(settings);
  const key = vault?.only ? null : keyFor(name, row, settings, secrets);
  const keys = [...(key ? [key.value] : []), ...(vault?.only ? [] : moreKeys(name, settings, secrets))].map(
    (text, place) => new ApiKey(String(place), text),
  );
  if (key && !isHeaderValue(key.value))
    refuse(sources, key.path, 'a key with line breaks or letters no header can hold');
  const selfHosted = settings.selfHosted || (row?.selfHosted ?? false);
  return {
    name,
    dialect,
    baseUrl: address.url,
    apiKey: keys[0] ?? null,
    apiKeys: keys,
    vault,
    retention: settings.retention ?? null,
    clientKeys: settings.clientKeys ?? (saysWhoseKey(settings) ? 'ignore' : 'prefer'),
    keyHeader: row && row.dialect === dialect ? row.keyHeader : (keyHeaders[dialect] ?? 'authorization-bearer'),
    headers: headersFor(name, settings.headers, sources),
    region,
    ...cloudSettings(name, row, settings, sources),
    speaks: settings.speaks ?? null,
    selfHosted,
    priceProvider: priceProviderFor(name, row, selfHosted),
    telemetryName: row?.telemetryName ?? name,
    quirks: row?.quirks ?? { streamUsage: 'ask' },
    declared: declaredBy(written !== undefined && sources.inFile.has(name), [
      written !== undefined,
      key?.fromEnvironment,
      address.fromEnvironment,
    ]),
  };
}

const saysWhoseKey = ({ apiKey, apiKeys = [], credentials }: ProviderConfiguration): boolean =>
  apiKey !== undefined || apiKeys.length > 0 || credentials !== undefined;

/** What stands for a key in the file and says: from the vault alone. */
const fromVault = 'vault:';

/** Secrets of the vault stand back only where the file says whose key is used; a variable of the environment does not. */
function vaultUse(settings: ProviderConfiguration): VaultUse | null {
  const only = settings.apiKey === fromVault;
  if (!only && saysWhoseKey(settings)) return null;
  return { only, clientKeys: settings.clientKeys ?? 'ignore', trouble: '' };
}

function declaredBy(inFile: boolean, inEnvironment: (boolean | undefined)[]): ResolvedProvider['declared'] {
  if (inFile) return 'file';
  return inEnvironment.some(Boolean) ? 'environment' : 'catalogue';
}

function rowFor(name: string, like: string | undefined, { problems }: ProviderSources): ProviderRow | null {
  const row = wellKnownProvider(like ?? name);
  if (like === undefined || row) return row;
  const known = wellKnownProviders().map((one) => one.name);
  problems.push({
    path: `providers.${name}.like`,
    found: `"${like}", which is no well-known provider`,
    expected: `one of ${known.join(', ')}`,
    fix: didYouMean(like, known) || 'or give dialect and baseUrl instead of like',
  });
  return null;
}

function unknownProvider(name: string, { configuration, problems }: ProviderSources): null {
  // An unknown `like` or a malformed baseUrl has been reported already.
  if (configuration.providers[name]?.like || problems.some(({ path }) => path.startsWith(`providers.${name}.`)))
    return null;
  problems.push({
    path: `providers.${name}`,
    found: 'a name that Sightline does not know, without enough beside it to reach it',
    expected: 'a well-known name, or "like", or both "dialect" and "baseUrl"',
    fix:
      didYouMean(
        name,
        wellKnownProviders().map((row) => row.name),
      ) || `add "dialect": "openai" and "baseUrl": "https://…/v1" to providers.${name}`,
  });
  return null;
}

interface Address {
  url: string;
  fromEnvironment: boolean;
}

function baseUrlFor(
  name: string,
  row: ProviderRow | null,
  { baseUrl, region }: { baseUrl?: string; region: string },
  sources: ProviderSources,
): Address | null {
  if (baseUrl) return { url: withoutSlash(baseUrl), fromEnvironment: false };
  const variable = sources.secrets.variable(row?.baseUrlEnvironment ?? []);
  const url = variable && urlFrom(variable, sources);
  if (variable && url && sources.isOwnUrl(url)) {
    // An app's own OPENAI_BASE_URL, exported for everyone: following it would send the proxy's calls to itself.
    sources.notices.push(
      `${variable.name} points at Sightline itself; ${name} is reached at its own address, ${row?.baseUrl}`,
    );
  } else if (url) return { url: withoutSlash(url.href), fromEnvironment: true };
  const known = row && atRegion(row, region);
  if (known) return { url: known, fromEnvironment: false };
  if (sources.configuration.providers[name]) {
    const needed = row?.quirks.needsRegion ? 'region' : 'baseUrl';
    sources.problems.push({
      path: `providers.${name}.${needed}`,
      found: needed === 'region' && region ? `"${region}"` : 'nothing',
      expected: needed === 'region' ? 'a cloud region such as "us-east-1"' : 'the address of your own resource',
      fix: `set it here, or export ${(needed === 'region' ? row?.regionEnvironment : row?.baseUrlEnvironment)?.[0]}`,
    });
  }
  return null;
}

/** The catalogue's address with the region filled in; null while it needs one. Only cloud regions have hosts. */
function atRegion(row: ProviderRow, region: string): string | null {
  const cloudRegion = /^[a-z]+-[a-z]+(-[a-z]+)?-?\d+$/.test(region);
  if (cloudRegion && row.regionalBaseUrl) return row.regionalBaseUrl.replace('{region}', region);
  if (!row.baseUrl.includes('{region}')) return row.baseUrl || null;
  return cloudRegion ? row.baseUrl.replace('{region}', region) : null;
}

/** OLLAMA_HOST and its like may leave the scheme out, and name the address a server listens on rather than one to call. */
function urlFrom(variable: { name: string; value: string }, { problems }: ProviderSources): URL | null {
  const text = /^[a-z]+:\/\//i.test(variable.value) ? variable.value : `http://${variable.value}`;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url && (url.protocol === 'http:' || url.protocol === 'https:')) {
    if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
    return url;
  }
  problems.push({
    path: variable.name,
    found: withoutCredentials(variable.value),
    expected: 'an http or https address such as https://api.openai.com/v1',
    fix: `correct ${variable.name} or unset it`,
  });
  return null;
}

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '');
}

interface FoundKey {
  path: string;
  value: string;
  fromEnvironment: boolean;
}

/**
 * The key of this file, else the well-known variable of the provider. A base URL written in the file may lead anywhere,
 * so there the provider's own variable is not used: the file must say which key goes to that address.
 */
function keyFor(
  name: string,
  row: ProviderRow | null,
  settings: ProviderConfiguration,
  secrets: SecretReader,
): FoundKey | null {
  const path = `providers.${name}.apiKey`;
  if (settings.apiKey !== undefined) {
    const value = secrets.follow(path, settings.apiKey)?.trim();
    return value ? { path, value, fromEnvironment: false } : null;
  }
  const variable = row && !settings.baseUrl ? secrets.variable(row.keyEnvironment) : null;
  return variable && { path: variable.name, value: variable.value.trim(), fromEnvironment: true };
}

/** Keys beyond the first, references followed. */
function moreKeys(name: string, { apiKeys = [] }: ProviderConfiguration, secrets: SecretReader): string[] {
  const followed = apiKeys.map((one, index) => secrets.follow(`providers.${name}.apiKeys.${index}`, one)?.trim() ?? '');
  return followed.filter((one) => one !== '' && isHeaderValue(one));
}

function headersFor(name: string, written: Record<string, string>, sources: ProviderSources): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [header, text] of Object.entries(written)) {
    const path = `providers.${name}.headers.${header}`;
    const value = sources.secrets.follow(path, text);
    if (!/^[\w!#$%&'*+.^`|~-]+$/.test(header)) refuse(sources, path, 'a header name with letters HTTP does not allow');
    else if (value !== null && !isHeaderValue(value)) refuse(sources, path, 'a value with line breaks or the like');
    else if (value !== null) headers[header.toLowerCase()] = value;
  }
  return headers;
}

/** RFC 9110, 5.5: visible characters, spaces and tabs. */
function isHeaderValue(value: string): boolean {
  return /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}

function refuse({ problems }: ProviderSources, path: string, found: string): null {
  problems.push({ path, found, expected: 'something HTTP can carry', fix: 'choose another' });
  return null;
}

/** Published prices are for the provider's own service, never for the same models on one's own machines. */
function priceProviderFor(name: string, row: ProviderRow | null, selfHosted: boolean): string {
  if (row?.priceProvider && !selfHosted) return row.priceProvider;
  return selfHosted && isPublishedProvider(name) ? `${name}-self-hosted` : name;
}
