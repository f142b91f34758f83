// Answers of the chat format: read from all who speak it, written as OpenAI itself would.
import fc from 'fast-check';
import OpenAI from 'openai';
import { describe, expect, it } from 'vitest';
import { assembledReader } from '../../proxy/dialects/neutral/assembled-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { emptyRequest } from '../../proxy/dialects/neutral/request.ts';
import { ChatAnswerWriter } from '../../proxy/dialects/openai-chat/answer-writer.ts';
import { ChatEventReader } from '../../proxy/dialects/openai-chat/event-reader.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { answerEvents } from './answer-events.ts';
import { openaiSchemaJudge } from './openai-schema.ts';

const newWriter = ({ wantsUsage = true, cost = null as number | null } = {}) =>
  new ChatAnswerWriter({
    ...{ exchangeId: '0192-ab', created: 1_700_000_000, model: 'asked' },
    request: { ...emptyRequest(), stream: true, wantsUsage },
    costOf: () => cost,
  });
const streamed = (events: readonly NeutralEvent[], writer = newWriter()) =>
  events.map((event) => writer.event(event)).join('') + writer.end();
const whole = (events: readonly NeutralEvent[], writer = newWriter()) => {
  for (const event of events) writer.event(event);
  return writer.whole();
};
const eventsIn = (text: string) => {
  const reader = new SseReader();
  return [...reader.push(Buffer.from(text)), ...reader.end()];
};
const chunksIn = (text: string) =>
  eventsIn(text)
    .filter(({ data }) => data !== '[DONE]')
    .map(({ data }) => JSON.parse(data));
const readStream = (text: string) => {
  const reader = assembledReader(new ChatEventReader());
  for (const event of eventsIn(text)) reader.event(event);
  return reader.reading();
};
const read = (...chunks: unknown[]): NeutralEvent[] => {
  const reader = new ChatEventReader();
  return [...chunks.flatMap((chunk) => reader.event({ name: '', data: JSON.stringify(chunk) })), ...reader.end()];
};
const said = (events: readonly NeutralEvent[]) => {
  const reader = assembledReader({ event: () => events, whole: () => events, end: () => [] });
  reader.whole({});
  return reader.reading();
};
const delta = (message: object, more = {}) => ({
  id: 'c',
  model: 'm',
  choices: [{ index: 0, delta: message, ...more }],
});

