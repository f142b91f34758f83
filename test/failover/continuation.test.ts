// A route that wants it has another model go on with words that broke off in the client's sight: one answer, both attempts.
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answerStream,
  closeMidStream,
  endWithoutTerminal,
  hangAfter,
  resetMidChunk,
} from '../support/faulty-behaviours.ts';
import type { Behaviour } from '../support/faulty-upstream.ts';
import { messagesStream } from '../support/wire-samples.ts';
import {
  attemptsOf,
  chain,
  chatChunk,
  chatOpening,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

const began = [chatOpening, chatChunk({ content: 'Once upon ' })];
const errorOf = (type: string, code: string | null = null): string =>
  `data: ${JSON.stringify({ error: { message: 'gone', type, code } })}\n\n`;
const usageChunk = (prompt: number, completion: number): string =>
  `data: ${JSON.stringify({
    ...{ id: 'chatcmpl-2', object: 'chat.completion.chunk', created: 1, model: 'other', choices: [] },
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  })}\n\n`;
const otherChunks = (text: string, ...more: string[]): string[] =>
  [chatOpening, chatChunk({ content: text }), chatChunk({}, 'stop'), ...more, 'data: [DONE]\n\n'].map((event) =>
    event.replaceAll('chatcmpl-1', 'chatcmpl-2'),
  );

/** After a first content: what the first provider does, and how its attempt is recorded. */
const broken: Record<string, [Behaviour, attempt: string]> = {
  'a reset in the middle of an event': [resetMidChunk([...began, 'data: {"torn']), 'first one 200 truncated'],
  'a connection that closes': [closeMidStream(began), 'first one 200 truncated'],
  'an end without a finish': [endWithoutTerminal(began), 'first one 200 truncated'],
  'a server error inside the stream': [answerStream([...began, errorOf('server_error')]), 'first one 200 failed'],
  'an error and a connection that stays open': [hangAfter([...began, errorOf('server_error')]), 'first one 200 failed'],
  silence: [hangAfter(began), 'first one 200 truncated'],
};
const events = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('data: {'))
    .map((line) => JSON.parse(line.slice(6)));
const chatWords = (text: string): string =>
  events(text)
    .flatMap((chunk) => (chunk.choices as { delta: { content?: string } }[] | undefined) ?? [])
    .map(({ delta }) => delta.content ?? '')
    .join('');

let at: FailoverHouse;
beforeAll(async () => {
  const wanted = { continuation: true };
  const names = Object.keys(broken).map((_, place) => `broken-${place}`);
  at = await openFailoverHouse({
    routes: [
      ...[
        ...names,
        'sum',
        'sdk',
        'tools',
        'called',
        'refused',
        'thoughts',
        'plain',
        'filter',
        'thrice',
        'nobody',
        'gone',
        'whole',
      ].map((name) => chain(name, ['one', 'two', 'claude'], name === 'plain' ? {} : wanted)),
      chain('mixed', ['one', 'claude'], wanted),
      chain('claudes', ['claude', 'two'], wanted),
      chain('over', ['claude', 'two'], wanted),
      chain('alone', ['one'], wanted),
      chain('musing', ['one', 'two'], wanted),
    ],
    configuration: { proxy: { idleTimeoutMs: 400 } },
  });
});
afterAll(() => at.close());

