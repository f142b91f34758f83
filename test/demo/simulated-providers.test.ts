// The simulated providers speak so that the official SDKs understand them: every surface, streamed and not, with errors.
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startSimulatedAnthropic } from '../../cli/demo/simulated-anthropic.ts';
import { startSimulatedGoogle } from '../../cli/demo/simulated-google.ts';
import { startSimulatedOpenAi } from '../../cli/demo/simulated-openai.ts';
import type { SimulatedServer, SimulationOptions } from '../../cli/demo/simulated-server.ts';
import { reviewChange } from '../../cli/demo/tasks/review-change.ts';
import { supportReply } from '../../cli/demo/tasks/support-reply.ts';

const calm: SimulationOptions = { seed: 'calm', severity: 0, slowness: 0, now: () => Date.UTC(2026, 10, 21) };
const servers: SimulatedServer[] = [];
const start = async (starter: (options: SimulationOptions) => Promise<SimulatedServer>, options = calm) => {
  const server = await starter(options);
  servers.push(server);
  return server;
};
afterAll(async () => {
  for (const server of servers) await server.close();
});

const prompt = 'Hello, where is my order NW-123456? I paid with card 4111 1111 1111 1111.';
const tool = supportReply.tool!;

describe('OpenAI', () => {
  let client: OpenAI;
  let url: string;
  beforeAll(async () => {
    url = (await start(startSimulatedOpenAi)).url;
    client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'simulated', maxRetries: 0 });
  });
  const messages = [
    { role: 'system' as const, content: supportReply.instructions },
    { role: 'user' as const, content: prompt },
  ];

  test('a whole chat answer has usage that adds up', async () => {
    const { data, response } = await client.chat.completions
      .create({ model: 'gpt-5.6-terra', messages })
      .withResponse();
    expect(data.choices[0]?.message.content).toBeTruthy();
    expect(data.choices[0]?.finish_reason).toBe('stop');
    const usage = data.usage!;
    expect(usage.prompt_tokens + usage.completion_tokens).toBe(usage.total_tokens);
    expect(usage.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    expect(usage.completion_tokens_details?.reasoning_tokens).toBeLessThan(usage.completion_tokens);
    expect(response.headers.get('x-request-id')).toMatch(/^req_/);
    expect(response.headers.get('x-ratelimit-remaining-requests')).toMatch(/^\d+$/);
  });

  test('a chat stream begins with the role, ends with [DONE] and mentions usage only when asked', async () => {
    const read = async (extra: object) => {
      const body = JSON.stringify({ model: 'gpt-5.6-luna', messages, stream: true, ...extra });
      const headers = { authorization: 'Bearer x', 'content-type': 'application/json' };
      return (await fetch(`${url}/v1/chat/completions`, { method: 'POST', headers, body })).text();
    };
    const plain = await read({});
    expect(plain.split('\n\n')[0]).toContain('"delta":{"role":"assistant","content":"","refusal":null}');
    expect(plain).toMatch(/"obfuscation":"\w+"/);
    expect(plain.endsWith('data: [DONE]\n\n')).toBe(true);
    expect(plain).not.toContain('"usage"');
    const asked = await read({ stream_options: { include_usage: true } });
    expect(asked).toContain('"usage":null');
    expect(asked).toMatch(/"choices":\[\],"usage":\{"prompt_tokens":\d+/);
  });

  test('the SDK assembles a streamed answer and a streamed tool call', async () => {
    const answer = client.chat.completions.stream({
      model: 'gpt-5.6-luna',
      messages,
      stream_options: { include_usage: true },
    });
    expect((await answer.finalContent())?.length).toBeGreaterThan(50);
    expect((await answer.totalUsage()).total_tokens).toBeGreaterThan(1000);
    const tools = [{ type: 'function' as const, function: { name: tool.name, parameters: tool.parameters } }];
    const called = await untilFound(async () => {
      const completion = await client.chat.completions
        .stream({ model: 'gpt-5.6-luna', messages, tools })
        .finalChatCompletion();
      return completion.choices[0]?.finish_reason === 'tool_calls'
        ? completion.choices[0].message.tool_calls?.[0]
        : null;
    });
    expect(called).toMatchObject({
      type: 'function',
      function: { name: 'lookup_order', arguments: '{"order":"NW-123456"}' },
    });
  });

  test('a long fixed beginning is served from the prompt cache the second time', async () => {
    const model = 'gpt-4o-mini';
    const cached = async () =>
      (await client.chat.completions.create({ model, messages })).usage?.prompt_tokens_details?.cached_tokens;
    expect(await cached()).toBe(0);
    const second = (await cached())!;
    expect(second).toBeGreaterThanOrEqual(1024);
    expect(second % 128).toBe(0);
  });

  test('responses come whole, streamed and with a tool call', async () => {
    const whole = await client.responses.create({
      model: 'gpt-5.6-terra',
      instructions: reviewChange.instructions,
      input: 'diff',
    });
    expect(whole.output_text.length).toBeGreaterThan(50);
    expect(whole.usage!.input_tokens + whole.usage!.output_tokens).toBe(whole.usage!.total_tokens);
    const types: string[] = [];
    const stream = client.responses.stream({
      model: 'gpt-5.6-terra',
      instructions: reviewChange.instructions,
      input: 'diff',
    });
    for await (const event of stream) types.push(event.type);
    expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(types.at(-1)).toBe('response.completed');
    expect((await stream.finalResponse()).output_text.length).toBeGreaterThan(50);
    const tools = [{ type: 'function' as const, name: tool.name, parameters: tool.parameters, strict: false }];
    const call = await untilFound(async () => {
      const response = await client.responses
        .stream({ model: 'gpt-5.6-luna', instructions: supportReply.instructions, input: prompt, tools })
        .finalResponse();
      return response.output.find((item) => item.type === 'function_call');
    });
    expect(call?.arguments).toBe('{"order":"NW-123456"}');
  });

  test('embeddings come as base64 by default and as numbers when asked, the same vectors', async () => {
    const model = 'text-embedding-3-small';
    const packed = await client.embeddings.create({ model, input: ['rotate token', 'roles'] });
    const numbers = await client.embeddings.create({
      model,
      input: 'roles',
      encoding_format: 'float',
      dimensions: 1536,
    });
    expect(packed.data[1]?.embedding).toEqual(numbers.data[0]?.embedding);
    expect(packed.usage.total_tokens).toBeGreaterThan(1);
  });

  test('errors are the SDK’s own kinds', async () => {
    await expect(client.chat.completions.create({ model: 'gpt-0', messages })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(client.responses.create({ model: 'gpt-0', input: '' })).rejects.toMatchObject({
      status: 400,
      param: 'model',
    });
    await expect(
      client.chat.completions.create({ model: 'gpt-4o-mini', messages, max_tokens: 5 }),
    ).resolves.toMatchObject({ choices: [{ finish_reason: 'length' }] });
    expect((await client.models.list()).data.map((model) => model.id)).toContain('gpt-5.6-luna');
    expect((await fetch(`${url}/v1/models`)).status).toBe(401);
  });
});

describe('Anthropic', () => {
  let client: Anthropic;
  beforeAll(async () => {
    client = new Anthropic({ baseURL: (await start(startSimulatedAnthropic)).url, apiKey: 'simulated', maxRetries: 0 });
  });
  const request = {
    model: 'claude-opus-5',
    max_tokens: 2000,
    system: [{ type: 'text' as const, text: reviewChange.instructions, cache_control: { type: 'ephemeral' as const } }],
    messages: [{ role: 'user' as const, content: 'diff' }],
  };

  test('input tokens exclude what the cache wrote first and read then', async () => {
    const first = (await client.messages.create(request)).usage;
    const second = (await client.messages.create(request)).usage;
    expect(first.cache_creation_input_tokens).toBeGreaterThan(1024);
    expect(first.cache_read_input_tokens).toBe(0);
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.input_tokens).toBe(first.input_tokens);
    const whole = (await client.messages.countTokens(request)).input_tokens;
    expect(first.input_tokens + first.cache_creation_input_tokens!).toBe(whole);
    expect(first.cache_creation?.ephemeral_5m_input_tokens).toBe(first.cache_creation_input_tokens);
  });

  test('a stream with thinking has the events in order and the SDK assembles it', async () => {
    const stream = client.messages.stream({ ...request, thinking: { type: 'adaptive' } });
    const order: string[] = [];
    for await (const event of stream) if (order.at(-1) !== event.type) order.push(event.type);
    expect(order.slice(0, 3)).toEqual(['message_start', 'content_block_start', 'content_block_delta']);
    expect(order.slice(-2)).toEqual(['message_delta', 'message_stop']);
    const message = await stream.finalMessage();
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
    expect(message.stop_reason).toBe('end_turn');
    expect(message.usage.output_tokens).toBeGreaterThan(10);
  });

  test('a tool call is streamed as JSON fragments', async () => {
    const tools = [{ name: tool.name, description: tool.description, input_schema: tool.parameters }];
    const asked = {
      ...request,
      model: 'claude-sonnet-5',
      system: supportReply.instructions,
      tools,
      messages: [{ role: 'user' as const, content: prompt }],
    };
    const message = await untilFound(async () => {
      const final = await client.messages.stream(asked).finalMessage();
      return final.stop_reason === 'tool_use' ? final : null;
    });
    expect(message.content.at(-1)).toMatchObject({
      type: 'tool_use',
      name: 'lookup_order',
      input: { order: 'NW-123456' },
    });
  });

  test('token counting, unknown models and missing keys answer as documented', async () => {
    expect((await client.messages.countTokens(request)).input_tokens).toBeGreaterThan(1000);
    await expect(client.messages.create({ ...request, model: 'claude-0' })).rejects.toMatchObject({
      status: 404,
      requestID: expect.stringMatching(/^req_/),
      error: { error: { type: 'not_found_error', message: 'model: claude-0' } },
    });
  });
});

