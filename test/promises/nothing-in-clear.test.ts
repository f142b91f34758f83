// Promise 2, third part: what must not be kept is found nowhere: not in the data folder, the database, logs or metrics, on
// success, 4xx, 5xx, abort and crash, wherever in an exchange it stood.
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { request as call } from 'undici';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createStore } from '../../clickhouse/create-store.ts';
import type { ConservationAnswer } from '../../contract/questions/conservation.ts';
import { answer, answerStream, hangAfter } from '../support/faulty-behaviours.ts';
import { type Behaviour, type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { askUntil, createHousehold, type Household, type Service } from '../support/services.ts';

/** What is planted, and the core of it that must not turn up. */
const canaries: Record<string, { text: string; core: string }> = {
  email: { text: 'write to canary.bird@leak-example.org today', core: 'canary.bird@leak-example.org' },
  phone: { text: 'call +1 415 555 2671 now', core: '415 555 2671' },
  card: { text: 'card 4539 1488 0343 6467 is mine', core: '4539 1488 0343 6467' },
  iban: { text: 'pay to DE89 3704 0044 0532 0130 00 please', core: '3704 0044 0532 0130' },
  ssn: { text: 'my number is 536-90-4399', core: '536-90-4399' },
  ip: { text: 'from 203.0.113.77 we came', core: '203.0.113.77' },
  openaiKey: { text: 'use sk-proj-Zq8vK2mN4pR6tX9wB3cD5fG7hJ1kL0mQ2sU4yA6e', core: 'Zq8vK2mN4pR6tX9wB3cD5' },
  anthropicKey: { text: `(sk-ant-api03-${'Ab3dE5gH7j'.repeat(9)}xY-AA)`, core: 'Ab3dE5gH7jAb3dE5gH7j' },
  awsKey: { text: 'AKIAQ3EGRMZL7KXYWV2T belongs to us', core: 'AKIAQ3EGRMZL7KXYWV2T' },
  githubKey: { text: 'ghp_9fKq2LmX7Rt4Wz8Yb1Vc6Nd3Hs5Jg0Pa2Qe4.', core: '9fKq2LmX7Rt4Wz8Yb1Vc' },
  jwt: {
    text: 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjYW5hcnkiLCJuYW1lIjoiQmlyZCJ9.dBjftJeZ4CVPmB92K27uhbUJU1p1r',
    core: 'eyJzdWIiOiJjYW5hcnki',
  },
  privateKey: {
    text: `-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiGcanary0123456789\n-----END PRIVATE KEY-----`,
    core: 'MIIEvQIBADANBgkqhkiGcanary',
  },
  credential: { text: 'Authorization: Bearer c4naryTokenValue77Xq', core: 'c4naryTokenValue77Xq' },
};
const all = Object.values(canaries);
const everything = all.map(({ text }) => text).join('\n');
const clientKey = 'sk-client-canary-1234567890abcdefghij';

let upstream: FaultyUpstream;
let folder: string;
let household: Household;
let metrics = '';

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-canaries-'));
  household = await createHousehold(path.join(folder, 'data'), {
    providers: { openai: { baseUrl: `${upstream.url}/v1` }, anthropic: { baseUrl: upstream.url } },
  });
});
afterAll(async () => {
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** One request with the text in every position that a message can carry. */
const request = (text: string, extra: object = {}): string =>
  JSON.stringify({
    model: 'gpt-4o-mini',
    user: text,
    metadata: { note: text },
    messages: [
      { role: 'system', content: text },
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url: `https://x.example/?q=${encodeURIComponent(text)}` } },
        ],
      },
      {
        role: 'assistant',
        content: null,
        tool_calls: [
          {
            id: 'c1',
            type: 'function',
            function: { name: 'f', arguments: JSON.stringify({ deep: JSON.stringify({ text }) }) },
          },
        ],
      },
      { role: 'tool', tool_call_id: 'c1', content: text },
      { role: 'user', content: Buffer.from(text).toString('base64') },
    ],
    tools: [
      {
        type: 'function',
        function: {
          name: 'f',
          description: text,
          parameters: { type: 'object', properties: { a: { default: text } } },
        },
      },
    ],
    ...extra,
  });

