// Answers of providers that speak /responses are read once, however often a stream repeats them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { ResponsesEventReader } from '../../proxy/dialects/openai-responses/event-reader.ts';
import { openaiResponses } from '../../proxy/dialects/openai-responses/openai-responses.ts';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import { comparable, eventsOf, readingOf, written } from './responses-answers.ts';

describe('an answer read from /responses', () => {
  const files = (recordedFiles() ?? []).filter((file) => file.endsWith('-responses'));
  const data = (value: unknown): StreamEvent => ({ name: '', data: JSON.stringify(value) });

  it.skipIf(files.length === 0)('is the same after it was written and read again, for every recorded one', () => {
    for (const recording of files.flatMap(readRecordings)) {
      if (recording.response.status >= 400) continue;
      const events = recording.stream
        ? eventsOf(new SseReader().push(recording.response.bytes))
        : new ResponsesEventReader().whole(JSON.parse(recording.response.bytes.toString()));
      if (events.some(({ type }) => type === 'error')) continue;
      const { stream } = written(events);
      const expected = comparable(readingOf(events));
      // Where the schema wants a number, unknown is written as 0.
      for (const name of ['inputCacheRead', 'inputCacheWrite5m', 'outputReasoning'] as const) {
        if (expected.counts.total !== null) expected.counts[name] ??= 0;
      }
      // Calls without arguments get an empty object.
      for (const call of expected.answer?.toolCalls ?? []) call.arguments ||= '{}';
      // A background response that is still queued has no finish; written, it is complete.
      expected.finish ??= 'stop';
      expect(comparable(readingOf(eventsOf(stream))), recording.id).toEqual(expected);
    }
  });

  const reasoning = {
    id: 'rs_1',
    type: 'reasoning',
    summary: [{ text: 'a' }, { text: 'b' }],
    encrypted_content: 'final',
  };
  const message = {
    id: 'msg_1',
    type: 'message',
    content: [
      { type: 'output_text', text: 'Hello' },
      { type: 'refusal', refusal: 'no' },
    ],
  };
  const call = { id: 'fc_1', type: 'function_call', call_id: 'c', name: 'f', arguments: '{"a":1}' };
  const custom = { id: 'ct_1', type: 'custom_tool_call', call_id: 'd', name: 'g', input: 'ls' };
  const response = { id: 'resp_1', model: 'm', status: 'completed', output: [reasoning, message, call, custom] };
  const everything = [
    { type: 'start', id: 'resp_1', model: 'm' },
    { type: 'reasoning', choice: 0, block: 0, text: 'a' },
    { type: 'reasoning', choice: 0, block: 0, text: '\n\nb' },
    {
      type: 'reasoning-seal',
      choice: 0,
      block: 0,
      seal: { origin: 'openai', kind: 'encrypted', value: 'final', id: 'rs_1' },
    },
    { type: 'text', choice: 0, text: 'Hello' },
    { type: 'refusal', choice: 0, text: 'no' },
    { type: 'tool-call', choice: 0, call: 0, id: 'c', name: 'f', seal: null },
    { type: 'tool-arguments', choice: 0, call: 0, text: '{"a":1}' },
    { type: 'tool-call', choice: 0, call: 1, id: 'd', name: 'g', seal: null },
    { type: 'tool-arguments', choice: 0, call: 1, text: 'ls' },
    { type: 'finish', choice: 0, finish: { unified: 'tool_calls', raw: 'completed' }, stopSequence: '' },
  ];

  it('is told from the finished response where there were no deltas, and from the whole body alike', () => {
    expect(eventsOf([data({ type: 'response.completed', response })])).toEqual(everything);
    expect(new ResponsesEventReader().whole({ object: 'response', ...response })).toEqual(everything);
  });

  it('is told once, although deltas, items and the response repeat it', () => {
    const events = eventsOf([
      data({ type: 'response.created', response: { ...response, status: 'in_progress', output: [] } }),
      data({
        type: 'response.output_item.added',
        output_index: 0,
        item: { ...reasoning, summary: [], encrypted_content: 'first' },
      }),
      data({ type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'a' }),
      data({ type: 'response.output_item.done', output_index: 0, item: reasoning }),
      data({ type: 'response.output_item.added', output_index: 1, item: { ...message, content: [] } }),
      data({ type: 'response.output_text.delta', output_index: 1, content_index: 0, delta: 'Hel' }),
      data({ type: 'response.output_item.added', output_index: 2, item: { ...call, arguments: '' } }),
      data({ type: 'response.function_call_arguments.delta', output_index: 2, delta: '{"a":1}' }),
      data({ type: 'response.completed', response }),
    ]);
    expect(events.filter(({ type }) => type !== 'text' && type !== 'refusal')).toEqual(
      everything.filter(({ type }) => type !== 'text' && type !== 'refusal'),
    );
    expect(readingOf(events)).toEqual(readingOf(everything as NeutralEvent[]));
  });

  it('is not doubled where the finished response gives its items other ids', () => {
    const events = eventsOf([
      data({ type: 'response.output_item.done', output_index: 0, item: { ...message, id: 'tmp' } }),
      data({ type: 'response.completed', response: { ...response, output: [message] } }),
    ]);
    expect(readingOf(events).answer).toMatchObject({ text: 'Hello', refusal: 'no' });
  });

  it('has one thought where a provider tells both the summary and the thought itself', () => {
    const content = [{ type: 'reasoning_text', text: 'a and b' }];
    const both = new ResponsesEventReader().whole({ ...response, output: [{ ...reasoning, content }] });
    expect(readingOf(both).answer?.reasoning).toBe('a\n\nb');
    const streamed = eventsOf([
      data({ type: 'response.reasoning_text.delta', output_index: 0, content_index: 0, delta: 'a and b' }),
      data({ type: 'response.output_item.done', output_index: 0, item: { ...reasoning, content } }),
    ]);
    expect(readingOf(streamed).answer?.reasoning).toBe('a and b');
  });

  it('reports a failure once', () => {
    const error = { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your quota' };
    const events = eventsOf([
      data({ type: 'error', sequence_number: 2, error }),
      data({ type: 'response.failed', response: { ...response, status: 'failed', error, output: [] } }),
    ]);
    const told = events.filter(({ type }) => type === 'error');
    expect(told).toMatchObject([{ error: { class: 'quota', message: error.message } }]);
  });

  it('never throws, whatever comes', () => {
    const types = [
      'response.completed',
      'response.output_item.added',
      'response.output_item.done',
      'response.output_text.delta',
      'error',
    ];
    const odd = fc.record({
      type: fc.constantFrom(...types),
      output_index: fc.anything(),
      item: fc.anything(),
      response: fc.anything(),
      delta: fc.anything(),
    });
    fc.assert(
      fc.property(fc.array(odd), (events) => {
        const reader = new ResponsesEventReader();
        for (const event of events) reader.event({ name: '', data: JSON.stringify(event) ?? '' });
        for (const event of events) reader.whole(event.response);
        reader.end();
      }),
    );
  });
});

describe('a provider’s refusal in OpenAI’s words', () => {
  it('has the type and code of its class, the provider’s own message and its error as it came', () => {
    const raw = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failure = {
      class: 'overloaded',
      type: 'overloaded_error',
      code: '',
      message: 'Overloaded',
      param: '',
    } as const;
    const spoken = {
      ...{ status: 503, code: 'SIGHTLINE_UPSTREAM_REFUSED', type: 'api_error', message: 'ours', exchangeId: 'x' },
      provider: { ...failure, retryAfterMs: null, raw },
    };
    const error = {
      message: 'Overloaded',
      type: 'server_error',
      code: 'server_is_overloaded',
      param: null,
      provider_error: raw,
    };
    expect(JSON.parse(openaiResponses.errorBody(spoken))).toEqual({ error, request_id: 'x' });
    const [event] = new SseReader().push(Buffer.from(openaiResponses.errorEvent(spoken)));
    expect(JSON.parse(event?.data ?? '')).toMatchObject({ type: 'error', code: 'server_is_overloaded', error });
  });
});
