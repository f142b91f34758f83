// How a configuration is refused: everything at once, each with a place, a suggestion, and no secret.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationProblems, loadConfiguration } from '../../configuration/load.ts';
import { loadOrExit } from '../../configuration/load-or-exit.ts';
import { nearest } from '../../configuration/nearest.ts';
import { folderWith, load, problemsOf } from './folder.ts';

const paths = (setting: Parameters<typeof problemsOf>[0]) => problemsOf(setting).map((problem) => problem.path);

test('all problems are listed at once, from every stage', () => {
  expect(
    paths({
      file: {
        proxy: { prot: 1, port: 'abc' },
        routs: [],
        recording: { capture: 'fulll' },
        providers: { openai: { apiKey: 'env:MISSING' }, house: { like: 'mistrall' } },
      },
      env: { SIGHTLINE_RECORDING__CAPTUR: 'off' },
    }).toSorted(),
  ).toEqual([
    'SIGHTLINE_RECORDING__CAPTUR',
    'providers.house.like',
    'providers.openai.apiKey',
    'proxy.port',
    'proxy.prot',
    'recording.capture',
    'routs',
  ]);
});

test.each<[string, Parameters<typeof problemsOf>[0], string]>([
  ['an unknown key', { file: { proxy: { prot: 1 } } }, 'Did you mean "port"?'],
  ['an unknown section', { file: { colector: {} } }, 'Did you mean "collector"?'],
  ['an unknown word', { file: { recording: { capture: 'metdata' } } }, 'Did you mean "metadata"?'],
  ['an unknown provider', { file: { providers: { mistrall: {} } } }, 'Did you mean "mistral"?'],
  ['an unknown likeness', { file: { providers: { house: { like: 'opneai' } } } }, 'Did you mean "openai"?'],
  ['a capital letter', { file: { providers: { OpenAI: {} } } }, 'write it in lower case: "openai"'],
  ['a family nobody knows', { file: { defaults: { anthropi: 'x' } } }, 'Did you mean "anthropic"?'],
  [
    'a default that does not exist',
    { file: { providers: { openai: {} }, defaults: { openai: 'opena' } } },
    'Did you mean "openai"?',
  ],
  ['a variable of no field', { env: { SIGHTLINE_PROXY__WORKER: '2' } }, 'Did you mean "SIGHTLINE_PROXY__WORKERS"?'],
  ['a time zone', { file: { collector: { timezone: 'Europe/Berln' } } }, 'Did you mean "Europe/Berlin"?'],
  [
    'a shell-like reference',
    { file: { providers: { openai: { apiKey: '$OPENAI_API_KEY' } } } },
    'write "env:OPENAI_API_KEY"',
  ],
  ['a missing region', { file: { providers: { bedrock: {} } } }, 'set it here, or export AWS_REGION'],
  ['a missing resource', { file: { providers: { azure: {} } } }, 'set it here, or export AZURE_OPENAI_ENDPOINT'],
])('%s is answered with what was meant', (_claim, setting, fix) => {
  expect(problemsOf(setting).map((problem) => problem.fix)).toEqual([fix]);
});

test.each<[string, Parameters<typeof problemsOf>[0], string]>([
  ['two services on one port', { file: { proxy: { port: 9 }, collector: { port: 9 } } }, 'collector.port'],
  ['a provider called like a path of the proxy', { file: { providers: { v1: { like: 'openai' } } } }, 'providers.v1'],
  ['an own name without an address', { file: { providers: { house: { dialect: 'openai' } } } }, 'providers.house'],
  ['a key no header can hold', { file: { providers: { openai: { apiKey: 'a\nb' } } } }, 'providers.openai.apiKey'],
  ['a base URL from the environment that is none', { env: { OPENAI_BASE_URL: 'ftp://x' } }, 'OPENAI_BASE_URL'],
  ['a database address that is none', { env: { CLICKHOUSE_URL: 'db:8123' } }, 'clickhouse.url'],
  ['a Redis address that is none', { env: { REDIS_URL: 'http://cache:6379' } }, 'redis.url'],
  [
    'embeddings from a provider that does not exist',
    { file: { routing: { embeddings: { provider: 'nobody', model: 'vectors' } } } },
    'routing.embeddings.provider',
  ],
  [
    'embeddings from a provider that makes none',
    { file: { routing: { embeddings: { provider: 'anthropic', model: 'vectors' } } }, env: { ANTHROPIC_API_KEY: 'k' } },
    'routing.embeddings.provider',
  ],
  [
    'embeddings without a key for them',
    { file: { providers: { mistral: {} }, routing: { embeddings: { provider: 'mistral', model: 'mistral-embed' } } } },
    'routing.embeddings.provider',
  ],
  ['price rows that are not there', { file: { prices: { overlay: 'nowhere.json' } } }, 'prices.overlay'],
  ['a secret file that is not there', { env: { SIGHTLINE_ACCESS_KEY_FILE: '/nowhere' } }, 'SIGHTLINE_ACCESS_KEY_FILE'],
  ['a port out of range', { env: { SIGHTLINE_PROXY_PORT: '70000' } }, 'proxy.port'],
])('%s is refused', (_claim, setting, path) => {
  expect(paths(setting)).toEqual([path]);
});

