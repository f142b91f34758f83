// The snippets of README for the time when Sightline is away, as they stand there, against a proxy that is stopped and
// started again.
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import OpenAI from 'openai';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { root } from '../cli/run.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openSink } from '../support/proxy-house.ts';
import { createHousehold, type Household } from '../support/services.ts';
import { chatAnswer } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let household: Household;
let sink: Awaited<ReturnType<typeof openSink>>;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-away-'));
  [upstream, sink] = await Promise.all([startFaultyUpstream(), openSink()]);
  upstream.respond(answer({ pieces: [chatAnswer] }));
  household = await createHousehold(path.join(folder, 'data'), {
    providers: { openai: { baseUrl: `${upstream.url}/v1` } },
    recording: { collectorUrl: sink.url },
  });
});
afterAll(async () => {
  await Promise.all([upstream.close(), sink.close()]);
  rmSync(folder, { recursive: true, force: true });
});

/** The fenced block of README in this language, with the addresses of this test. */
function snippet(language: string): string {
  const section = readFileSync(path.join(root, 'README.md'), 'utf8').split('### If Sightline is away')[1] ?? '';
  const block = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(section)?.[1] ?? '';
  expect(block).toContain('http://127.0.0.1:4141/v1');
  expect(block).toContain('https://api.openai.com/v1');
  return block
    .replace('http://127.0.0.1:4141/v1', `${household.proxyUrl}/v1`)
    .replace('https://api.openai.com/v1', `${upstream.url}/v1`);
}

type Make = (openai: typeof OpenAI, date: { now(): number }) => OpenAI;

it('the client in Node goes to the provider while the sidecar is away, and comes back', async () => {
  const code = snippet('js').replace("import OpenAI from 'openai';", '');
  process.env.OPENAI_API_KEY ??= 'sk-own';
  let now = 1_000_000;
  const client = (new Function('OpenAI', 'Date', `${code}\nreturn client;`) as Make)(OpenAI, { now: () => now });
  const wayOf = async (): Promise<string> => {
    const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'Say hi' }] };
    const { data, response } = await client.chat.completions.create(request).withResponse();
    expect(data.choices[0]?.message.content).toBe('Hello');
    return response.headers.has('x-sightline-id') ? 'sidecar' : 'provider';
  };

  expect(await wayOf()).toBe('provider');
  let proxy = await household.start('proxy');
  expect(await wayOf()).toBe('provider');
  now += 10_000;
  expect([await wayOf(), await wayOf()]).toEqual(['sidecar', 'sidecar']);
  await proxy.end('SIGKILL');
  expect([await wayOf(), await wayOf()]).toEqual(['provider', 'provider']);
  proxy = await household.start('proxy');
  now += 10_000;
  expect(await wayOf()).toBe('sidecar');
  await proxy.end('SIGTERM');
});

const python = [process.env.SIGHTLINE_TEST_PYTHON ?? '', 'python3'].find(
  (command) => command && spawnSync(command, ['-c', 'import openai']).status === 0,
);
if (!python)
  process.stderr.write('\nLEFT OUT: no Python with the package openai; SIGHTLINE_TEST_PYTHON may name one\n');

it.skipIf(!python)('the client in Python does the same', async () => {
  const ask = [
    'def way():',
    '    request = dict(model="gpt-4o-mini", messages=[{"role": "user", "content": "Say hi"}])',
    '    answer = either_way(lambda client: client.chat.completions.with_raw_response.create(**request))',
    '    return "sidecar" if "x-sightline-id" in answer.headers else "provider"',
  ].join('\n');
  const run = async (line: string): Promise<string> => {
    const file = path.join(folder, 'away.py');
    writeFileSync(file, [snippet('python'), ask, line].join('\n'));
    // Not spawnSync: the provider lives in this process.
    const options = { env: { PATH: process.env.PATH, OPENAI_API_KEY: 'sk-own' } };
    return (await promisify(execFile)(python as string, [file], options)).stdout.trim();
  };
  expect(await run('print(way(), way())')).toBe('provider provider');
  const proxy = await household.start('proxy');
  expect(await run('print(way(), way())')).toBe('sidecar sidecar');
  await proxy.end('SIGTERM');
});
