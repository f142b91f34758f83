// Abuse cases A29 and A40: keys of providers and of the vault in no log, record, segment, row, metric, answer or print, and out
// of the collector's reach. The proxy runs as a process of its own, and everything that leaves it or stays behind is searched.
import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfiguration } from '../../configuration/load.ts';
import type { SecretView } from '../../contract/access/secret.ts';
import type { EventsAnswer } from '../../contract/questions/events.ts';
import { type House, openHouse as openCollector } from '../questions/house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { type Desk, openDesk } from './command-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const master = Buffer.from('canary-of-the-master-key-32bytes');
const canaries = {
  vault: `sk-proj-${'canaryVAULT0123456789'.repeat(3)}`,
  file: `sk-proj-${'canaryFILE0123456789ab'.repeat(3)}`,
  environment: `gsk_${'canaryENV0123456789abc'.repeat(3)}`,
  masterBase64: master.toString('base64'),
  masterHex: master.toString('hex'),
  masterPlain: master.toString(),
};
const env = { MASTER_KEY: canaries.masterBase64, GROQ_KEY: canaries.environment };

let collector: House;
let upstream: FaultyUpstream;
let desk: Desk;
let proxy: ChildProcess;
let url = '';
let said = '';

const configuration = () => ({
  proxy: { port: 0 },
  recording: { collectorUrl: collector.url, sealAfterMs: 100 },
  vault: { masterKey: 'env:MASTER_KEY' },
  providers: {
    openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'vault:' },
    house: { dialect: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: canaries.file },
    groq: { baseUrl: 'http://127.0.0.1:9/v1', apiKey: 'env:GROQ_KEY' },
  },
});

function startProxy(): Promise<void> {
  proxy = spawn(process.execPath, [path.join(root, 'proxy/main.ts'), '--config', 'sightline.config.json'], {
    ...{ cwd: desk.folder, env: { PATH: process.env.PATH, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  });
  return new Promise((resolve, reject) => {
    const hear = (text: string) => {
      said += text;
      url = /listening on (http:\S+)/.exec(said)?.[1] ?? '';
      if (url) resolve();
    };
    proxy.stdout?.setEncoding('utf8').on('data', hear);
    proxy.stderr?.setEncoding('utf8').on('data', hear);
    proxy.on('exit', (code) => reject(new Error(`the proxy ended with ${code}: ${said}`)));
  });
}

const call = (model: string, more: object = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }], ...more }),
  });

beforeAll(async () => {
  collector = await openCollector();
  upstream = await startFaultyUpstream();
  upstream.respond(answer({ headers: [['content-type', 'application/json']], pieces: ['{"choices":[]}'] }));
  desk = openDesk(collector.url);
  desk.configure(configuration());
  await startProxy();
});
afterAll(async () => {
  proxy.kill('SIGKILL');
  desk.close();
  await upstream.close();
  await collector.close();
});

/** Each canary and, so that no cut-off one passes, its middle. */
const found = (text: string): string[] =>
  Object.entries(canaries).flatMap(([name, key]) =>
    text.includes(key) || text.includes(key.slice(8, 24)) ? [name] : [],
  );

function filesUnder(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const written = entries.filter(({ name }) => name !== 'sightline.config.json');
  return written.map((entry) => readFileSync(path.join(entry.parentPath, entry.name), 'latin1')).join('\n');
}

async function allRows(): Promise<string> {
  const tables = await collector.store.read<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = {db:String} AND engine NOT IN ('Null', 'MaterializedView')",
  );
  const rows: unknown[] = [];
  for (const { name } of tables)
    rows.push(await collector.store.read(`SELECT toString(tuple(*)) AS row FROM {db:Identifier}.${name} LIMIT 10000`));
  return JSON.stringify(rows);
}

