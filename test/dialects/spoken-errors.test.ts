// Errors of ours reach the official SDKs as their own exceptions, as a whole answer and in the middle of a stream.

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import { GoogleGenAI } from '@google/genai';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import type { SpokenError } from '../../proxy/dialects/dialect.ts';
import { dialects } from '../../proxy/dialects/index.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import { createTerminalWatch } from '../../proxy/observe/terminal-watch.ts';

const error: SpokenError = {
  status: 503,
  code: 'SIGHTLINE_RECORDING_FULL',
  type: 'api_error',
  message: 'The disk allowance is used up.',
  exchangeId: '0192f0c1-0000-7000-8000-000000000001',
};
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Answers every request with the same; gives its origin. */
async function answering(status: number, type: string, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status, { 'content-type': type }).end(body));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const messages = [{ role: 'user' as const, content: 'hi' }];
const openai = (origin: string) => new OpenAI({ baseURL: `${origin}/v1`, apiKey: 'k', maxRetries: 0 });
const asks: Record<string, (origin: string, stream: boolean) => Promise<unknown>> = {
  'openai-chat': async (origin, stream) => {
    const answer = await openai(origin).chat.completions.create({ model: 'm', messages, stream });
    return stream ? drain(answer) : answer;
  },
  'openai-responses': async (origin, stream) => {
    const answer = await openai(origin).responses.create({ model: 'm', input: 'hi', stream });
    return stream ? drain(answer) : answer;
  },
  'anthropic-messages': async (origin, stream) => {
    const client = new Anthropic({ baseURL: origin, apiKey: 'k', maxRetries: 0 });
    const answer = await client.messages.create({ model: 'm', max_tokens: 9, messages, stream });
    return stream ? drain(answer) : answer;
  },
  gemini: async (origin, stream) => {
    const client = new GoogleGenAI({ apiKey: 'k', httpOptions: { baseUrl: origin } });
    const question = { model: 'm', contents: 'hi' };
    return stream
      ? drain(await client.models.generateContentStream(question))
      : client.models.generateContent(question);
  },
};

async function drain(answer: unknown): Promise<void> {
  for await (const _ of answer as AsyncIterable<unknown>);
}

describe.each(Object.keys(asks) as DialectName[])('an error of ours in %s', (name) => {
  const ask = asks[name] as (origin: string, stream: boolean) => Promise<unknown>;

  test('is thrown with its status and message', async () => {
    const origin = await answering(503, 'application/json', dialects[name].errorBody(error));
    const thrown = await ask(origin, false).catch((reason: unknown) => reason as { status: number; message: string });
    expect(thrown).toBeInstanceOf(Error);
    expect(thrown).toMatchObject({ status: 503, message: expect.stringContaining(error.message) });
  });

  test('is thrown in the middle of a stream', async () => {
    const origin = await answering(200, 'text/event-stream', `: begun\n\n${dialects[name].errorEvent(error)}`);
    await expect(ask(origin, true)).rejects.toThrow(error.message);
  });
});

describe.each(Object.values(dialects))('an error of ours in $name', (dialect) => {
  test('is read back by the dialect itself, and never taken for an end', () => {
    const event = dialect.errorEvent(error);
    const events = new SseReader().push(Buffer.from(event));
    expect(events).toHaveLength(1);
    const reader = dialect.reader(dialect.name === 'gemini' ? 'generate_content' : 'chat');
    reader.event(events[0] as (typeof events)[0]);
    expect(reader.reading().error?.message).toBe(error.message);
    const watch = createTerminalWatch(dialect.name);
    watch.push(Buffer.from(event));
    expect(watch).toMatchObject({ sawError: true, atEventBoundary: true });
    const whole = dialect.reader('chat');
    whole.whole(JSON.parse(dialect.errorBody(error)));
    expect(whole.reading().error?.message).toBe(error.message);
  });

  test('carries the id of the exchange', () => {
    expect(dialect.errorBody(error)).toContain(error.exchangeId);
  });
});
