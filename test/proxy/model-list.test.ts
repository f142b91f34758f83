// GET /v1/models: everything that can be asked for here, under the name to ask for it; unknown is null.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Agent } from 'undici';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import { createListAsker } from '../../proxy/model-list/ask-list.ts';
import { createModelList } from '../../proxy/model-list/model-list.ts';
import { readOwnList } from '../../proxy/model-list/own-list.ts';
import { createDirectory } from '../../proxy/upstream/directory.ts';
import { load } from '../configuration/folder.ts';
import { openHouse } from '../support/proxy-house.ts';
import type { Loose } from '../translation/rules/shape.ts';

interface Lister {
  url: string;
  asked: { path: string; headers: IncomingHttpHeaders }[];
  /** Answers this; null: never. */
  list: unknown;
}

async function startLister(list: unknown): Promise<Lister> {
  const server = createServer((request, response) => {
    lister.asked.push({ path: request.url ?? '', headers: request.headers });
    if (lister.list === null) return;
    response.writeHead(lister.list === undefined ? 500 : 200, { 'content-type': 'application/json' });
    response.end(typeof lister.list === 'string' ? lister.list : JSON.stringify(lister.list ?? {}));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const lister: Lister = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: [], list };
  return lister;
}

type Entry = Record<string, unknown> & { id: string };

async function houseWith(configuration: Record<string, unknown>, env: Record<string, string> = {}) {
  const house = await openHouse({ configuration, env });
  onTestFinished(() => house.close());
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const answer = await fetch(house.url + path, { headers });
    return { status: answer.status, body: (await answer.json()) as Loose };
  };
  const entry = async (id: string) =>
    ((await get('/v1/models')).body as { data: Entry[] }).data.find((one) => one.id === id);
  return { get, entry };
}

const nothing = {
  ...{ created: 0, context_window: null, pricing: { input: null, output: null, cache_read: null, cache_write: null } },
  capabilities: { chat: null, embeddings: null, tools: null, vision: null, reasoning: null, structured_output: null },
};
const apiKey = 'key-of-ours';

describe('the list', () => {
  it('holds the aliases of routes, then what each provider serves, under the name to ask for it', async () => {
    const [openai, house] = [
      await startLister({ data: [{ id: 'gpt-4.1' }] }),
      await startLister({ data: [{ id: 'llama' }] }),
    ];
    const targets = [{ provider: 'house', model: 'llama' }];
    const routes = ['smart', 'smart', 'gpt-4.1', 'gpt-*', undefined].map((model, at) => {
      return { name: `r${at}`, match: { model, task: `t${at}` }, targets };
    });
    const { get } = await houseWith({
      providers: {
        openai: { baseUrl: `${openai.url}/v1`, apiKey },
        house: { dialect: 'openai', baseUrl: `${house.url}/v1`, selfHosted: true },
      },
      routes,
    });
    const { status, body } = await get('/v1/models');
    expect([status, body.object]).toEqual([200, 'list']);
    expect(body.data.map(({ id, owned_by, dialect }: Entry) => [id, owned_by, dialect])).toEqual([
      ['smart', 'sightline', null],
      ['gpt-4.1', 'openai', 'openai'],
      ['house/llama', 'house', 'openai'],
    ]);
    expect(openai.asked).toMatchObject([{ path: '/v1/models', headers: { authorization: `Bearer ${apiKey}` } }]);
    expect(house.asked[0]?.headers.authorization).toBeUndefined();
  });

  it('says of a model what its provider and the price book say, and null for the rest', async () => {
    const own = { id: 'gpt-4.1', created: 1_744_316_542, context_length: 999 };
    const { url } = await startLister({ data: [own, { id: 'gpt-of-tomorrow' }] });
    const { entry } = await houseWith({ providers: { openai: { baseUrl: `${url}/v1`, apiKey } } });
    expect(await entry('gpt-4.1')).toEqual({
      ...{ ...nothing, id: 'gpt-4.1', object: 'model', created: own.created, owned_by: 'openai', dialect: 'openai' },
      ...{ context_window: 999, pricing: { input: 2, output: 8, cache_read: 0.5, cache_write: null } },
    });
    expect(await entry('gpt-of-tomorrow')).toEqual({
      ...{ ...nothing, id: 'gpt-of-tomorrow', object: 'model', owned_by: 'openai', dialect: 'openai' },
    });
  });

  it.each<[string, unknown]>([
    ['is away', undefined],
    ['has nothing to say', '<html>'],
  ])('takes the price book’s word for a provider that %s', async (_claim, list) => {
    const { url } = await startLister(list);
    const { entry, get } = await houseWith({ providers: { anthropic: { baseUrl: url, apiKey } } });
    const { data } = (await get('/v1/models')).body as { data: Entry[] };
    expect(data.length).toBeGreaterThan(3);
    expect(await entry('anthropic/claude-sonnet-4-5')).toMatchObject({
      dialect: 'anthropic',
      pricing: { input: 3, output: 15 },
    });
  });

  it('never shows the key, and asks Anthropic in its own way', async () => {
    const { url, asked } = await startLister({ data: [{ id: 'claude-opus-5', created_at: '2026-01-02T00:00:00Z' }] });
    const { get } = await houseWith({ providers: { anthropic: { baseUrl: url, apiKey } } });
    const { body } = await get('/v1/models', { authorization: 'Bearer of-the-client' });
    expect(JSON.stringify(body)).not.toContain(apiKey);
    expect(body.data).toMatchObject([{ id: 'anthropic/claude-opus-5', created: 1_767_312_000 }]);
    expect(asked).toMatchObject([{ path: '/v1/models?limit=1000', headers: { 'x-api-key': apiKey } }]);
    expect(JSON.stringify(asked)).not.toContain('of-the-client');
  });
});