describe('Google', () => {
  let client: GoogleGenAI;
  let url: string;
  beforeAll(async () => {
    url = (await start(startSimulatedGoogle)).url;
    client = new GoogleGenAI({ apiKey: 'simulated', httpOptions: { baseUrl: url } });
  });

  test('a whole answer and a stream have usage that adds up, thoughts apart', async () => {
    const model = 'gemini-3.1-pro-preview';
    const config = { systemInstruction: 'x', thinkingConfig: { includeThoughts: true } };
    const whole = await client.models.generateContent({ model, contents: prompt, config });
    const usage = whole.usageMetadata!;
    expect(usage.promptTokenCount! + usage.candidatesTokenCount! + usage.thoughtsTokenCount!).toBe(
      usage.totalTokenCount,
    );
    expect(whole.text).toContain('simulated');
    let text = '';
    let last: typeof whole | undefined;
    for await (const chunk of await client.models.generateContentStream({ model, contents: prompt, config })) {
      text += chunk.text ?? '';
      last = chunk;
    }
    expect(text).toBe(whole.text);
    expect(last?.candidates?.[0]?.finishReason).toBe('STOP');
    const sums = last!.usageMetadata!;
    expect(sums.promptTokenCount! + sums.candidatesTokenCount! + sums.thoughtsTokenCount!).toBe(sums.totalTokenCount);
  });

  test('the stream has CRLF line ends and no terminal event', async () => {
    const body = JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'x' }] }] });
    const ask = (query: string) =>
      fetch(`${url}/v1beta/models/gemini-3.6-flash:streamGenerateContent${query}`, {
        method: 'POST',
        body,
        headers: { 'x-goog-api-key': 'k' },
      });
    const events = await (await ask('?alt=sse')).text();
    expect(
      events
        .split('\r\n\r\n')
        .filter((event) => event !== '')
        .every((event) => event.startsWith('data: {')),
    ).toBe(true);
    expect(events).not.toContain('[DONE]');
    expect(Array.isArray(await (await ask('')).json())).toBe(true);
  });

  test('a function call comes whole, with its signature, and finishes with STOP', async () => {
    const config = {
      systemInstruction: supportReply.instructions,
      tools: [{ functionDeclarations: [{ name: tool.name, parametersJsonSchema: tool.parameters }] }],
    };
    const response = await untilFound(async () => {
      const answer = await client.models.generateContent({ model: 'gemini-3.6-flash', contents: prompt, config });
      return answer.functionCalls?.length ? answer : null;
    });
    expect(response.functionCalls?.[0]).toMatchObject({ name: 'lookup_order', args: { order: 'NW-123456' } });
    expect(response.candidates?.[0]?.content?.parts?.[0]?.thoughtSignature).toBeTruthy();
    expect(response.candidates?.[0]?.finishReason).toBe('STOP');
  });

  test('tokens are counted and unknown models are 404', async () => {
    expect(
      (await client.models.countTokens({ model: 'gemini-3.6-flash', contents: prompt })).totalTokens,
    ).toBeGreaterThan(5);
    await expect(client.models.generateContent({ model: 'gemini-0', contents: 'x' })).rejects.toMatchObject({
      status: 404,
    });
  });
});