describe('an answer written in chunks', () => {
  it('is put together by OpenAI’s own client as the whole answer says it', async () => {
    await fc.assert(
      fc.asyncProperty(answerEvents(), async (events) => {
        const bytes = streamed(events);
        const client = new OpenAI({
          apiKey: 'none',
          fetch: async () => new Response(bytes, { headers: { 'content-type': 'text/event-stream' } }),
        });
        const stream = client.chat.completions.stream({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] });
        const [choice] = (await stream.finalChatCompletion()).choices;
        const [expected] = whole(events).choices as { message: Record<string, unknown>; finish_reason: string }[];
        expect(choice?.finish_reason).toBe(expected?.finish_reason);
        expect(choice?.message.content || null).toBe(expected?.message.content || null);
        const calls = (choice?.message.tool_calls ?? []).map((call) => call.type === 'function' && call.function);
        const made = (expected?.message.tool_calls ?? []) as { function: object }[];
        expect(calls).toMatchObject(made.map((call) => call.function));
      }),
      { numRuns: 40 },
    );
  });

  const judge = openaiSchemaJudge();
  it.skipIf(judge === null)('agrees with OpenAI’s published description, chunk by chunk and whole', () => {
    fc.assert(
      fc.property(answerEvents(), (events) => {
        for (const chunk of chunksIn(streamed(events))) {
          expect(judge?.('CreateChatCompletionStreamResponse', chunk)).toEqual([]);
        }
        expect(judge?.('CreateChatCompletionResponse', whole(events))).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  it('begins with the role, ends once, counts in a chunk of its own, and closes', () => {
    const text = streamed(
      [
        { type: 'start', id: 'x', model: 'y' },
        { type: 'text', choice: 0, text: 'Hello' },
        { type: 'finish', choice: 0, finish: { unified: 'stop', raw: 'END_TURN' }, stopSequence: '' },
        { type: 'usage', usage: { ...said([]).usage, inputUncached: 3, outputText: 4 }, reportedCost: null },
      ],
      newWriter({ cost: 0.5 }),
    );
    expect(text.endsWith('\n\ndata: [DONE]\n\n')).toBe(true);
    const chunks = chunksIn(text);
    expect(chunks.map(({ choices }) => choices[0]?.delta ?? null)).toEqual([
      { role: 'assistant', content: '', refusal: null },
      { content: 'Hello' },
      {},
      null,
    ]);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, 'stop', undefined]);
    expect(chunks.map(({ usage }) => usage)).toEqual([
      null,
      null,
      null,
      {
        ...{ prompt_tokens: 3, completion_tokens: 4, total_tokens: 7, cost: 0.5 },
      },
    ]);
  });

  it('says nothing of usage to a client that did not ask, and nothing made up to one that did', () => {
    const counted: NeutralEvent = {
      type: 'usage',
      usage: { ...said([]).usage, inputUncached: 3, outputText: 4 },
      reportedCost: null,
    };
    expect(streamed([{ type: 'text', choice: 0, text: 'a' }, counted], newWriter({ wantsUsage: false }))).not.toContain(
      'usage',
    );
    expect(streamed([{ type: 'text', choice: 0, text: 'a' }])).not.toContain('prompt_tokens');
    expect(whole([{ type: 'text', choice: 0, text: 'a' }])).not.toHaveProperty('usage');
  });

  it('gives a call without arguments an empty object, and a stop with calls the word that clients wait for', () => {
    const events: NeutralEvent[] = [
      {
        type: 'tool-call',
        choice: 0,
        call: 0,
        id: 'c',
        name: 'f',
        seal: { origin: 'gemini', kind: 'signature', value: 's', id: '' },
      },
      { type: 'finish', choice: 0, finish: { unified: 'stop', raw: 'STOP' }, stopSequence: '' },
    ];
    expect(readStream(streamed(events)).answer?.toolCalls).toEqual([{ id: 'c', name: 'f', arguments: '{}' }]);
    const [choice] = whole(events).choices as Record<string, unknown>[];
    const extra_content = { google: { thought_signature: 's' } };
    expect(choice).toMatchObject({
      finish_reason: 'tool_calls',
      message: { content: null, tool_calls: [{ extra_content }] },
    });
  });

  it('has ids and the model asked for where the provider names none, and a choice where it says nothing', () => {
    expect(whole([])).toMatchObject({
      ...{ id: 'chatcmpl-0192ab', model: 'asked', object: 'chat.completion', created: 1_700_000_000 },
      choices: [{ index: 0, message: { role: 'assistant', content: '' }, finish_reason: 'stop' }],
    });
  });
});

describe('the reader of chunks', () => {
  it('starts once, before the first content, and not with Azure’s empty first chunk', () => {
    const events = read(
      { choices: [], id: '', model: '', created: 0 },
      delta({ role: 'assistant', content: '' }),
      delta({ content: 'a' }),
    );
    expect(events.map(({ type }) => type)).toEqual(['start', 'text']);
    expect(read({ choices: [{ delta: { content: 'a' } }] }).map(({ type }) => type)).toEqual(['start', 'text']);
  });

  it('opens a call when its name and id are known, and numbers calls from 0', () => {
    const call = (fields: object) => delta({ tool_calls: [fields] });
    const events = read(
      call({ index: 3, id: 'a' }),
      call({ index: 3, function: { name: 'f', arguments: '' } }),
      call({ index: 3, id: '', function: { name: '', arguments: '{}' } }),
      call({ function: { name: 'g', arguments: '{"x":1}' }, id: 'b' }),
    );
    expect(events.slice(1)).toMatchObject([
      { type: 'tool-call', call: 0, id: 'a', name: 'f' },
      { type: 'tool-arguments', call: 0, text: '{}' },
      { type: 'tool-call', call: 1, id: 'b', name: 'g' },
      { type: 'tool-arguments', call: 1, text: '{"x":1}' },
    ]);
  });

  it('puts OpenRouter’s details together and seals the thought with them, once', () => {
    const piece = (fields: object) => ({ reasoning_details: [{ type: 'reasoning.text', index: 0, ...fields }] });
    const events = read(
      delta({ reasoning: 'a', ...piece({ text: 'a' }) }),
      delta({ reasoning: 'b', ...piece({ text: 'b' }) }),
      delta(piece({ signature: 's' })),
      delta({ content: 'so' }, { finish_reason: 'stop' }),
      delta({}, { finish_reason: 'stop' }),
    );
    const seals = events.filter((event) => event.type === 'reasoning-seal');
    expect(seals.map(({ seal }) => JSON.parse(seal.value))).toEqual([
      [{ type: 'reasoning.text', index: 0, text: 'ab', signature: 's' }],
    ]);
    expect(JSON.parse(JSON.stringify(whole(events).choices))).toMatchObject([
      { message: { content: 'so', reasoning_content: 'ab', reasoning_details: [{ text: 'ab', signature: 's' }] } },
    ]);
  });

  it('reads Google’s signature on a call, and which stop sequence it was', () => {
    const extra_content = { google: { thought_signature: 'sig' } };
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' }, extra_content };
    const events = read(delta({ tool_calls: [call] }, { finish_reason: 'stop', stop_reason: 'END' }));
    expect(events).toMatchObject([
      {},
      { type: 'tool-call', seal: { origin: 'gemini', kind: 'signature', value: 'sig' } },
      {},
      { type: 'finish', stopSequence: 'END' },
    ]);
  });

  it('reports errors in a chunk, in a body, and under their own event name', () => {
    expect(read({ id: 'x', error: { code: 429, message: 'slow down' }, choices: [] })).toMatchObject([
      { type: 'error', error: { class: 'rate_limit', message: 'slow down' } },
    ]);
    const reader = new ChatEventReader();
    expect(reader.event({ name: 'error', data: '{"text":"odd"}' })).toMatchObject([{ type: 'error' }]);
    expect(reader.whole({ object: 'error', message: 'no', type: 'invalid_request_error' })).toMatchObject([
      { type: 'error', error: { class: 'invalid', message: 'no' } },
    ]);
  });

  it('takes anything at all without a throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (value, other) => {
        read(value, { choices: [{ delta: value, message: other }] }, { choices: [{ delta: { tool_calls: [value] } }] });
        new ChatEventReader().whole(value);
      }),
    );
  });
});

