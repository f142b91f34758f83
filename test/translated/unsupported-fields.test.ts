// What a target cannot be told: refused with the field named where the answer would be another, dropped with a note where
// it would not, and otherwise as the route says. Asked through the official SDKs.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type HeaderUpstream, startHeaderUpstream } from '../upstream/header-upstream.ts';
import { openAiClient } from './chat-client.ts';
import { anthropicClient } from './messages-client.ts';

let upstream: HeaderUpstream;
let house: ProxyHouse;
let openai: OpenAI;
let anthropic: Anthropic;

const targets = {
  claude: { provider: 'anthropic', model: 'claude-sonnet-4-5' },
  gpt: { provider: 'openai', model: 'gpt-4.1' },
  command: { provider: 'cohere', model: 'command-a-03-2025' },
};

beforeAll(async () => {
  upstream = await startHeaderUpstream();
  const apiKey = 'k';
  const providers = {
    openai: { baseUrl: `${upstream.url}/v1`, apiKey },
    anthropic: { baseUrl: upstream.url, apiKey },
    cohere: { baseUrl: upstream.url, apiKey },
  };
  /** `claude`, `claude-drop`, `claude-reject` and so on. */
  const routes = Object.entries(targets).flatMap(([name, target]) =>
    [undefined, 'drop', 'reject'].map((unsupported) => {
      const model = unsupported ? `${name}-${unsupported}` : name;
      return { name: model, match: { model }, targets: [target], ...(unsupported && { unsupported }) };
    }),
  );
  house = await openHouse({ configuration: { providers, routes } });
  openai = openAiClient(house.url);
  anthropic = anthropicClient(house.url);
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

type Fields = Record<string, unknown>;
interface Client {
  /** Resolves with the notes. */
  ask(model: string, fields: Fields): Promise<string>;
  refusal: typeof OpenAI.BadRequestError | typeof Anthropic.BadRequestError;
}
const notesOf = ({ response }: { response: Response }): string => response.headers.get('x-sightline-notes') ?? '';
const messages = [{ role: 'user', content: 'Hi' }] as const;
const clients: Record<string, Client> = {
  chat: {
    refusal: OpenAI.BadRequestError,
    ask: async (model, fields) =>
      notesOf(
        await openai.chat.completions
          .create({ model, messages: [...messages], ...fields } as OpenAI.ChatCompletionCreateParamsNonStreaming)
          .withResponse(),
      ),
  },
  responses: {
    refusal: OpenAI.BadRequestError,
    ask: async (model, fields) =>
      notesOf(
        await openai.responses
          .create({ model, input: 'Hi', ...fields } as OpenAI.Responses.ResponseCreateParamsNonStreaming)
          .withResponse(),
      ),
  },
  messages: {
    refusal: Anthropic.BadRequestError,
    ask: async (model, fields) =>
      notesOf(
        await anthropic.messages
          .create({
            model,
            max_tokens: 9,
            messages: [...messages],
            ...fields,
          } as Anthropic.MessageCreateParamsNonStreaming)
          .withResponse(),
      ),
  },
};
const client = (name: string): Client => clients[name] as Client;

const sound = { type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } };
const said = (...content: unknown[]): Fields => ({ messages: [{ role: 'user', content }] });
const search = { type: 'web_search_20250305', name: 'web_search' };

/** Client, target, what it asks for, and how it calls that itself. */
const changes: [string, keyof typeof targets, Fields, string][] = [
  ['chat', 'claude', { n: 2 }, 'n'],
  ['chat', 'command', { n: 3 }, 'n'],
  ['chat', 'claude', { modalities: ['text', 'audio'], audio: { voice: 'alloy', format: 'wav' } }, 'modalities'],
  ['chat', 'claude', { web_search_options: {} }, 'web_search_options'],
  ['chat', 'claude', said({ type: 'text', text: 'Hear this' }, sound), 'messages[0].content[1]'],
  ['responses', 'claude', { previous_response_id: 'resp_1' }, 'previous_response_id'],
  ['responses', 'claude', { tools: [{ type: 'web_search' }] }, 'tools[0]'],
  ['responses', 'command', { input: [{ type: 'item_reference', id: 'msg_1' }] }, 'input[0]'],
  ['messages', 'gpt', { tools: [search] }, 'tools[0]'],
  ['messages', 'gpt', { mcp_servers: [{ type: 'url', url: 'https://x', name: 'x' }] }, 'mcp_servers'],
];
const harmless: [string, keyof typeof targets, Fields, string][] = [
  ['chat', 'claude', { logit_bias: { 5: 1 } }, 'logit_bias'],
  ['chat', 'claude', { seed: 7 }, 'seed'],
  ['chat', 'claude', { presence_penalty: 1 }, 'presence_penalty'],
  ['chat', 'command', { user: 'ada' }, 'user'],
  ['chat', 'claude', { store: true }, 'store'],
  ['chat', 'claude', { prompt_cache_key: 'k' }, 'prompt_cache_key'],
  ['responses', 'claude', { metadata: { a: 'b' } }, 'metadata'],
  ['messages', 'gpt', { top_k: 5 }, 'top_k'],
];

async function refused(name: string, model: string, fields: Fields, field: string): Promise<void> {
  const before = upstream.requests.length;
  const error = await client(name)
    .ask(model, fields)
    .then(
      () => null,
      (thrown: unknown) => thrown,
    );
  expect(error).toBeInstanceOf(client(name).refusal);
  const { status, message, headers } = error as InstanceType<typeof OpenAI.BadRequestError>;
  expect(status).toBe(400);
  expect(message).toContain(name === 'messages' ? `\\"${field}\\" cannot` : `"${field}" cannot be passed on: `);
  expect(headers.get('x-sightline-error')).toBe('SIGHTLINE_BAD_REQUEST');
  if (name !== 'messages') expect((error as InstanceType<typeof OpenAI.BadRequestError>).param).toBe(field);
  expect(upstream.requests.length).toBe(before);
}

describe('what would change the answer', () => {
  it.each(changes)('a client of %s asking %s for %j is refused, and told of %s', async (name, model, fields, field) => {
    await refused(name, model, fields, field);
    await refused(name, `${model}-reject`, fields, field);
  });

  it.each(changes)('a client of %s on a route to %s that drops: %j goes without, with a note on %s', async (...row) => {
    const [name, model, fields, field] = row;
    expect(await client(name).ask(`${model}-drop`, fields)).toContain(`dropped ${field} (`);
  });
});

describe('what would not', () => {
  it.each(harmless)(
    'a client of %s asking %s for %j is told that %s was dropped',
    async (name, model, fields, field) => {
      expect(await client(name).ask(model, fields)).toMatch(new RegExp(`^dropped ${field} \\(.+\\)$`));
      expect(await client(name).ask(`${model}-drop`, fields)).toContain(`dropped ${field} (`);
    },
  );

  it.each(harmless)('a client of %s on a route to %s that rejects is refused %j, and told of %s', async (...row) => {
    const [name, model, fields, field] = row;
    await refused(name, `${model}-reject`, fields, field);
  });
});

describe('what can be said', () => {
  it.each(Object.keys(clients))('by a client of %s needs no note', async (name) => {
    const model = name === 'messages' ? 'gpt-reject' : 'claude-reject';
    expect(await client(name).ask(model, { temperature: 0.5 })).toBe('');
  });

  it('and what can not are both in the record', async () => {
    const { response } = await openai.chat.completions
      .create({ model: 'claude', messages: [...messages], seed: 1 })
      .withResponse();
    const { notes } = await house.record(response.headers.get('x-sightline-id') ?? '');
    expect(notes).toEqual(['dropped seed (Anthropic has no seed)']);
  });
});

describe('fields that are no field of anybody’s', () => {
  it.each([
    ['chat', { temperature: 'warm' }, '"temperature" should be a number; found "warm".'],
    ['chat', { tools: 'all' }, '"tools" should be'],
  ])('a client of %s that says %j is told what was expected', async (name, fields, message) => {
    await expect(client(name).ask('claude-drop', fields)).rejects.toThrow(message);
  });
});
