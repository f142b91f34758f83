// A session whose prompt lies in one provider's prompt cache: from the usage that was recorded, through the worker's
// summaries, to the next decision.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { until } from '../cli/run.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;
let folder: string;

/** Dollars per million tokens: `near` costs a tenth less than `warm`, `far` a fiftieth of it. */
const prices = { warm: '1', near: '0.9', far: '0.02' };
const names = Object.keys(prices) as (keyof typeof prices)[];

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'sightline-warm-'));
  upstream = await startFaultyUpstream();
  upstream.respond((reply, request) => answer({ pieces: [answerOf(request.path)] })(reply, request));
  const rows = names.map((provider) => ({
    ...{ provider, model: '*', from: '2020-01-01', input: prices[provider], output: prices[provider] },
    cacheRead: String(Number(prices[provider]) / 10),
  }));
  writeFileSync(path.join(folder, 'prices.json'), JSON.stringify({ version: 'tests', rows }));
  const targets = (...providers: string[]) => providers.map((provider) => ({ provider, model: 'chat' }));
  house = await openHouse({
    configuration: {
      prices: { overlay: path.join(folder, 'prices.json') },
      providers: Object.fromEntries(
        names.map((name) => [name, { dialect: 'openai', baseUrl: `${upstream.url}/${name}/v1`, apiKey: 'sk' }]),
      ),
      routes: [
        { name: 'slight', match: { model: 'slight' }, strategy: 'cheapest', targets: targets('near', 'warm') },
        { name: 'large', match: { model: 'large' }, strategy: 'cheapest', targets: targets('far', 'warm') },
      ],
    },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Only `warm` says that it has read most of the prompt from its cache. */
function answerOf(asked: string): string {
  const cached = asked.startsWith('/warm') ? { prompt_tokens_details: { cached_tokens: 9_000 } } : {};
  return JSON.stringify({
    ...{ id: 'c1', object: 'chat.completion', created: 1, model: 'chat' },
    choices: [{ index: 0, message: { role: 'assistant', content: 'Yes.' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 10_000, completion_tokens: 2, total_tokens: 10_002, ...cached },
  });
}

/** Some ten thousand tokens. */
const manual = 'The pump is to be greased every second week. '.repeat(900);

async function ask(model: string, session: string): Promise<string | null> {
  const answered = await fetch(`${house.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-sightline-session': session },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: manual }] }),
  });
  await answered.text();
  return answered.headers.get('x-sightline-provider');
}

it('stays where its prompt is warm although the other target is slightly cheaper', async () => {
  expect(await ask('slight', 'reader')).toBe('near');
  expect(await ask('warm/chat', 'reader')).toBe('warm');
  await until('the session to be known as warm', async () => (await ask('slight', 'reader')) === 'warm');
  expect([await ask('slight', 'reader'), await ask('slight', 'reader')]).toEqual(['warm', 'warm']);
});

it('moves when the gain is larger than what the cache saves', async () => {
  expect(await ask('large', 'reader')).toBe('far');
});

it('holds nobody else there', async () => {
  expect(await ask('slight', 'somebody-else')).toBe('near');
  expect(await ask('slight', '')).toBe('near');
});
