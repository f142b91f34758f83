// Answers written for clients of Anthropic's /v1/messages, as a stream and whole; and errors.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { anthropicMessages } from '../../proxy/dialects/anthropic-messages/anthropic-messages.ts';
import type { ErrorClass } from '../../proxy/dialects/neutral/error.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { neutralError } from '../../proxy/dialects/neutral/read-error.ts';
import {
  call,
  dataOf,
  finish,
  piece,
  read,
  readWhole,
  seal,
  split,
  start,
  streamOf,
  text,
  thought,
  usage,
  wholeOf,
  withoutRaw,
  writer,
} from './anthropic-answers.ts';
import { orderProblems } from './rules/anthropic-stream.ts';

const everything = [
  ...[start, thought(0, 'Let me '), thought(0, 'see.'), seal(0, 'signature', 'sig'), seal(1, 'redacted', 'xyz')],
  ...[
    text('Grüße'),
    text(' 👋'),
    call(0),
    piece(0, '{"a":'),
    call(1),
    piece(1, '{"b"'),
    piece(0, '"}"}'),
    piece(1, ':2}'),
  ],
  ...[call(2), finish('stop'), usage],
];

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A client of the official SDK whose server answers everything with this. */
async function clientOf(type: string, body: string): Promise<Anthropic> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': type }).end(body));
  });
  servers.push(server);
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  const baseURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return new Anthropic({ baseURL, apiKey: 'k', maxRetries: 0 });
}

describe('an answer written for Anthropic clients', () => {
  const question = { model: 'm', max_tokens: 9, messages: [{ role: 'user' as const, content: 'Hi' }] };
  const content = [
    { type: 'thinking', thinking: 'Let me see.', signature: 'sig' },
    { type: 'redacted_thinking', data: 'xyz' },
    { type: 'text', text: 'Grüße 👋', citations: null },
    { type: 'tool_use', id: 'id0', name: 'add', input: { a: '}' }, caller: { type: 'direct' } },
    { type: 'tool_use', id: 'id1', name: 'add', input: { b: 2 }, caller: { type: 'direct' } },
    { type: 'tool_use', id: 'id2', name: 'add', input: {}, caller: { type: 'direct' } },
  ];

  it('is understood by the official SDK as a stream', async () => {
    const client = await clientOf('text/event-stream', streamOf(everything));
    const message = await client.messages.stream(question).finalMessage();
    expect(message).toMatchObject({
      id: 'chatcmpl-1',
      model: 'gpt',
      role: 'assistant',
      stop_reason: 'tool_use',
      content,
    });
    expect(message.content).toEqual(content);
    expect(message.usage).toMatchObject({ input_tokens: 5, cache_read_input_tokens: 7, output_tokens: 4 });
    expect(message.usage.cache_creation_input_tokens).toBe(2);
  });

  it('is understood by the official SDK as a whole', async () => {
    const client = await clientOf('application/json', JSON.stringify(wholeOf(everything)));
    const message = await client.messages.create(question);
    expect(message.content).toEqual(content);
    expect(message.usage).toMatchObject({
      ...{ input_tokens: 5, output_tokens: 4, cost: 0.25, output_tokens_details: { thinking_tokens: 1 } },
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 2 },
    });
  });

  it('holds one block at a time, however the calls interleave, and passes on at once what may go', () => {
    const made = writer();
    const sent = everything.map((event) =>
      dataOf(made.event(event)).map((data) => data.type.replace('content_block_', '')),
    );
    expect(sent.slice(0, 3)).toEqual([[], ['message_start', 'start', 'delta'], ['delta']]);
    expect(sent.slice(7, 13)).toEqual([
      ['stop', 'start'],
      ['delta'],
      [],
      [],
      ['delta', 'stop', 'start', 'delta'],
      ['delta'],
    ]);
    expect(orderProblems(dataOf(streamOf(everything)))).toEqual([]);
  });

  it('says the same as a stream and as a whole, for any answer, and in an order that Anthropic would use', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    const said = fc.oneof(
      words.map(text),
      fc.tuple(fc.nat(2), words).map(([block, more]) => thought(block, more)),
      fc.tuple(fc.nat(2), words).map(([block, value]) => seal(block, 'redacted', value)),
      fc.nat(3).map((index) => piece(index, '')),
    );
    fc.assert(
      fc.property(fc.array(said, { maxLength: 20 }), fc.infiniteStream(fc.nat(3)), (events, chosen) => {
        const all = [start, ...woven(events, chosen), finish('stop'), usage];
        const stream = streamOf(all);
        expect(orderProblems(dataOf(stream))).toEqual([]);
        expect(split(stream).every((event) => event.name === JSON.parse(event.data).type)).toBe(true);
        expect(withoutRaw(read(split(stream)))).toEqual(withoutRaw(readWhole(wholeOf(all))));
      }),
    );
  });

  it.each([
    [[finish('stop')], 'end_turn', null],
    [[finish('stop', 'stop', 'END')], 'stop_sequence', 'END'],
    [[finish('length', 'MAX_TOKENS')], 'max_tokens', null],
    [[finish('length', 'model_context_window_exceeded')], 'model_context_window_exceeded', null],
    [[finish('content_filter')], 'refusal', null],
    [[finish('stop', 'pause_turn')], 'pause_turn', null],
    [[{ type: 'refusal', choice: 0, text: 'No.' } as const, finish('stop')], 'refusal', null],
    [[], 'end_turn', null],
  ])('stops in Anthropic’s words: %j', (events, reason, sequence) => {
    expect(wholeOf(events)).toMatchObject({ stop_reason: reason, stop_sequence: sequence });
    expect(dataOf(streamOf(events)).at(-2).delta).toMatchObject({ stop_reason: reason, stop_sequence: sequence });
  });

  it('makes up an id, keeps to the first choice, ignores seals of others and says 0 where numbers must stand', () => {
    const foreign: NeutralEvent = {
      ...{ type: 'reasoning-seal', choice: 0, block: 0 },
      seal: { origin: 'openai', kind: 'encrypted', value: 'x', id: 'y' },
    };
    const message = wholeOf([foreign, { type: 'text', choice: 1, text: 'other' }, text('one')]);
    expect(message).toMatchObject({ id: 'msg_0192f0c1000070008000000000000001', model: 'asked-model' });
    expect(message.content).toHaveLength(1);
    expect(message.usage).toMatchObject({ input_tokens: 0, output_tokens: 0, cache_read_input_tokens: null });
  });

  it('wraps arguments that are no object, so that the input is one', () => {
    const [block] = wholeOf([call(0), piece(0, '{"a":')]).content;
    expect(block.input).toEqual({ INVALID_JSON: '{"a":' });
  });
});

