// A target that fails before its first content is replaced, and the client sees one clean answer.
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  answer,
  answerStream,
  closeAtOnce,
  endWithoutTerminal,
  hang,
  hangAfter,
  resetAtOnce,
  resetMidChunk,
} from '../support/faulty-behaviours.ts';
import { type Behaviour, refusedUrl } from '../support/faulty-upstream.ts';
import { messagesStream, responsesStream } from '../support/wire-samples.ts';
import {
  attemptsOf,
  chain,
  chatBody,
  chatChunk,
  chatOpening,
  chatPieces,
  chatStreamOf,
  chatText,
  type FailoverHouse,
  openFailoverHouse,
  refusal,
} from './failover-house.ts';

const gone = { message: 'gone', type: 'server_error', code: null };
const overloaded = { type: 'overloaded_error', message: 'Overloaded' };

/** Before a first content: what the first provider does, and how its attempt is recorded. */
const whole: Record<string, [Behaviour, attempt: string]> = {
  'a 500': [refusal(500), 'first one 500 failed'],
  'a 502': [refusal(502), 'first one 502 failed'],
  'a 503': [refusal(503), 'first one 503 failed'],
  'a 529': [refusal(529), 'first one 529 failed'],
  'a 429': [refusal(429), 'first one 429 failed'],
  'a 401': [refusal(401), 'first one 401 failed'],
  'a 404': [refusal(404), 'first one 404 failed'],
  'a page instead of an API': [
    answer({ status: 502, pieces: ['<html>Bad gateway</html>'], headers: [['content-type', 'text/html']] }),
    'first one 502 failed',
  ],
  'an error with status 200': [answer({ pieces: [JSON.stringify({ error: gone })] }), 'first one 200 failed'],
  'a reset': [resetAtOnce(), 'first one - unreachable'],
  'a closed connection': [closeAtOnce(), 'first one - unreachable'],
  'a body that breaks off': [
    resetMidChunk([chatBody('lost').slice(0, 40)], [['content-type', 'application/json']]),
    'first one 200 truncated',
  ],
  'a head that never comes': [hang(), 'first one - unreachable'],
  'a body that never comes': [hangAfter([], [['content-type', 'application/json']]), 'first one 200 truncated'],
};
const streamed: Record<string, [Behaviour, attempt: string]> = {
  'a 500': [refusal(500), 'first one 500 failed'],
  'a reset': [resetAtOnce(), 'first one - unreachable'],
  'a head that never comes': [hang(), 'first one - unreachable'],
  'an opening and then an error': [
    answerStream([chatOpening, `data: ${JSON.stringify({ error: gone })}\n\n`]),
    'first one 200 failed',
  ],
  'an opening and then the end': [endWithoutTerminal([chatOpening]), 'first one 200 truncated'],
  'an opening and then a reset': [resetMidChunk([chatOpening]), 'first one 200 truncated'],
  'an opening and then nothing': [hangAfter([chatOpening]), 'first one 200 truncated'],
  'something that is no stream of events': [answerStream(['once upon a time\n\n']), 'first one 200 truncated'],
};
const names = (table: object, prefix: string) => Object.keys(table).map((_, place) => `${prefix}${place}`);

let at: FailoverHouse;
beforeAll(async () => {
  const impatient = { targets: undefined };
  const quick = (name: string, providers: string[]) => {
    const route = chain(name, providers) as { targets: object[] };
    return { ...route, ...impatient, targets: route.targets.map((one) => ({ ...one, timeToFirstTokenMs: 700 })) };
  };
  const nobodyAt = await refusedUrl();
  at = await openFailoverHouse({
    routes: [
      ...[...names(whole, 'whole-'), ...names(streamed, 'stream-')].map((name) => quick(name, ['one', 'two'])),
      ...['whole', 'stream'].map((kind) => chain(`nobody-${kind}`, ['nobody', 'two'])),
      ...['openai', 'responses', 'messages', 'late'].map((name) => chain(name, ['one', 'two'])),
      chain('mixed', ['one', 'claude', 'two']),
      chain('own', ['claude', 'two']),
    ],
    providers: () => ({ nobody: { dialect: 'openai', baseUrl: `${nobodyAt}/v1`, apiKey: 'k' } }),
  });
});
afterAll(() => at.close());

describe('a whole answer', () => {
  it.each(Object.entries(whole).map(([what, [behaviour, made]], place) => ({ what, behaviour, made, place })))(
    'comes from the next target after $what',
    async ({ behaviour, made, place }) => {
      at.one.respondOnce(behaviour);
      at.two.respondOnce(chatText('from two'));
      const said = await at.ask(`whole-${place}`);
      expect(said.status).toBe(200);
      expect(said.text).toBe(chatBody('from two'));
      expect(said.headers).toMatchObject({
        ...{ 'x-sightline-provider': 'two', 'x-sightline-model': `whole-${place}-2`, 'x-sightline-attempts': '2' },
      });
      const record = await said.record();
      expect(attemptsOf(record)).toEqual([made, 'failover two 200 success']);
      expect(record).toMatchObject({ outcome: 'success', provider: 'two', httpStatus: 200, errorCode: '' });
      expect(record.attempts[0]?.why).not.toBe('');
      expect(record.attempts[1]?.why).toBe(record.attempts[0]?.why);
      expect(record.decision?.kind).toBe('failover');
      expect(record.answer?.text).toBe('from two');
    },
  );

  it('comes from the next target where nobody listens', async () => {
    at.two.respondOnce(chatText('from two'));
    const said = await at.ask('nobody-whole');
    expect([said.status, said.text]).toEqual([200, chatBody('from two')]);
    expect(attemptsOf(await said.record())).toEqual(['first nobody - unreachable', 'failover two 200 success']);
  });
});

