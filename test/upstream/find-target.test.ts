// Who is asked for a model by its name, and that nobody else sees the key that a client brought.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import { createDirectory, type Directory } from '../../proxy/upstream/directory.ts';
import { findTarget, type NamedBy } from '../../proxy/upstream/find-target.ts';
import { load } from '../configuration/folder.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type HeaderUpstream, startHeaderUpstream } from './header-upstream.ts';

const prices = createPriceBook({ overlay: null });
const paths = {
  chat: { family: 'openai', dialect: 'openai-chat', operation: 'chat' },
  messages: { family: 'anthropic', dialect: 'anthropic-messages', operation: 'chat' },
  tokens: { family: 'anthropic', dialect: 'anthropic-messages', operation: 'count_tokens' },
  vectors: { family: 'openai', dialect: 'openai-embeddings', operation: 'embeddings' },
} as const satisfies Record<string, NamedBy>;

/** `provider model` of whoever is asked, with a star where the client's own key may go along. */
function asker(providers: Record<string, object>, more: object = {}) {
  const open = () => {
    const loaded = load({ file: { providers, ...more } });
    return createDirectory(loaded.providers, loaded.configuration);
  };
  let directory: Directory | null = null;
  return (model: string, path: keyof typeof paths = 'chat'): string | null => {
    directory ??= open();
    const target = findTarget({ directory, prices }, paths[path], model);
    return target && `${target.own ? '*' : ''}${target.provider.name} ${target.model}`;
  };
}

const everybody = { openai: {}, anthropic: {}, google: {}, mistral: {}, groq: {}, cohere: {} };

describe('a name with a provider before it', () => {
  const ask = asker(everybody);
  it.each([
    ['anthropic/claude-sonnet-4-5', 'anthropic claude-sonnet-4-5'],
    ['google/gemini-2.5-flash', 'google gemini-2.5-flash'],
    ['groq/meta-llama/llama-4-scout-17b-16e-instruct', 'groq meta-llama/llama-4-scout-17b-16e-instruct'],
    ['mistral/a-model-of-tomorrow', 'mistral a-model-of-tomorrow'],
    ['openai/gpt-4.1', '*openai gpt-4.1'],
    ['/gpt-4.1', '*openai /gpt-4.1'],
  ])('%s is asked of %s', (model, target) => {
    expect(ask(model)).toBe(target);
  });

  it('that nobody bears is a name like any other', () => {
    expect(ask('nobody/some-model')).toBe('*openai nobody/some-model');
    expect(asker({ openai: {} })('anthropic/claude-sonnet-4-5')).toBe('*openai anthropic/claude-sonnet-4-5');
  });

  it('means the same on every path, if the provider can answer there', () => {
    expect(ask('openai/gpt-4.1', 'messages')).toBe('openai gpt-4.1');
    expect(ask('anthropic/claude-sonnet-4-5', 'messages')).toBe('*anthropic claude-sonnet-4-5');
    expect(ask('openai/gpt-4.1', 'tokens')).toBe('*anthropic openai/gpt-4.1');
    expect(ask('cohere/embed-v4.0', 'vectors')).toBe('cohere embed-v4.0');
    expect(ask('anthropic/some-vectors', 'vectors')).toBe('*openai anthropic/some-vectors');
  });
});

describe('a plain name', () => {
  const ask = asker(everybody);
  it.each([
    ['gpt-4.1', '*openai gpt-4.1'],
    ['claude-sonnet-4-5', 'anthropic claude-sonnet-4-5'],
    ['gemini-2.5-flash', 'google gemini-2.5-flash'],
    ['mistral-large-latest', 'mistral mistral-large-latest'],
    ['nobody-knows-it', '*openai nobody-knows-it'],
    ['', '*openai '],
  ])('that the price book knows is asked of its maker: %j of %s', (model, target) => {
    expect(ask(model)).toBe(target);
  });

  it('is asked of the path’s own provider first', () => {
    expect(ask('claude-sonnet-4-5', 'messages')).toBe('*anthropic claude-sonnet-4-5');
    expect(ask('gpt-4.1', 'messages')).toBe('openai gpt-4.1');
    expect(ask('gpt-4.1', 'tokens')).toBe('*anthropic gpt-4.1');
  });

  it('is asked of its maker rather than of a cloud that has it too, in whichever order they stand', () => {
    const ask = asker({ openai: {}, vertex: {}, google: {}, groq: {}, anthropic: {} });
    expect(ask('claude-sonnet-4-5')).toBe('anthropic claude-sonnet-4-5');
    expect(ask('gemini-2.5-flash')).toBe('vertex gemini-2.5-flash');
    expect(ask('llama-3.3-70b-versatile')).toBe('groq llama-3.3-70b-versatile');
  });

  it('is never asked of a gateway on a guess, nor of who merely stands in the catalogue', () => {
    expect(asker({ openai: {}, openrouter: {} })('claude-sonnet-4-5')).toBe('*openai claude-sonnet-4-5');
    const { providers, configuration } = load({ env: { OPENAI_API_KEY: 'k' } });
    const directory = createDirectory(providers, configuration);
    const known = (model: string) => findTarget({ directory, prices }, paths.chat, model)?.provider.name;
    expect([known('claude-sonnet-4-5'), known('anthropic/claude-sonnet-4-5')]).toEqual(['openai', 'openai']);
  });

  it('goes to the only provider there is, where the path has none of its own', () => {
    expect(asker({ anthropic: {} })('whatever')).toBe('anthropic whatever');
    expect(asker({ cohere: {}, anthropic: {} })('whatever')).toBeNull();
  });
});