describe('a single model', () => {
  it('is found by the name to ask for it, a slash in it or not', async () => {
    const { url } = await startLister({ data: [{ id: 'gpt-4.1' }, { id: 'org/odd name' }] });
    const { get } = await houseWith({ providers: { openai: { baseUrl: `${url}/v1`, apiKey } } });
    for (const path of ['gpt-4.1', 'openai/gpt-4.1', 'openai%2Fgpt-4.1'])
      expect((await get(`/v1/models/${path}`)).body, path).toMatchObject({ id: 'gpt-4.1', object: 'model' });
    expect((await get('/v1/models/org%2Fodd%20name')).body).toMatchObject({ id: 'org/odd name' });
  });

  it('that is not there is a 404 in OpenAI’s words', async () => {
    const { url } = await startLister({ data: [{ id: 'gpt-4.1' }] });
    const { get } = await houseWith({ providers: { openai: { baseUrl: `${url}/v1`, apiKey } } });
    for (const path of ['nobody', '%', `${'x'.repeat(5000)}`]) {
      const { status, body } = await get(`/v1/models/${path}`);
      expect(status).toBe(404);
      expect(body.error).toMatchObject({ code: 'model_not_found', type: 'invalid_request_error' });
      expect(body.error.message.length).toBeLessThan(400);
    }
  });
});

describe('a list that is not ours to make', () => {
  it('passes as it is where nobody has configured anything', () => {
    const answers = (setting: Parameters<typeof load>[0]): boolean => {
      const { providers, configuration } = load(setting);
      const directory = createDirectory(providers, configuration);
      return createModelList({ directory, routes: configuration.routes, asker: { ask: async () => null } }).answers;
    };
    expect(answers({})).toBe(false);
    expect(answers({ env: { OPENAI_API_KEY: 'k' } })).toBe(true);
    expect(answers({ env: { OPENAI_BASE_URL: 'http://elsewhere/v1' } })).toBe(true);
    expect(answers({ file: { providers: { mistral: {} } } })).toBe(true);
  });

  it('passes as it is to clients of Anthropic’s and Google’s, with their own key', async () => {
    const odd = { data: [{ id: 'claude', odd: true }] };
    const { url, asked } = await startLister(odd);
    const { get } = await houseWith({ providers: { anthropic: { baseUrl: url }, google: { baseUrl: url } } });
    const own = { 'x-api-key': 'of-the-client', 'anthropic-version': '2023-06-01' };
    expect((await get('/v1/models?limit=3', own)).body).toEqual(odd);
    expect((await get('/v1beta/models', { 'x-goog-api-key': 'of-the-client' })).body).toEqual(odd);
    expect(asked).toMatchObject([
      { path: '/v1/models?limit=3', headers: own },
      { path: '/v1beta/models', headers: { 'x-goog-api-key': 'of-the-client' } },
    ]);
  });
});