const chatBody = (text: string): string =>
  JSON.stringify({
    id: 'x',
    model: 'gpt-4o-mini',
    choices: [
      {
        index: 0,
        finish_reason: 'stop',
        message: {
          role: 'assistant',
          content: text,
          refusal: text,
          reasoning_content: text,
          tool_calls: [{ id: 'c', type: 'function', function: { name: 'f', arguments: JSON.stringify({ text }) } }],
        },
      },
    ],
    usage: { prompt_tokens: 5, completion_tokens: 5, total_tokens: 10 },
  });
/** The text in pieces of three characters, so that every entity is split over chunks. */
const streamed = (text: string, ends: boolean): string[] => {
  const chunk = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ id: 'x', model: 'gpt-4o-mini', choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
  const parts = (text.match(/[\s\S]{1,3}/g) ?? []).map((content) => chunk({ content }));
  return ends ? [...parts, chunk({}, 'stop'), 'data: [DONE]\n\n'] : parts;
};
const json: [string, string][] = [['content-type', 'application/json']];
const sse: [string, string][] = [
  ['content-type', 'text/event-stream'],
  ['transfer-encoding', 'chunked'],
];
const oneLine = (text: string): string => text.replace(/\n/g, ' ');

interface Trial {
  how: string;
  behaviour: (text: string) => Behaviour;
  stream: boolean;
  abort?: boolean;
}
const trials: Trial[] = [
  {
    how: 'success',
    stream: false,
    behaviour: (text) =>
      answer({
        pieces: [chatBody(text)],
        headers: [...json, ['x-request-id', oneLine(text)], ['x-odd', oneLine(text)], ['set-cookie', oneLine(text)]],
      }),
  },
  { how: 'stream', stream: true, behaviour: (text) => answerStream(streamed(text, true)) },
  { how: 'truncated stream', stream: true, behaviour: (text) => answerStream(streamed(text, false)) },
  {
    how: '4xx',
    stream: false,
    behaviour: (text) =>
      answer({
        status: 400,
        headers: json,
        pieces: [JSON.stringify({ error: { message: text, type: text, param: text, code: text } })],
      }),
  },
  {
    how: '5xx that is not JSON',
    stream: false,
    behaviour: (text) =>
      answer({ status: 503, headers: [['content-type', 'text/html']], pieces: [`<html>${text}</html>`] }),
  },
  { how: 'abort', stream: true, abort: true, behaviour: (text) => hangAfter(streamed(text, false), sse) },
];

