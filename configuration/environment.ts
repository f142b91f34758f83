// Environment variables as configuration: a short list of names of their own, and SIGHTLINE_<SECTION>__<FIELD> for every
// other field. Each may also end in _FILE and name a file that holds the value (Docker secrets). Empty counts as unset.
import { readFileSync } from 'node:fs';
import { didYouMean, nearest } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import { schemaField } from './schema-field.ts';
import type { Environment } from './secrets.ts';

const shortNames: Record<string, readonly string[]> = {
  SIGHTLINE_DATA: ['data'],
  SIGHTLINE_PROXY_HOST: ['proxy.host'],
  SIGHTLINE_PROXY_PORT: ['proxy.port'],
  SIGHTLINE_PROXY_WORKERS: ['proxy.workers'],
  SIGHTLINE_PROXY_URL: ['collector.proxyUrl'],
  SIGHTLINE_COLLECTOR_HOST: ['collector.host'],
  SIGHTLINE_COLLECTOR_PORT: ['collector.port'],
  SIGHTLINE_COLLECTOR_URL: ['recording.collectorUrl'],
  SIGHTLINE_ACCESS_KEY: ['collector.accessKey'],
  SIGHTLINE_INGEST_KEY: ['collector.ingestKey', 'recording.ingestKey'],
  SIGHTLINE_OPEN_TO: ['access.openTo'],
  SIGHTLINE_TIMEZONE: ['collector.timezone'],
  SIGHTLINE_BASE_PATH: ['collector.basePath'],
  CLICKHOUSE_URL: ['clickhouse.url'],
  CLICKHOUSE_CLUSTER: ['clickhouse.cluster'],
  REDIS_URL: ['redis.url'],
};

/** Told by the demo to the collector it starts; no setting of anybody's. */
const notSettings = new Set(['SIGHTLINE_SIMULATED']);

export interface EnvironmentSetting {
  path: string[];
  value: unknown;
  /** The variable it came from. */
  variable: string;
}

export interface EnvironmentReading {
  settings: EnvironmentSetting[];
  problems: ConfigurationProblem[];
  /** Things worth a line on the terminal that stop nobody. */
  notices: string[];
}

/** All settings that the environment makes. Values are converted to what the schema wants where they can be. */
export function readEnvironment(env: Environment): EnvironmentReading {
  const reading: EnvironmentReading = { settings: [], problems: [], notices: [] };
  for (const [name, paths] of Object.entries(shortNames)) {
    const found = variableValue(env, name, reading.problems);
    if (!found) continue;
    // A Kubernetes service called sightline-proxy puts SIGHTLINE_PROXY_PORT=tcp://10.0.0.1:4141 into every pod.
    if (/^tcp:\/\//.test(found.value)) {
      reading.notices.push(`${name} holds ${found.value}, as Kubernetes sets it for a service; it is ignored`);
      continue;
    }
    for (const path of paths) addSetting(reading, path.split('.'), found);
  }
  for (const name of Object.keys(env)) readGeneric(env, name, reading);
  return reading;
}

function readGeneric(env: Environment, name: string, reading: EnvironmentReading): void {
  if (!name.startsWith('SIGHTLINE_') || notSettings.has(name) || !env[name] || name.replace(/_FILE$/, '') in shortNames)
    return;
  if (!name.includes('__')) {
    const meant = nearest(name, Object.keys(shortNames));
    if (meant && Math.abs(meant.length - name.length) <= 2)
      reading.notices.push(`${name} is not a variable of Sightline. Did you mean ${meant}?`);
    return;
  }
  const path = pathOf(name) ?? pathOf(name.replace(/_FILE$/, ''));
  if (path) {
    const found = variableValue(env, pathOf(name) ? name : name.replace(/_FILE$/, ''), reading.problems);
    if (found) addSetting(reading, path, found);
    return;
  }
  reading.problems.push({
    path: name,
    found: 'an environment variable that names no field of the configuration',
    expected: 'SIGHTLINE_<SECTION>__<FIELD>, such as SIGHTLINE_RECORDING__CAPTURE',
    fix: suggestionFor(name) || 'see `sightline config print` for every field',
  });
}

function variableValue(
  env: Environment,
  name: string,
  problems: ConfigurationProblem[],
): { variable: string; value: string } | null {
  if (env[name]) return { variable: name, value: env[name] };
  const file = env[`${name}_FILE`];
  if (!file) return null;
  try {
    return { variable: `${name}_FILE`, value: readFileSync(file, 'utf8').trim() };
  } catch (error) {
    problems.push({
      path: `${name}_FILE`,
      found: `${file}, which cannot be read (${(error as NodeJS.ErrnoException).code})`,
      expected: `a file that holds the value of ${name}`,
      fix: `mount the file, or set ${name} itself`,
    });
    return null;
  }
}

function addSetting(reading: EnvironmentReading, path: string[], found: { variable: string; value: string }): void {
  reading.settings.push({ path, value: converted(path, found.value), variable: found.variable });
}

/** Text as the field wants it; what cannot be converted stays text, and validation says so. */
export function converted(path: readonly string[], text: string): unknown {
  const kind = schemaField(path)?.kind;
  if (kind === 'number') return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === 'boolean' && /^(true|1|yes|on)$/i.test(text)) return true;
  if (kind === 'boolean' && /^(false|0|no|off)$/i.test(text)) return false;
  if (kind === 'array') return text.split(',').map((part) => part.trim());
  return text;
}

/** SIGHTLINE_COLLECTOR__RETENTION_DAYS__BODIES as ['collector', 'retentionDays', 'bodies']; null for no such field. */
function pathOf(name: string): string[] | null {
  const path: string[] = [];
  for (const part of name.slice('SIGHTLINE_'.length).split('__')) {
    const parent = schemaField(path);
    const plain = part.replaceAll('_', '').toLowerCase();
    const key =
      parent?.kind === 'record'
        ? part.toLowerCase().replaceAll('_', '-')
        : parent?.keys.find((candidate) => candidate.toLowerCase() === plain);
    if (!key) return null;
    path.push(key);
  }
  const kind = schemaField(path)?.kind;
  return kind && kind !== 'object' && kind !== 'record' ? path : null;
}

/** The nearest section or field, spelled as a variable. */
function suggestionFor(name: string): string {
  const [section = '', field = ''] = name.slice('SIGHTLINE_'.length).split('__');
  const sections = (schemaField([])?.keys ?? []).map(asVariablePart);
  if (!sections.includes(section)) return didYouMean(section, sections);
  const parent = schemaField([]);
  const key = parent?.keys.find((candidate) => asVariablePart(candidate) === section) ?? '';
  const fields = (schemaField([key])?.keys ?? []).map((one) => `SIGHTLINE_${section}__${asVariablePart(one)}`);
  return didYouMean(`SIGHTLINE_${section}__${field}`, fields);
}

function asVariablePart(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
