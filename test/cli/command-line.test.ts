// `sightline …` as a process: help, mistakes, configuration, and the way in under an older Node.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { folderWith } from '../configuration/folder.ts';
import { root, sightline } from './run.ts';

describe('the command line', () => {
  test('says what it can do, on stdout, when asked or called without a command', async () => {
    for (const argv of [[], ['help'], ['--help']]) {
      const { code, out } = await sightline(argv);
      expect(code).toBe(0);
      for (const command of ['start', 'demo', 'doctor', 'compare', 'config', 'routes'])
        expect(out).toContain(`  ${command}`);
    }
  });
  test.each(['start', 'doctor', 'compare', 'config', 'demo', 'routes'])('%s explains itself', async (command) => {
    const { code, out } = await sightline([command, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`sightline ${command}`);
    expect(out).toContain('--json');
  });
  test('gives its version', async () => {
    expect((await sightline(['--version'])).out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
  test.each([
    [['strat'], 'Did you mean "start"?'],
    [['doctor', '--jsno'], 'Did you mean "--json"?'],
    [['start', 'now'], '"now" means nothing here.'],
    [['config'], 'config what?'],
    [['config', 'prnt'], '"config prnt" does not exist.'],
    [['start', '--port'], 'argument missing'],
    [['routes'], 'routes what?'],
    [['routes', 'try'], 'Which file holds the routes?'],
    [['routes', 'try', 'x.json', '--since', 'yesterday'], 'not "yesterday"'],
    [['routes', 'try', 'nowhere.json'], 'cannot be read (ENOENT)'],
  ])('answers %j with what was meant and code 2', async (argv, words) => {
    const { code, out, err } = await sightline(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(words);
  });
});

describe('config', () => {
  const cwd = () =>
    folderWith({
      'sightline.config.json': {
        proxy: { port: 5000 },
        providers: { openai: { apiKey: 'sk-canary', headers: { 'x-secret': 'canary' } }, groq: {} },
        collector: { accessKey: 'canary' },
        clickhouse: { url: 'http://user:canary@db:8123' },
      },
    });
  test('print shows every value, where it comes from, and no secret', async () => {
    const { code, out } = await sightline(['config', 'print'], {
      cwd: cwd(),
      env: { SIGHTLINE_COLLECTOR_PORT: '5001' },
    });
    expect(code).toBe(0);
    expect(out).toMatch(/proxy\.port +5000 +\(file sightline\.config\.json\)/);
    expect(out).toMatch(/collector\.port +5001 +\(environment SIGHTLINE_COLLECTOR_PORT\)/);
    expect(out).toMatch(/collectorUrl +http:\/\/127\.0\.0\.1:5001 +\(follows collector\.port/);
    expect(out).toMatch(/clickhouse\.url +http:\/\/\*\*\*@db:8123/);
    expect(out).toMatch(/openai .*key: \*\*\* +\(file\)/);
    expect(out).not.toContain('canary');
  });
  test('print --json holds the same, and no secret either', async () => {
    const { out } = await sightline(['config', 'print', '--json'], { cwd: cwd() });
    const { values, providers } = JSON.parse(out);
    expect(values).toContainEqual({ path: 'proxy.port', value: '5000', source: 'file sightline.config.json' });
    expect(providers.map(({ name }: { name: string }) => name)).toEqual(['openai', 'groq']);
    expect(out).not.toContain('canary');
  });
  test('validate accepts what is right', async () => {
    const { code, out } = await sightline(['config', 'validate'], { cwd: cwd() });
    expect([code, out]).toEqual([0, 'sightline.config.json is valid: 2 providers, 0 routes.\n']);
  });
  test('validate lists what is wrong, for people and for programs', async () => {
    const wrong = folderWith({ 'ours.json': { proxy: { prot: 1 }, routs: [] } });
    const people = await sightline(['config', 'validate', 'ours.json'], { cwd: wrong });
    expect([people.code, people.out]).toEqual([1, '']);
    expect(people.err).toMatch(/2 problems[\s\S]*Did you mean "port"[\s\S]*Did you mean "routes"/);
    const programs = await sightline(['config', 'validate', 'ours.json', '--json'], { cwd: wrong });
    expect(JSON.parse(programs.out).problems.map(({ path }: { path: string }) => path)).toEqual([
      'proxy.prot',
      'routs',
    ]);
  });
  test('schema prints what editors need', async () => {
    expect(JSON.parse((await sightline(['config', 'schema'])).out).title).toBe('Sightline configuration');
  });
});

describe('the way in for any Node', () => {
  const shim = path.join(root, 'cli/sightline.mjs');
  test('runs the command line', () => {
    const { status, stdout } = spawnSync(process.execPath, [shim, '--version'], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([0, expect.stringMatching(/^\d+\.\d+\.\d+\n$/)]);
  });

  const older = ['/usr/local/bin/node', '/usr/bin/node', '/usr/local/lib/nodejs/bin/node'].find((file) => {
    if (!existsSync(file)) return false;
    const { stdout } = spawnSync(file, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    return Number(stdout.split('.')[0]) < 24;
  });
  if (!older) process.stderr.write('\nLEFT OUT: no Node older than 24 on this machine to start the shim with\n');
  test.skipIf(!older)(
    'finds the Node that npm install brought when its own is too old, and keeps the exit code',
    () => {
      const { status, stderr } = spawnSync(older!, [shim, 'strat'], { encoding: 'utf8' });
      expect(status).toBe(2);
      expect(stderr).toContain('Did you mean "start"?');
    },
  );
});