describe('asking a provider', () => {
  const agent = new Agent();
  const clock = { now: 0 };
  afterEach(() => {
    clock.now = 0;
  });
  const providerAt = (url: string, section: object = {}) =>
    load({ file: { providers: { house: { dialect: 'openai', baseUrl: url, ...section } } } })
      .providers[0] as ResolvedProvider;
  const askerFor = () => createListAsker(agent, () => clock.now);
  const minute = 60_000;

  it('happens once in five minutes, however many ask', async () => {
    const lister = await startLister({ data: [{ id: 'a' }] });
    const provider = providerAt(lister.url, { selfHosted: true });
    const asker = askerFor();
    const ids = async () => (await asker.ask(provider))?.map(({ id }) => id);
    expect(await Promise.all([ids(), ids()])).toEqual([['a'], ['a']]);
    lister.list = { data: [{ id: 'b' }] };
    clock.now = 5 * minute - 1;
    expect(await ids()).toEqual(['a']);
    expect(lister.asked).toHaveLength(1);
    clock.now = 5 * minute;
    expect(await ids()).toEqual(['b']);
  });

  it('is tried again sooner after a failure', async () => {
    const lister = await startLister(undefined);
    const provider = providerAt(lister.url, { selfHosted: true });
    const asker = askerFor();
    expect(await asker.ask(provider)).toBeNull();
    lister.list = [{ id: 'a' }];
    clock.now = minute / 2 - 1;
    expect(await asker.ask(provider)).toBeNull();
    clock.now = minute / 2;
    expect(await asker.ask(provider)).toMatchObject([{ id: 'a' }]);
  });

  it('ends by itself where the provider does not answer', async () => {
    const lister = await startLister(null);
    expect(await askerFor().ask(providerAt(lister.url, { selfHosted: true }))).toBeNull();
    expect(lister.asked).toHaveLength(1);
  });

  it('is nothing that a cloud without a list, an address without a server or a missing key could break', async () => {
    const asker = askerFor();
    expect(await asker.ask(providerAt('http://127.0.0.1:1'))).toBeNull();
    expect(await asker.ask(providerAt('http://127.0.0.1:1', { dialect: 'azure', apiKey }))).toBeNull();
  });
});

describe('a provider’s own list', () => {
  it.each<[string, unknown, object]>([
    [
      'Mistral',
      {
        data: [
          {
            id: 'm',
            max_context_length: 5,
            capabilities: { completion_chat: true, function_calling: true, vision: false },
          },
        ],
      },
      { id: 'm', contextWindow: 5, capabilities: { chat: true, tools: true, vision: false } },
    ],
    [
      'Gemini',
      {
        models: [
          { name: 'models/g', inputTokenLimit: 9, supportedGenerationMethods: ['embedContent'], thinking: true },
        ],
      },
      { id: 'g', contextWindow: 9, capabilities: { chat: false, embeddings: true, reasoning: true } },
    ],
    [
      'Cohere',
      { models: [{ name: 'c', endpoints: ['chat'], features: ['tools'], context_length: 7 }] },
      { id: 'c', contextWindow: 7, capabilities: { chat: true, tools: true, vision: false } },
    ],
    ['Ollama', { models: [{ name: 'o:latest', model: 'o:7b' }] }, { id: 'o:7b', contextWindow: null }],
    [
      'OpenRouter',
      { data: [{ id: 'a/b', supported_parameters: ['tools'], architecture: { input_modalities: ['text', 'image'] } }] },
      { id: 'a/b', capabilities: { tools: true, vision: true, structuredOutput: false } },
    ],
    [
      'vLLM',
      { data: [{ id: 'v', max_model_len: 32_768, created: 12 }] },
      { id: 'v', contextWindow: 32_768, created: 12 },
    ],
    ['Together', [{ id: 't' }], { id: 't', created: null }],
  ])('is read as %s writes it', (_name, list, expected) => {
    expect(readOwnList(list)).toMatchObject([expected]);
  });

  it.each([null, 'nonsense', { data: 'x' }, { data: [null, 7, {}, { id: 7 }] }])('may be %j', (list) => {
    expect(readOwnList(list)).toEqual([]);
  });
});