describe('a stream', () => {
  it.each(Object.entries(streamed).map(([what, [behaviour, made]], place) => ({ what, behaviour, made, place })))(
    'comes from the next target after $what',
    async ({ behaviour, made, place }) => {
      at.one.respondOnce(behaviour);
      at.two.respondOnce(chatStreamOf('from two'));
      const said = await at.ask(`stream-${place}`, { stream: true });
      expect(said.text).toBe(chatPieces('from two').join(''));
      expect(said.headers).toMatchObject({ 'x-sightline-provider': 'two', 'x-sightline-attempts': '2' });
      const record = await said.record();
      expect(attemptsOf(record)).toEqual([made, 'failover two 200 success']);
      expect(record).toMatchObject({ outcome: 'success', provider: 'two', errorCode: '' });
      expect(record.responseBytes).toBe(Buffer.byteLength(said.text));
    },
  );

  it('is asked for in plain bytes while it can still be replaced', async () => {
    at.two.respondOnce(chatStreamOf('hi'));
    await at.ask('nobody-stream', { stream: true, headers: { 'accept-encoding': 'gzip' } });
    expect(at.two.requests.at(-1)?.header('accept-encoding')).toBeUndefined();
  });

  it('ends with an error in the client’s format once its first content is out', async () => {
    at.one.respondOnce(resetMidChunk([chatOpening, chatChunk({ content: 'Hel' })]));
    const said = await at.ask('late', { stream: true });
    expect(said.text.startsWith(chatOpening + chatChunk({ content: 'Hel' }))).toBe(true);
    expect(said.text).toContain('SIGHTLINE_STREAM_TRUNCATED');
    const record = await said.record();
    expect(attemptsOf(record)).toEqual(['first one 200 truncated']);
    expect(record).toMatchObject({ outcome: 'truncated', errorCode: 'SIGHTLINE_STREAM_TRUNCATED' });
  });
});

describe('the official clients', () => {
  it('openai: sees one clean chat stream', async () => {
    const client = new OpenAI({ apiKey: 'sk-own', baseURL: `${at.house.url}/v1`, maxRetries: 0 });
    at.one.respondOnce(answerStream([chatOpening, `data: ${JSON.stringify({ error: gone })}\n\n`]));
    at.two.respondOnce(chatStreamOf('Hello'));
    const messages = [{ role: 'user' as const, content: 'hi' }];
    let text = '';
    for await (const chunk of await client.chat.completions.create({ model: 'openai', messages, stream: true }))
      text += chunk.choices[0]?.delta.content ?? '';
    expect(text).toBe('Hello');
  });

  it('openai: sees one clean responses stream', async () => {
    const client = new OpenAI({ apiKey: 'sk-own', baseURL: `${at.house.url}/v1`, maxRetries: 0 });
    const failed = {
      type: 'response.failed',
      response: { id: 'r', status: 'failed', error: gone },
      sequence_number: 1,
    };
    at.one.respondOnce(
      answerStream([responsesStream[0] as string, `event: response.failed\ndata: ${JSON.stringify(failed)}\n\n`]),
    );
    at.two.respondOnce(answerStream(responsesStream));
    const types: string[] = [];
    for await (const event of await client.responses.create({ model: 'responses', input: 'hi', stream: true }))
      types.push(event.type);
    expect(types).toEqual(['response.created', 'response.output_text.delta', 'response.completed']);
  });

  it('anthropic: sees one clean message of a provider in another format', async () => {
    const client = new Anthropic({ apiKey: 'sk-own', baseURL: at.house.url, maxRetries: 0 });
    at.claude.respondOnce(
      answerStream([
        ...messagesStream.slice(0, 3),
        `event: error\ndata: ${JSON.stringify({ type: 'error', error: overloaded })}\n\n`,
      ]),
    );
    at.two.respondOnce(chatStreamOf('Hello'));
    const messages = [{ role: 'user' as const, content: 'hi' }];
    const stream = client.messages.stream({ model: 'own', max_tokens: 9, messages });
    const message = await stream.finalMessage();
    expect(message.content).toMatchObject([{ type: 'text', text: 'Hello' }]);
    expect(message.stop_reason).toBe('end_turn');
  });
});

it('asks targets of both formats in one plan', async () => {
  at.one.respondOnce(refusal(503));
  at.claude.respondOnce(answer({ status: 529, pieces: [JSON.stringify({ type: 'error', error: overloaded })] }));
  at.two.respondOnce(chatText('third time lucky'));
  const said = await at.ask('mixed');
  expect(said.text).toBe(chatBody('third time lucky'));
  const record = await said.record();
  expect(attemptsOf(record)).toEqual([
    'first one 503 failed',
    'failover claude 529 failed',
    'failover two 200 success',
  ]);
  expect(record).toMatchObject({ provider: 'two', upstreamDialect: null });
});
