// How a configuration comes together: which source wins, what follows from what, and where each value came from.
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadConfiguration } from '../../configuration/load.ts';
import { folderWith, load } from './folder.ts';

describe('without a file', () => {
  test('everything has a default and nothing is asked for', () => {
    const { configuration, file, sources, priceOverlay, priceBook, notices } = load();
    expect(configuration.proxy).toMatchObject({ host: '127.0.0.1', port: 4141, workers: 1 });
    expect(configuration.collector.port).toBe(4142);
    expect(configuration.recording.collectorUrl).toBe('http://127.0.0.1:4142');
    expect({ file, sources, priceOverlay, priceBook, notices }).toEqual({
      file: null,
      sources: {},
      priceOverlay: null,
      priceBook: null,
      notices: [],
    });
  });
});

describe('of several sources', () => {
  const file = { proxy: { port: 1001, workers: 2 }, collector: { port: 1002 } };
  const env = { SIGHTLINE_PROXY_PORT: '2001', SIGHTLINE_COLLECTOR__PORT: '2002' };

  test('the environment wins over the file and a flag over both', () => {
    const { configuration, sources } = load({ file, env, flags: { 'proxy.port': '3001' } });
    expect([configuration.proxy.port, configuration.collector.port, configuration.proxy.workers]).toEqual([
      3001, 2002, 2,
    ]);
    expect(sources).toMatchObject({
      'proxy.port': 'command line',
      'collector.port': 'environment SIGHTLINE_COLLECTOR__PORT',
      'proxy.workers': 'file sightline.config.json',
    });
  });

  test('an empty variable counts as unset', () => {
    expect(load({ file, env: { SIGHTLINE_PROXY_PORT: '' } }).configuration.proxy.port).toBe(1001);
  });
});

describe('the environment', () => {
  test('reaches every field by section and name, whatever its type', () => {
    const { configuration } = load({
      env: {
        SIGHTLINE_RECORDING__CAPTURE: 'metadata',
        SIGHTLINE_COLLECTOR__RETENTION_DAYS__BODIES: '7',
        SIGHTLINE_COLLECTOR__TRUST_FORWARDED_PREFIX: 'true',
        SIGHTLINE_COLLECTOR__HOSTS: 'a.example, b.example',
        SIGHTLINE_PROVIDERS__OPENAI__REGION: 'eu',
      },
    });
    expect(configuration.recording.capture).toBe('metadata');
    expect(configuration.collector).toMatchObject({
      retentionDays: { exchanges: 90, bodies: 7, rollups: 730 },
      trustForwardedPrefix: true,
      hosts: ['a.example', 'b.example'],
    });
    expect(configuration.providers.openai?.region).toBe('eu');
  });

  test('has short names for what is set most', () => {
    const { configuration } = load({
      env: {
        SIGHTLINE_ACCESS_KEY: 'open-sesame',
        SIGHTLINE_INGEST_KEY: 'between-us',
        SIGHTLINE_TIMEZONE: 'Europe/Berlin',
        SIGHTLINE_BASE_PATH: '/llm',
        CLICKHOUSE_URL: 'http://u:p@db:8123',
        CLICKHOUSE_CLUSTER: 'main',
        REDIS_URL: 'redis://cache:6379/2',
      },
    });
    expect(configuration.collector).toMatchObject({
      accessKey: 'open-sesame',
      ingestKey: 'between-us',
      timezone: 'Europe/Berlin',
      basePath: '/llm',
    });
    expect(configuration.recording.ingestKey).toBe('between-us');
    expect(configuration.clickhouse).toMatchObject({ url: 'http://u:p@db:8123', cluster: 'main' });
    expect(configuration.redis.url).toBe('redis://cache:6379/2');
  });

  test('takes secrets from files', () => {
    const cwd = folderWith({ 'secrets/access': 'from-a-file\n', 'secrets/openai': 'sk-from-a-file\n' });
    const { configuration, providers, sources } = loadConfiguration({
      cwd,
      env: {
        SIGHTLINE_ACCESS_KEY_FILE: path.join(cwd, 'secrets/access'),
        OPENAI_API_KEY_FILE: path.join(cwd, 'secrets/openai'),
      },
    });
    expect(configuration.collector.accessKey).toBe('from-a-file');
    expect(sources['collector.accessKey']).toBe('environment SIGHTLINE_ACCESS_KEY_FILE');
    expect(providers.find(({ name }) => name === 'openai')?.apiKey?.reveal()).toBe('sk-from-a-file');
  });

  test('of Kubernetes is not mistaken for ours', () => {
    const { configuration, notices } = load({ env: { SIGHTLINE_PROXY_PORT: 'tcp://10.0.0.1:4141' } });
    expect(configuration.proxy.port).toBe(4141);
    expect(notices[0]).toMatch(/SIGHTLINE_PROXY_PORT holds tcp:.*Kubernetes/);
  });

  test('with a misspelt short name is worth a notice', () => {
    expect(load({ env: { SIGHTLINE_PROXY_PROT: '1' } }).notices).toEqual([
      'SIGHTLINE_PROXY_PROT is not a variable of Sightline. Did you mean SIGHTLINE_PROXY_PORT?',
    ]);
  });
});

