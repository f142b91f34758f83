// The official clients at their newest versions work unchanged when only their base URL changes: whole answers, streams,
// and streams that the app breaks off.

import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import { ChatOpenAI } from '@langchain/openai';
import { Mistral } from '@mistralai/mistralai';
import { generateText, streamText } from 'ai';
import { CohereClientV2 } from 'cohere-ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, answerStream, hangAfter } from '../support/faulty-behaviours.ts';
import { type Behaviour, type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { chatAnswer, chatStream, geminiStream, messagesStream, responsesStream } from '../support/wire-samples.ts';

let upstream: FaultyUpstream;
let house: ProxyHouse;

beforeAll(async () => {
  upstream = await startFaultyUpstream();
  house = await openHouse({
    configuration: {
      providers: {
        openai: { baseUrl: `${upstream.url}/v1` },
        anthropic: { baseUrl: upstream.url },
        google: { baseUrl: upstream.url },
        mistral: { baseUrl: `${upstream.url}/v1` },
        cohere: { baseUrl: upstream.url },
      },
    },
  });
});
afterAll(async () => {
  await house.close();
  await upstream.close();
});

const json = (body: object): Behaviour =>
  answer({ pieces: [JSON.stringify(body)], headers: [['content-type', 'application/json']] });
const sse: [string, string][] = [
  ['content-type', 'text/event-stream'],
  ['transfer-encoding', 'chunked'],
];

const message = {
  id: 'msg_2',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-4-5',
  stop_reason: 'end_turn',
  stop_sequence: null,
  content: [{ type: 'text', text: 'Hello' }],
  usage: { input_tokens: 10, output_tokens: 5 },
};
const gemini = {
  candidates: [{ content: { parts: [{ text: 'Hello' }], role: 'model' }, finishReason: 'STOP' }],
  usageMetadata: { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 },
  modelVersion: 'gemini-2.5-flash',
};
const response = JSON.parse(responsesStream[2]!.split('data: ')[1]!).response;
const cohere = {
  id: 'c1',
  finish_reason: 'COMPLETE',
  message: { role: 'assistant', content: [{ type: 'text', text: 'Hello' }] },
  usage: { billed_units: { input_tokens: 3, output_tokens: 1 }, tokens: { input_tokens: 8, output_tokens: 1 } },
};
const cohereStream = [
  { type: 'message-start', id: 'c1', delta: { message: { role: 'assistant' } } },
  { type: 'content-start', index: 0, delta: { message: { content: { type: 'text', text: '' } } } },
  { type: 'content-delta', index: 0, delta: { message: { content: { text: 'Hello' } } } },
  { type: 'content-end', index: 0 },
  { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: cohere.usage } },
].map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
const mistralChunks = chatStream(false);

interface Client {
  name: string;
  whole: Behaviour;
  pieces: string[];
  ask(): Promise<string>;
  stream(signal?: AbortSignal): AsyncIterable<string>;
}

/** Yields text only; whatever else a stream carries is the SDK's to understand. */
async function* texts<T>(
  stream: Promise<AsyncIterable<T>> | AsyncIterable<T>,
  text: (part: T) => string | null | undefined,
): AsyncIterable<string> {
  for await (const part of await stream) {
    const found = text(part);
    if (found) yield found;
  }
}

const messages = [{ role: 'user' as const, content: 'hi' }];
const base = () => house.url;