describe('an error for Anthropic clients', () => {
  it.each([
    ['rate_limit', 'rate_limit_error'],
    ['overloaded', 'overloaded_error'],
    ['quota', 'billing_error'],
    ['context_length', 'invalid_request_error'],
    ['too_large', 'request_too_large'],
    ['timeout', 'timeout_error'],
    ['server', 'api_error'],
  ] as [ErrorClass, string][])('of class %s is a %s, with the provider’s own words', (kind, type) => {
    const raw = { error: { message: 'Slow down, please', type: 'tokens', code: 'x' } };
    const provider = { ...neutralError(raw, 429), class: kind };
    const ours = { status: 500, code: 'SIGHTLINE_UPSTREAM', type: 'api_error', message: 'It failed.', exchangeId: 'e' };
    expect(JSON.parse(anthropicMessages.errorBody({ ...ours, provider }))).toEqual({
      type: 'error',
      error: { type, message: 'Slow down, please', details: { error_code: 'SIGHTLINE_UPSTREAM', provider_error: raw } },
      request_id: 'e',
    });
  });
});

/** Calls among the other events, begun in order and told in pieces that interleave as the stream of numbers says. */
function woven(events: NeutralEvent[], chosen: Iterator<number>): NeutralEvent[] {
  const begun = new Map<number, string[]>();
  const told = events.flatMap((event): NeutralEvent[] => {
    if (event.type !== 'tool-arguments') return [event];
    if (begun.size < 3 && chosen.next().value === 0) {
      const index = begun.size;
      begun.set(index, [`{"${index}`, '":"}{', `${index}"`, '}']);
      return [call(index)];
    }
    const index = (chosen.next().value ?? 0) % Math.max(1, begun.size);
    const next = begun.get(index)?.shift();
    return next === undefined ? [] : [piece(index, next)];
  });
  const rest = [...begun].flatMap(([index, pieces]) => pieces.map((json) => piece(index, json)));
  return [...told, ...rest];
}