describe('when things go wrong', () => {
  const wild: SimulationOptions = { ...calm, severity: 60 };
  const outcomes = async (ask: (i: number) => Promise<unknown>) => {
    const seen = new Set<string>();
    for (let i = 0; i < 60; i++) {
      await ask(i).then(
        () => seen.add('ok'),
        (error: { status?: number; message: string }) => seen.add(String(error.status ?? 'broken')),
      );
    }
    return seen;
  };

  test('OpenAI limits, fails and breaks off', async () => {
    const { url } = await start(startSimulatedOpenAi, wild);
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'k', maxRetries: 0 });
    const seen = await outcomes((i) =>
      client.chat.completions
        .stream({ model: 'gpt-5.6-luna', messages: [{ role: 'user', content: `${i}` }] })
        .finalChatCompletion(),
    );
    expect([...seen]).toEqual(expect.arrayContaining(['ok', '429', '500', 'broken']));
  });

  test('Anthropic is overloaded before and in the middle of a stream', async () => {
    const { url } = await start(startSimulatedAnthropic, { ...wild, severity: 25 });
    const client = new Anthropic({ baseURL: url, apiKey: 'k', maxRetries: 0 });
    const seen = await outcomes((i) =>
      client.messages
        .stream({ model: 'claude-sonnet-5', max_tokens: 99, messages: [{ role: 'user', content: `${i}` }] })
        .finalMessage(),
    );
    expect([...seen]).toEqual(expect.arrayContaining(['ok', '429', '529', 'broken']));
  });

  test('Google is exhausted, overloaded, and blocks prompts with a 200', async () => {
    const { url } = await start(startSimulatedGoogle, { ...wild, severity: 20 });
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: url } });
    const seen = await outcomes(async (i) => {
      const answer = await client.models.generateContent({ model: 'gemini-3.6-flash', contents: `${i}` });
      if (answer.promptFeedback?.blockReason) throw new Error('blocked');
    });
    expect([...seen]).toEqual(expect.arrayContaining(['ok', '429', '503', 'broken']));
  });
});

test('the same seed gives the same answers, another one others', async () => {
  const ask = async (seed: string) => {
    const { url } = await start(startSimulatedOpenAi, { ...calm, seed, severity: 1 });
    const bodies: string[] = [];
    for (const model of ['gpt-5.6-luna', 'gpt-5.6-terra', 'gpt-5.6-luna']) {
      const body = JSON.stringify({
        model,
        stream: true,
        messages: [
          { role: 'system', content: supportReply.instructions },
          { role: 'user', content: prompt },
        ],
      });
      bodies.push(
        await (
          await fetch(`${url}/v1/chat/completions`, { method: 'POST', body, headers: { authorization: 'Bearer k' } })
        ).text(),
      );
    }
    return bodies;
  };
  const [first, again, other] = [await ask('a'), await ask('a'), await ask('b')];
  expect(again).toEqual(first);
  expect(other).not.toEqual(first);
  expect(first[0]).not.toBe(first[2]);
});

async function untilFound<Found>(look: () => Promise<Found | null | undefined>): Promise<Found> {
  for (let i = 0; i < 20; i++) {
    const found = await look();
    if (found) return found;
  }
  throw new Error('not found in 20 tries');
}