describe('words that break off', () => {
  it.each(Object.entries(broken).map(([what, [behaviour, made]], place) => ({ what, behaviour, made, place })))(
    'are gone on with after $what',
    async ({ behaviour, made, place }) => {
      at.one.respondOnce(behaviour);
      at.two.respondOnce(answerStream(otherChunks('a time.')));
      const said = await at.ask(`broken-${place}`, { stream: true });
      expect(chatWords(said.text)).toBe('Once upon a time.');
      expect(said.text).not.toContain('error');
      expect(said.text).not.toContain('torn');
      expect(said.text.match(/"finish_reason":"/g)).toHaveLength(1);
      expect(said.text.match(/"role":"assistant"/g)).toHaveLength(1);
      expect(said.text.endsWith('data: [DONE]\n\n')).toBe(true);
      expect(new Set(events(said.text).map(({ id, model }) => `${id} ${model}`))).toEqual(new Set(['chatcmpl-1 m']));
      const record = await said.record();
      expect(attemptsOf(record)).toEqual([made, 'continuation two 200 success']);
      expect(record).toMatchObject({ outcome: 'success', provider: 'one', errorCode: '', httpStatus: 200 });
      expect(record.attempts[1]?.why).toContain('after 10 characters');
      expect(record.notes).toEqual([expect.stringContaining(`two/broken-${place}-2 went on with the answer`)]);
    },
  );
});

describe('whoever goes on', () => {
  it('is asked with the conversation, the words so far, and to go on', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.two.respondOnce(answerStream(otherChunks('a time.')));
    await at.ask('sum', { stream: true });
    const asked = JSON.parse(at.two.requests.at(-1)!.body.toString());
    expect(asked.model).toBe('sum-2');
    expect(asked.messages.slice(0, 2)).toEqual([
      { role: 'user', content: 'Say hi' },
      { role: 'assistant', content: 'Once upon ' },
    ]);
    expect(asked.messages[2]).toMatchObject({
      role: 'user',
      content: expect.stringContaining('exactly where it stopped'),
    });
  });

  it('adds what it used to what was used before, and each attempt keeps its own', async () => {
    at.one.respondOnce(closeMidStream([...began, usageChunk(9, 2)]));
    at.two.respondOnce(answerStream(otherChunks('a time.', usageChunk(20, 5))));
    const said = await at.ask('sum', { stream: true, body: { stream_options: { include_usage: true } } });
    const usages = events(said.text).flatMap(({ usage }) => (usage ? [usage] : []));
    expect(usages.at(-1)).toMatchObject({ prompt_tokens: 29, completion_tokens: 7, total_tokens: 36 });
    const { attempts, usage } = await said.record();
    expect(attempts.map(({ inputTokens }) => inputTokens)).toEqual([9, 20]);
    expect(attempts[1]?.outputTokens).toBe(5);
    expect(usage.inputUncached).toBe(9);
  });

  it('keeps its thoughts to itself', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.two.respondOnce(answerStream([chatOpening, chatChunk({ reasoning_content: 'Hm' }), ...otherChunks('a time.')]));
    const said = await at.ask('musing', { stream: true });
    expect(chatWords(said.text)).toBe('Once upon a time.');
    expect(said.text).not.toContain('Hm');
  });

  it('may speak another format than the one it goes on for', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.claude.respondOnce(answerStream(messagesStream));
    const said = await at.ask('mixed', { stream: true });
    expect(chatWords(said.text)).toBe('Once upon Hello');
    expect(attemptsOf(await said.record())).toEqual(['first one 200 truncated', 'continuation claude 200 success']);
  });

  it('goes on for one that was translated already', async () => {
    at.claude.respondOnce(closeMidStream(messagesStream.slice(0, 4)));
    at.two.respondOnce(answerStream(otherChunks(' again')));
    const said = await at.ask('claudes', { stream: true });
    expect(chatWords(said.text)).toBe('Hello again');
    expect(said.text.match(/"role":"assistant"/g)).toHaveLength(1);
    expect(new Set(events(said.text).map(({ id }) => id)).size).toBe(1);
    expect(attemptsOf(await said.record())).toEqual(['first claude 200 truncated', 'continuation two 200 success']);
  });

  it('goes on in an Anthropic stream within its block', async () => {
    const overloaded = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failing = `event: error\ndata: ${JSON.stringify(overloaded)}\n\n`;
    at.claude.respondOnce(answerStream([...messagesStream.slice(0, 4), failing]));
    at.two.respondOnce(answerStream(otherChunks(' again', usageChunk(20, 5))));
    const said = await at.ask('over', { stream: true, path: '/v1/messages', body: { max_tokens: 50 } });
    const types = events(said.text).map(({ type }) => type);
    expect(types).toEqual([
      ...['message_start', 'content_block_start', 'ping', 'content_block_delta', 'content_block_delta'],
      ...['content_block_stop', 'message_delta', 'message_stop'],
    ]);
    const deltas = events(said.text).filter(({ type }) => type === 'content_block_delta');
    expect(deltas).toMatchObject([
      { index: 0, delta: { text: 'Hello' } },
      { index: 0, delta: { text: ' again' } },
    ]);
    expect(events(said.text).at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 6 } });
    expect(await said.record()).toMatchObject({ outcome: 'success', errorMessage: '' });
  });

  it('may break off, too, and a third goes on', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.two.respondOnce(closeMidStream(otherChunks('a time ').slice(0, 2)));
    at.claude.respondOnce(answerStream(messagesStream));
    const said = await at.ask('thrice', { stream: true });
    expect(chatWords(said.text)).toBe('Once upon a time Hello');
    const record = await said.record();
    expect(attemptsOf(record)).toEqual([
      ...['first one 200 truncated', 'continuation two 200 truncated', 'continuation claude 200 success'],
    ]);
    expect(record.notes).toHaveLength(2);
  });

  it('is one answer to an SDK', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.two.respondOnce(answerStream(otherChunks('a time.')));
    const client = new OpenAI({ baseURL: `${at.house.url}/v1`, apiKey: 'unused', maxRetries: 0 });
    const stream = client.chat.completions.stream({ model: 'sdk', messages: [{ role: 'user', content: 'Say hi' }] });
    const { choices } = await stream.finalChatCompletion();
    expect(choices).toMatchObject([{ message: { content: 'Once upon a time.' }, finish_reason: 'stop' }]);
  });
});