async function send(trial: Trial, text: string): Promise<void> {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer ${clientKey}`,
    cookie: `session=${oneLine(text)}`,
    'user-agent': oneLine(text),
    'x-odd-header': oneLine(text),
    'x-sightline-user': oneLine(text),
    'x-sightline-session': oneLine(text),
    'x-sightline-task': oneLine(text),
    'x-sightline-tags': `note=${oneLine(text)}`,
    'x-portkey-metadata': JSON.stringify({ _user: text }).replace(/[^\x20-\x7e]/g, ''),
  };
  upstream.respondOnce(trial.behaviour(text));
  const query = `?token=${encodeURIComponent(text)}&q=${encodeURIComponent(text)}`;
  const answered = await call(`${household.proxyUrl}/v1/chat/completions${query}`, {
    method: 'POST',
    headers,
    body: request(text, { stream: trial.stream }),
  });
  if (trial.abort) {
    await answered.body[Symbol.asyncIterator]().next();
    answered.body.on('error', () => {});
    answered.body.destroy();
  } else await answered.body.text();
}

it('leaves no canary of any kind anywhere, on success, errors, abort and crash', { timeout: 180_000 }, async () => {
  // The collector is away at first, so that segments and journal lie on disk as long as they ever do.
  let proxy: Service = await household.start('proxy');
  for (const trial of trials) for (const { text } of all) await send(trial, text);
  // One broken body and one through the side door, then a crash with exchanges open.
  const broken = await call(`${household.proxyUrl}/v1/chat/completions`, {
    method: 'POST',
    body: `{"messages": ${everything}`,
    headers: { authorization: `Bearer ${clientKey}` },
  });
  await broken.body.dump();
  upstream.respondOnce(answer({ pieces: [everything], headers: [['content-type', 'text/plain']] }));
  await (
    await call(`${household.proxyUrl}/openai/files?name=${encodeURIComponent(everything)}`, {
      method: 'POST',
      body: everything,
      headers: { authorization: `Bearer ${clientKey}`, 'content-type': 'text/plain' },
    })
  ).body.dump();
  await new Promise((resolve) => setTimeout(resolve, 1500));
  upstream.respondOnce(hangAfter(streamed(everything, false), sse));
  const open = await call(`${household.proxyUrl}/v1/chat/completions`, {
    method: 'POST',
    body: request(everything, { stream: true }),
    headers: { authorization: `Bearer ${clientKey}`, 'x-sightline-user': oneLine(everything).slice(0, 200) },
  });
  open.body.on('error', () => {});
  await open.body[Symbol.asyncIterator]().next();
  await new Promise((resolve) => setTimeout(resolve, 500));
  metrics += await (await fetch(`${household.proxyUrl}/metrics`)).text();
  expect(leaksIn(household.data)).toEqual([]);
  await proxy.end('SIGKILL');
  expect(leaksIn(household.data)).toEqual([]);

  const collector = await household.start('collector');
  proxy = await household.start('proxy');
  const law = await askUntil<ConservationAnswer>(
    `${household.collectorUrl}/api/conservation`,
    (one) =>
      one.rows.length > 0 &&
      one.rows.every((row) => row.counters.open === 0) &&
      one.rows.reduce((sum, row) => sum + row.stored, 0) >= trials.length * all.length + 3,
    60_000,
  );
  const stored = law.rows.reduce((sum, row) => sum + row.stored, 0);
  expect(stored).toBe(trials.length * all.length + 3);
  metrics += await (await fetch(`${household.collectorUrl}/metrics`)).text();
  const answers = await (await fetch(`${household.collectorUrl}/api/exchanges?limit=500`)).text();
  expect(leaksInText(answers)).toEqual([]);
  await proxy.end('SIGTERM');
  await collector.end('SIGTERM');

  expect(leaksIn(household.data)).toEqual([]);
  expect(leaksInText(household.logs())).toEqual([]);
  expect(leaksInText(metrics)).toEqual([]);
  const database = await dumpDatabase();
  expect(database.length).toBeGreaterThan(10_000);
  expect(leaksInText(database)).toEqual([]);
  process.stdout.write(
    `${stored} exchanges with ${all.length} kinds of canaries; ${database.length} bytes of database read, no leak\n`,
  );
});

/** The core as it is, and as base64, URL and JSON would spell it. */
function spellings(core: string): string[] {
  const shifts = ['', ' ', '  '].map((lead) =>
    Buffer.from(lead + core)
      .toString('base64')
      .slice(4, -4),
  );
  return [core, encodeURIComponent(core), core.replace(/[ -]/g, ''), ...shifts.filter((part) => part.length >= 12)];
}

const wanted = [
  ...Object.entries(canaries).flatMap(([kind, { core }]) => spellings(core).map((text) => ({ kind, text }))),
  { kind: 'client key', text: clientKey },
];

function leaksInText(text: string): string[] {
  return wanted.filter((one) => text.includes(one.text)).map((one) => `${one.kind}: ${around(text, one.text)}`);
}

const around = (text: string, found: string): string =>
  text.slice(Math.max(0, text.indexOf(found) - 60), text.indexOf(found) + 40);

function leaksIn(where: string): string[] {
  const found: string[] = [];
  for (const name of readdirSync(where, { recursive: true, encoding: 'utf8' })) {
    const file = path.join(where, name);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) continue;
    found.push(...leaksInText(readFileSync(file, 'latin1')).map((leak) => `${name}: ${leak}`));
  }
  return found;
}

/** Every row of every table, in clear text: the files on disk are compressed. */
async function dumpDatabase(): Promise<string> {
  const store = await createStore({
    configuration: { url: '', cluster: '', database: 'sightline' },
    dataDirectory: path.join(household.data, 'clickhouse'),
    retentionDays: { exchanges: 90, bodies: 30, rollups: 730 },
    onProblem: () => {},
  });
  const tables = await store.read<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = {db:String} AND engine LIKE '%MergeTree%'",
    { db: store.database },
  );
  let text = '';
  for (const { name } of tables) text += JSON.stringify(await store.read(`SELECT * FROM ${store.database}.${name}`));
  await store.close();
  return text;
}