describe('a name with a slash of its own', () => {
  it('stays with the gateway that the path stands for, whoever else is configured', () => {
    const ask = asker({ openrouter: {}, anthropic: {} }, { defaults: { openai: 'openrouter' } });
    expect(ask('anthropic/claude-sonnet-4.5')).toBe('*openrouter anthropic/claude-sonnet-4.5');
    expect(ask('openrouter/auto')).toBe('*openrouter auto');
    expect(ask('anthropic/claude-sonnet-4-5', 'messages')).toBe('*anthropic claude-sonnet-4-5');
  });

  it('stays with the host whose models the price book knows by it', () => {
    const ask = asker({ groq: {}, openai: {} }, { defaults: { openai: 'groq' } });
    expect(prices.knows('groq', 'openai/gpt-oss-120b')).toBe(true);
    expect(ask('openai/gpt-oss-120b')).toBe('*groq openai/gpt-oss-120b');
    expect(ask('openai/gpt-4.1')).toBe('openai gpt-4.1');
  });
});

describe('the key that a client brings', () => {
  let home: HeaderUpstream;
  let other: HeaderUpstream;
  let house: ProxyHouse;
  beforeAll(async () => {
    [home, other] = [await startHeaderUpstream(), await startHeaderUpstream()];
    const providers = {
      openai: { baseUrl: `${home.url}/v1` },
      anthropic: { baseUrl: other.url, apiKey: 'key-of-anthropic' },
      mistral: { baseUrl: `${other.url}/v1`, apiKey: 'key-of-mistral', clientKeys: 'prefer' },
      cohere: { baseUrl: other.url },
      house: { dialect: 'openai', baseUrl: `${other.url}/v1`, selfHosted: true },
      google: { baseUrl: other.url, apiKey: 'key-of-google' },
    };
    house = await openHouse({ configuration: { providers } });
  });
  afterAll(async () => {
    await house.close();
    await home.close();
    await other.close();
  });

  const secret = 'sk-of-the-client';
  const ways: [string, string, Record<string, string>][] = [
    ['as OpenAI’s SDK sends it', '', { authorization: `Bearer ${secret}` }],
    ['as Anthropic’s SDK sends it', '', { 'x-api-key': secret }],
    ['as Google’s SDK sends it', '', { 'x-goog-api-key': secret }],
    ['as Azure’s SDK sends it', '', { 'api-key': secret }],
    ['in the address', `?key=${secret}&alt=json`, {}],
    ['in a cookie', '', { cookie: `token=${secret}` }],
  ];
  /** Says whose account it is, and is nobody else's business either. */
  const organization = { 'openai-organization': `org-of-${secret}` };
  const ask = (model: string, [, search, headers]: (typeof ways)[number]) =>
    fetch(`${house.url}/v1/chat/completions${search}`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json', ...organization, ...headers } },
      body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Hi' }] }),
    });
  const targets = ['anthropic/m', 'mistral/m', 'house/m', 'google/m', 'claude-sonnet-4-5', 'mistral-large-latest'];

  it.each(ways)('never leaves for another provider than the path stands for, %s', async (...way) => {
    for (const model of targets) {
      const answer = await ask(model, way);
      expect(answer.status, `${model}: ${await answer.text()}`).toBe(200);
    }
    const sent = other.requests.splice(0);
    expect(sent).toHaveLength(targets.length);
    expect(JSON.stringify(sent)).not.toContain(secret);
    const keys = sent.map(({ headers }) => headers['x-api-key'] ?? headers.authorization ?? headers['x-goog-api-key']);
    expect(keys).toEqual([
      ...['key-of-anthropic', 'Bearer key-of-mistral', undefined, 'key-of-google'],
      ...['key-of-anthropic', 'Bearer key-of-mistral'],
    ]);
  });

  it('is no key for a provider that has none: the client is told so, and nobody is asked', async () => {
    const answer = await ask('cohere/command-a-03-2025', ways[0] as (typeof ways)[number]);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('x-sightline-error')).toBe('SIGHTLINE_KEY_MISSING');
    expect(await answer.text()).not.toContain(secret);
    expect(other.requests).toEqual([]);
  });

  it('goes to the provider whose path was called, as it came', async () => {
    const keys = ways.filter(([where]) => where !== 'in a cookie');
    for (const way of keys) await (await ask('gpt-4.1', way)).text();
    const sent = home.requests.splice(0);
    expect(sent.map((one) => JSON.stringify(one).includes(secret))).toEqual(keys.map(() => true));
  });
});