test('a number from the environment that is none says where it came from', () => {
  const [problem] = problemsOf({ env: { SIGHTLINE_PROXY_PORT: 'abc' } });
  expect(problem).toMatchObject({ path: 'proxy.port', found: '"abc" (environment SIGHTLINE_PROXY_PORT)' });
});

describe('a mistake in the text', () => {
  test.each([
    ['sightline.config.json', '{\n  "proxy": {\n    "port": 1\n  "collector": {}\n}', /json:3:13$/],
    ['sightline.config.json', '{ "proxy": { "port": 1, "port": 2 } }', /json:1:25$/],
    ['sightline.config.json', '{ "proxy": nope }', /json:1:12$/],
    ['sightline.config.yaml', 'proxy:\n  port: 1\n port: 2\n', /yaml:3:\d+$/],
  ])('of %s is found by line and column', (name, text, place) => {
    const cwd = folderWith({ [name]: text });
    expect(() => loadConfiguration({ env: {}, cwd })).toThrow(ConfigurationProblems);
    try {
      loadConfiguration({ env: {}, cwd });
    } catch (error) {
      expect((error as ConfigurationProblems).problems[0]?.path).toMatch(place);
    }
  });
  test('or a file that is not there, is said plainly', () => {
    expect(() => loadConfiguration({ env: {}, cwd: folderWith(), file: 'gone.json' })).toThrow(
      /gone\.json[\s\S]*no such file/,
    );
  });
});

test('no problem ever repeats a secret', () => {
  const canary = 'sk-canary-4711';
  const settings: Parameters<typeof problemsOf>[0][] = [
    { file: { providers: { openai: { apiKey: canary, nonsense: 1 } } } },
    { file: { providers: { openai: { apiKey: { value: canary } } } } },
    { file: { providers: { openai: { apiKey: [canary] } } } },
    { file: { providers: { openai: { apiKey: `${canary}\n`, headers: { 'x y': canary } } } } },
    { file: { providers: { openai: { headers: { auth: 7, other: `${canary}\u0000` } } } } },
    { file: { providers: canary } },
    { file: `{ "providers": { "openai": { "apiKey": ${canary} } } }` },
    { file: `{ "providers": { "openai": { "apiKey": "${canary}" "x": 1 } } }` },
    { file: `{ "providers": { "openai": { "apiKey": "${canary}` },
    { file: { clickhouse: { url: `nothttp://user:${canary}@host` } } },
    { file: { providers: { house: { baseUrl: `ftp://user:${canary}@host` } } } },
    { env: { OPENAI_BASE_URL: `ftp://user:${canary}@host` } },
    { env: { OPENAI_API_KEY: `${canary}\n${canary}` } },
    { file: { collector: { accessKey: { key: canary } } } },
    { env: { SIGHTLINE_ACCESS_KEY: canary, SIGHTLINE_PROXY_PORT: 'x' } },
  ];
  for (const setting of settings)
    expect(JSON.stringify(problemsOf(setting)), JSON.stringify(setting)).not.toContain(canary);
});

test('whatever a file holds, it is read or refused, never a crash', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      try {
        load({ file: text });
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigurationProblems);
      }
    }),
    { numRuns: 100 },
  );
});

test('a process that cannot go on says everything and ends with 2', () => {
  const said: string[] = [];
  const exit = (code: number): never => {
    throw new Error(`exit ${code}`);
  };
  const cwd = folderWith({ 'sightline.config.json': { proxy: { prot: 1 }, colector: {} } });
  expect(() => loadOrExit({ env: {}, cwd, say: (line) => said.push(line), exit })).toThrow('exit 2');
  expect(said.join('\n')).toMatch(/^2 problems in the configuration:[\s\S]*prot[\s\S]*colector/);
});

test('a suggestion is made for a slip of the finger, not for another word', () => {
  expect(nearest('prot', ['port', 'host'])).toBe('port');
  expect(nearest('completely-different', ['port', 'host'])).toBeNull();
});