describe('nobody goes on', () => {
  const call = {
    tool_calls: [{ index: 0, id: 'call_1', type: 'function', function: { name: 'f', arguments: '{"a' } }],
  };
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  const cases: Record<string, { model: string; behaviour: Behaviour; body?: object; path?: string }> = {
    'where the route does not ask for it': { model: 'plain', behaviour: closeMidStream(began) },
    'where the request has tools': { model: 'tools', behaviour: closeMidStream(began), body: { tools } },
    'with a call of a tool': { model: 'called', behaviour: closeMidStream([...began, chatChunk(call)]) },
    'with thoughts alone': {
      model: 'thoughts',
      behaviour: closeMidStream([chatOpening, chatChunk({ reasoning_content: 'Hm' })]),
    },
    'with a refusal': { model: 'refused', behaviour: closeMidStream([...began, chatChunk({ refusal: 'No' })]) },
    'after an error that others would give, too': {
      model: 'filter',
      behaviour: answerStream([...began, errorOf('invalid_request_error', 'content_filter')]),
    },
    'where nobody else is in the plan': { model: 'alone', behaviour: closeMidStream(began) },
  };

  it.each(Object.entries(cases).map(([what, one]) => ({ what, ...one })))(
    '$what',
    async ({ model, behaviour, body }) => {
      at.one.respondOnce(behaviour);
      const said = await at.ask(model, { stream: true, body });
      expect(said.text).toContain('"error"');
      const record = await said.record();
      expect(record.attempts).toHaveLength(1);
      expect(record.outcome).not.toBe('success');
    },
  );

  it('where all others refuse: the client is told what broke', async () => {
    at.one.respondOnce(closeMidStream([...began, 'data: {"torn']));
    at.two.respondOnce(refusal(500));
    at.claude.respondOnce(refusal(529));
    const said = await at.ask('nobody', { stream: true });
    expect(chatWords(said.text.replace('data: {"torn\n', ''))).toBe('Once upon ');
    expect(said.text).toContain('SIGHTLINE_STREAM_TRUNCATED');
    const record = await said.record();
    expect(attemptsOf(record)).toEqual([
      ...['first one 200 truncated', 'continuation two 500 failed', 'continuation claude 529 failed'],
    ]);
    expect(record).toMatchObject({ outcome: 'truncated', errorCode: 'SIGHTLINE_STREAM_TRUNCATED', notes: [] });
  });

  it('where an answer of one body breaks: another one is made', async () => {
    at.one.respondOnce(closeMidStream(['{"id":'], [['content-type', 'application/json']]));
    at.two.respondOnce(refusal(400));
    const said = await at.ask('whole');
    expect(attemptsOf(await said.record())).toEqual(['first one 200 truncated', 'failover two 400 failed']);
  });

  it('where the client goes away meanwhile', async () => {
    at.one.respondOnce(closeMidStream(began));
    at.two.respondOnce(hangAfter([chatOpening]));
    const leaving = new AbortController();
    const asked = at.two.request(at.two.requests.length + 1);
    const said = at.ask('gone', { stream: true, signal: leaving.signal });
    const { gone } = await asked;
    leaving.abort();
    await expect(said).rejects.toThrow();
    await gone;
    expect(at.two.requests.at(-1)?.closed?.by).toBe('client');
  });
});