const clients: Client[] = [
  {
    name: 'openai chat',
    whole: json(JSON.parse(chatAnswer)),
    pieces: chatStream(true),
    ask: async () =>
      (await openai().chat.completions.create({ model: 'gpt-4o-mini', messages })).choices[0]?.message.content ?? '',
    stream: (signal) =>
      texts(
        openai().chat.completions.create({ model: 'gpt-4o-mini', messages, stream: true }, { signal }),
        (part) => part.choices[0]?.delta.content,
      ),
  },
  {
    name: 'openai responses',
    whole: json(response),
    pieces: responsesStream,
    ask: async () => (await openai().responses.create({ model: 'gpt-4o-mini', input: 'hi' })).output_text,
    stream: (signal) =>
      texts(openai().responses.create({ model: 'gpt-4o-mini', input: 'hi', stream: true }, { signal }), (part) =>
        part.type === 'response.output_text.delta' ? part.delta : null,
      ),
  },
  {
    name: '@anthropic-ai/sdk',
    whole: json(message),
    pieces: messagesStream,
    ask: async () =>
      textOf((await anthropic().messages.create({ model: 'claude-sonnet-4-5', max_tokens: 50, messages })).content),
    stream: (signal) =>
      texts(
        anthropic().messages.create({ model: 'claude-sonnet-4-5', max_tokens: 50, messages, stream: true }, { signal }),
        (part) => (part.type === 'content_block_delta' && part.delta.type === 'text_delta' ? part.delta.text : null),
      ),
  },
  {
    name: '@google/genai',
    whole: json(gemini),
    pieces: geminiStream,
    ask: async () => (await google().models.generateContent({ model: 'gemini-2.5-flash', contents: 'hi' })).text ?? '',
    stream: (signal) =>
      texts(
        google().models.generateContentStream({
          model: 'gemini-2.5-flash',
          contents: 'hi',
          config: { abortSignal: signal },
        }),
        (part) => part.text,
      ),
  },
  {
    name: 'ai with @ai-sdk/openai',
    whole: json(JSON.parse(chatAnswer)),
    pieces: chatStream(true),
    ask: async () =>
      (
        await generateText({
          model: createOpenAI({ baseURL: `${base()}/v1`, apiKey: 'sk-own' }).chat('gpt-4o-mini'),
          prompt: 'hi',
          maxRetries: 0,
        })
      ).text,
    stream: (signal) =>
      streamText({
        model: createOpenAI({ baseURL: `${base()}/v1`, apiKey: 'sk-own' }).chat('gpt-4o-mini'),
        prompt: 'hi',
        maxRetries: 0,
        abortSignal: signal,
        onError: () => {},
      }).textStream,
  },
  {
    name: 'ai with @ai-sdk/anthropic',
    whole: json(message),
    pieces: messagesStream,
    ask: async () =>
      (
        await generateText({
          model: createAnthropic({ baseURL: `${base()}/v1`, apiKey: 'sk-own' })('claude-sonnet-4-5'),
          prompt: 'hi',
          maxRetries: 0,
        })
      ).text,
    stream: (signal) =>
      streamText({
        model: createAnthropic({ baseURL: `${base()}/v1`, apiKey: 'sk-own' })('claude-sonnet-4-5'),
        prompt: 'hi',
        maxRetries: 0,
        abortSignal: signal,
        onError: () => {},
      }).textStream,
  },
  {
    name: 'ai with @ai-sdk/google',
    whole: json(gemini),
    pieces: geminiStream,
    ask: async () =>
      (
        await generateText({
          model: createGoogle({ baseURL: `${base()}/v1beta`, apiKey: 'own' })('gemini-2.5-flash'),
          prompt: 'hi',
          maxRetries: 0,
        })
      ).text,
    stream: (signal) =>
      streamText({
        model: createGoogle({ baseURL: `${base()}/v1beta`, apiKey: 'own' })('gemini-2.5-flash'),
        prompt: 'hi',
        maxRetries: 0,
        abortSignal: signal,
        onError: () => {},
      }).textStream,
  },
  {
    name: '@langchain/openai',
    whole: json(JSON.parse(chatAnswer)),
    pieces: chatStream(true),
    ask: async () => String((await langchain().invoke('hi')).content),
    stream: (signal) => texts(langchain().stream('hi', { signal }), (part) => String(part.content)),
  },
  {
    name: '@mistralai/mistralai',
    whole: json(JSON.parse(chatAnswer)),
    pieces: mistralChunks,
    ask: async () =>
      String(
        (await mistral().chat.complete({ model: 'mistral-small', messages })).choices?.[0]?.message?.content ?? '',
      ),
    stream: (signal) =>
      texts(
        mistral().chat.stream({ model: 'mistral-small', messages }, { fetchOptions: { signal } }),
        (part) => part.data.choices[0]?.delta.content as string,
      ),
  },
  {
    name: 'cohere-ai',
    whole: json(cohere),
    pieces: cohereStream,
    ask: async () =>
      textOf(
        ((await cohereClient().chat({ model: 'command-r', messages })).message?.content ?? []) as { type: string }[],
      ),
    stream: (signal) =>
      texts(cohereClient().chatStream({ model: 'command-r', messages }, { abortSignal: signal }), (part) =>
        part.type === 'content-delta' ? part.delta?.message?.content?.text : null,
      ),
  },
];