describe('the address of the collector', () => {
  const url = (setting: Parameters<typeof load>[0]) => load(setting).configuration.recording.collectorUrl;
  test('follows its port', () => {
    expect(url({ env: { SIGHTLINE_COLLECTOR_PORT: '5000' } })).toBe('http://127.0.0.1:5000');
    expect(url({ file: { collector: { port: 5001, host: '0.0.0.0' } } })).toBe('http://127.0.0.1:5001');
  });
  test('stays what it was told to be', () => {
    expect(url({ env: { SIGHTLINE_COLLECTOR_PORT: '5000', SIGHTLINE_COLLECTOR_URL: 'http://collector:4142' } })).toBe(
      'http://collector:4142',
    );
  });
});

describe('the file', () => {
  test('may be YAML, with comments', () => {
    const cwd = folderWith({ 'sightline.config.yaml': '# ours\nproxy:\n  port: 5050 # moved\n' });
    const { configuration, file } = loadConfiguration({ env: {}, cwd });
    expect([configuration.proxy.port, file]).toEqual([5050, path.join(cwd, 'sightline.config.yaml')]);
  });
  test('may be empty', () => {
    const cwd = folderWith({ 'sightline.config.yml': '' });
    expect(loadConfiguration({ env: {}, cwd }).configuration.proxy.port).toBe(4141);
  });
  test('indented with tabs is still JSON', () => {
    expect(load({ file: '{\n\t"proxy": {\n\t\t"port": 7\n\t}\n}' }).configuration.proxy.port).toBe(7);
  });
  test('is found by --config anywhere, and its secrets lie beside it', () => {
    const cwd = folderWith({
      'elsewhere/ours.json': { collector: { accessKey: 'file:key' } },
      'elsewhere/key': 'beside-it',
    });
    const { configuration } = loadConfiguration({ env: {}, cwd, file: 'elsewhere/ours.json' });
    expect(configuration.collector.accessKey).toBe('beside-it');
  });
  test('brings the operator’s price rows', () => {
    const cwd = folderWith({
      'sightline.config.json': { prices: { overlay: 'prices.yaml' } },
      'prices.yaml':
        'version: v1\nrows:\n  - { provider: house, model: "*", from: 2026-01-01, input: "1", output: "2" }\n',
    });
    expect(loadConfiguration({ env: {}, cwd }).priceOverlay?.rows[0]).toMatchObject({ provider: 'house', input: '1' });
  });
  test('never sees its data folder move with the file', () => {
    const cwd = folderWith();
    expect(loadConfiguration({ env: {}, cwd }).configuration.data).toBe(path.join(cwd, 'data'));
  });
});