describe('A29: keys', () => {
  let secret: SecretView;
  const ownErrors: string[] = [];

  it('of the vault are used by a proxy that runs, seconds after they were stored', async () => {
    const refused = await call('openai/gpt-4o-mini');
    ownErrors.push(await refused.text(), inspect(refused.headers));
    expect(refused.status).toBe(401);
    secret = await desk.json<SecretView>(['add', 'openai'], { input: canaries.vault, env });
    await expect.poll(async () => (await call('openai/gpt-4o-mini')).status, { timeout: 15_000 }).toBe(200);
    expect(upstream.requests.at(-1)?.header('authorization')).toBe(`Bearer ${canaries.vault}`);
  });

  it('stand in no answer of the proxy, its metrics included', async () => {
    await (await call('house/gpt-4o-mini', { stream: true })).text();
    const unreachable = await call('groq/llama');
    ownErrors.push(await unreachable.text(), inspect(unreachable.headers));
    expect(unreachable.status).toBe(502);
    ownErrors.push(await (await fetch(`${url}/nowhere`)).text());
    for (const asked of ['/metrics', '/readyz', '/livez', '/v1/models'])
      ownErrors.push(await (await fetch(url + asked)).text());
    expect(found(ownErrors.join('\n'))).toEqual([]);
  });

  it('are masked in records when a provider repeats them', async () => {
    upstream.respond(async (reply, request) => {
      const text = JSON.stringify({
        error: { message: `Incorrect API key provided: ${request.header('authorization')}` },
      });
      const length = String(Buffer.byteLength(text));
      await reply.head(401, [
        ['content-type', 'application/json'],
        ['content-length', length],
        ['x-echo', request.header('authorization') ?? ''],
      ]);
      await reply.raw(text);
    });
    for (const model of ['openai/gpt-4o-mini', 'house/gpt-4o-mini']) expect((await call(model)).status).toBe(401);
  });

  it('are in no print of the configuration', async () => {
    for (const json of [[], ['--json']]) {
      const main = path.join(root, 'cli/main.ts');
      const child = spawn(process.execPath, [main, 'config', 'print', ...json], { cwd: desk.folder, env });
      let printed = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        printed += text;
      });
      await new Promise((resolve) => child.on('close', resolve));
      expect(printed).toContain('env:MASTER_KEY');
      expect(printed).toContain('from the vault');
      expect(found(printed)).toEqual([]);
    }
  });

  it('of the vault show nothing of themselves in its API, and go out no more seconds after they were taken back', async () => {
    for (const one of ['api/secrets', `api/secrets/${secret.id}`, 'v1/access']) {
      const shown = await (await fetch(`${collector.url}/${one}`)).text();
      expect(shown).toContain(secret.id);
      expect(found(shown)).toEqual([]);
    }
    await desk.json(['remove', secret.id], { env });
    const code = async () => (await call('openai/gpt-4o-mini')).headers.get('x-sightline-error');
    await expect.poll(code, { timeout: 15_000 }).toBe('SIGHTLINE_KEY_MISSING');
  });

  it('are in no log, file, row or answer once the proxy has stopped and everything has arrived', async () => {
    proxy.removeAllListeners('exit');
    const over = new Promise((resolve) => proxy.on('close', resolve));
    proxy.kill('SIGTERM');
    await over;
    const used = () => collector.ask<EventsAnswer>(`/api/events?action=secret.use&subject=${secret.id}`);
    await expect.poll(async () => (await used()).rows.length, { timeout: 15_000 }).toBeGreaterThan(0);
    await expect.poll(() => collector.ingest.waiting(), { timeout: 15_000 }).toBe(0);
    expect((await collector.ask<{ rows: unknown[] }>('/api/exchanges')).rows.length).toBeGreaterThan(4);
    const paths = [
      'secrets',
      `secrets/${secret.id}`,
      'events',
      'exchanges',
      'targets',
      'status',
      'errors?from=0&to=1e13',
    ];
    const answers: string[] = [];
    for (const one of paths) answers.push(await (await fetch(`${collector.url}/api/${one}`)).text());
    answers.push(await (await fetch(`${collector.url}/v1/access`)).text());
    answers.push(await (await fetch(`${collector.url}/metrics`)).text());
    const rows = await allRows();
    expect(rows).toContain(secret.id);
    const sinks = { said, files: filesUnder(desk.folder), rows, answers: answers.join('\n') };
    const leaks = Object.entries(sinks).flatMap(([sink, text]) => found(text).map((name) => `${name} in ${sink}`));
    expect(leaks).toEqual([]);
  });

  it('do not show when what holds them in memory is inspected or serialised', () => {
    const loaded = loadConfiguration({ file: path.join(desk.folder, 'sightline.config.json'), env, cwd: desk.folder });
    const shown = [JSON.stringify(loaded.providers), inspect(loaded.providers, { depth: 9, showHidden: true })];
    expect(found(shown.join('\n'))).toEqual([]);
  });
});

describe('A40: the master key', () => {
  it('is in nothing that the collector’s process loads: its configuration has the reference alone', () => {
    const loaded = loadConfiguration({ file: path.join(desk.folder, 'sightline.config.json'), env, cwd: desk.folder });
    expect(loaded.configuration.vault.masterKey).toBe('env:MASTER_KEY');
    expect(found(inspect(loaded, { depth: 9 })).filter((name) => name.startsWith('master'))).toEqual([]);
  });

  it('is not among the variables that `sightline start` hands to the collector', async () => {
    const { collectorEnvironment } = await import('../../cli/start.ts');
    const vault = { masterKey: 'env:MASTER_KEY', previousMasterKeys: ['env:OLD', 'file:/x'], command: [] };
    const given = { PATH: '/bin', MASTER_KEY: 'a', OLD: 'b', OLD_FILE: '/c', OTHER: 'd' };
    expect(collectorEnvironment(given, { vault })).toMatchObject({ PATH: '/bin', OTHER: 'd' });
    expect(Object.keys(collectorEnvironment(given, { vault }))).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/MASTER_KEY|OLD/)]),
    );
  });

  it('has no reader in the collector: no file of its imports the room that opens envelopes', () => {
    const folder = path.join(root, 'collector');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const wrong = files.filter((file) =>
      /proxy\/vault|createDecipheriv/.test(readFileSync(path.join(folder, file), 'utf8')),
    );
    expect(wrong).toEqual([]);
  });
});