const files = (recordedFiles() ?? []).filter((file) => file.endsWith('-chat'));
it.skipIf(files.length === 0)('a recorded answer says the same after translation, streamed or whole', () => {
  let count = 0;
  for (const { id, request, response } of files.flatMap(readRecordings)) {
    if (response.status >= 400 || !request.path.includes('chat/completions')) continue;
    const text = response.bytes.toString();
    const isStream = response.contentType.includes('event-stream');
    const reader = new ChatEventReader();
    const events = isStream
      ? eventsIn(text).flatMap((event) => reader.event(event))
      : [...reader.whole(JSON.parse(text))];
    events.push(...reader.end());
    if (events.some(({ type }) => type === 'error')) continue;
    const expected = said(events);
    const written = { stream: readStream(streamed(events)), whole: said(new ChatEventReader().whole(whole(events))) };
    for (const reading of Object.values(written)) {
      expect(reading.answer?.text, id).toBe(expected.answer?.text ?? '');
      expect(reading.answer?.reasoning, id).toBe(expected.answer?.reasoning ?? '');
      expect(reading.answer?.toolCalls, id).toEqual(
        (expected.answer?.toolCalls ?? []).map((call) => ({ ...call, arguments: call.arguments || '{}' })),
      );
      expect(reading.responseId, id).toBe(expected.responseId || 'chatcmpl-0192ab');
      const { raw: _raw, ...counts } = expected.usage;
      if (counts.total !== null) expect(reading.usage.total, id).toBe(counts.total);
    }
    count++;
  }
  expect(count).toBeGreaterThan(250);
});