const openai = () => new OpenAI({ baseURL: `${base()}/v1`, apiKey: 'sk-own', maxRetries: 0 });
const anthropic = () => new Anthropic({ baseURL: base(), apiKey: 'sk-own', maxRetries: 0 });
const google = () => new GoogleGenAI({ apiKey: 'own', httpOptions: { baseUrl: base() } });
const langchain = () =>
  new ChatOpenAI({ model: 'gpt-4o-mini', apiKey: 'sk-own', maxRetries: 0, configuration: { baseURL: `${base()}/v1` } });
const mistral = () => new Mistral({ apiKey: 'own', serverURL: `${base()}/mistral` });
const cohereClient = () => new CohereClientV2({ token: 'own', environment: `${base()}/cohere` });

const textOf = (blocks: readonly { type: string }[]): string =>
  blocks.map((block) => (block as { text?: string }).text ?? '').join('');

describe.each(clients)('$name', (client) => {
  it('gets a whole answer', async () => {
    upstream.respondOnce(client.whole);
    expect(await client.ask()).toBe('Hello');
    expect((await house.sink.waitFor((record) => record.number === house.recorder.counters().started)).outcome).toBe(
      'success',
    );
  });

  it('gets a stream', async () => {
    upstream.respondOnce(answerStream(client.pieces));
    let text = '';
    for await (const part of client.stream()) text += part;
    expect(text).toMatch(/^H[eé]llo$/);
  });

  it('breaks a stream off, and the upstream call ends', async () => {
    const beforeContentEnds =
      client.pieces.slice(0, -2).length > 1 ? client.pieces.slice(0, -2) : client.pieces.slice(0, -1);
    upstream.respondOnce(hangAfter(beforeContentEnds, sse));
    const abort = new AbortController();
    const reading = (async () => {
      for await (const _part of client.stream(abort.signal)) abort.abort();
    })();
    await reading.catch(() => {});
    const seen = upstream.requests.at(-1)!;
    await seen.gone;
    expect(seen.closed?.by).toBe('client');
  });
});

it('an error of the provider reaches the app as the SDK’s own error class', async () => {
  upstream.respondOnce(
    answer({
      status: 429,
      pieces: ['{"error":{"message":"slow down","type":"requests","param":null,"code":"rate_limit_exceeded"}}'],
      headers: [
        ['content-type', 'application/json'],
        ['retry-after', '7'],
      ],
    }),
  );
  const failed = await openai()
    .chat.completions.create({ model: 'gpt-4o-mini', messages })
    .catch((error) => error);
  expect(failed).toBeInstanceOf(OpenAI.RateLimitError);
  expect(failed.headers.get('retry-after')).toBe('7');
});

it('a truncated stream throws in the OpenAI SDK, which by itself would take it for complete', async () => {
  upstream.respondOnce(answerStream(chatStream(false).slice(0, 3)));
  const read = async () => {
    for await (const _part of await openai().chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
    })) {
      // Reading is enough.
    }
  };
  await expect(read()).rejects.toThrow(OpenAI.APIError);
});
