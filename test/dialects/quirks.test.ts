// What the providers do differently in the same format, one claim each. Bodies are shortened from what they send, or
// are reported in issue threads where nobody has recorded one.
import { describe, expect, test } from 'vitest';
import type { DialectName, Operation } from '../../contract/words.ts';
import type { Reading } from '../../proxy/dialects/dialect.ts';
import { dialects } from '../../proxy/dialects/index.ts';

function stream(
  dialect: DialectName,
  chunks: unknown[],
  operation: Operation = 'chat',
): Reading & { spoke: boolean[] } {
  const reader = dialects[dialect].reader(operation);
  const spoke = chunks.map((chunk) => {
    const data = typeof chunk === 'string' ? chunk : JSON.stringify(chunk);
    const type = (chunk as { type?: unknown }).type;
    return reader.event({ name: dialect === 'anthropic-messages' ? String(type) : '', data });
  });
  return { ...reader.reading(), spoke };
}
function whole(dialect: DialectName, body: unknown, operation: Operation = 'chat'): Reading {
  const reader = dialects[dialect].reader(operation);
  reader.whole(body);
  return reader.reading();
}
const delta = (message: unknown, more = {}) => ({ choices: [{ index: 0, delta: message, ...more }] });
const fragment = (call: unknown, more = {}) => delta({ tool_calls: [call] }, more);

describe('in the chat format', () => {
  test('Qwen’s empty ids and Mistral’s empty names take nothing away', () => {
    const { answer } = stream('openai-chat', [
      fragment({ index: 0, id: 'call_1', function: { name: 'weather', arguments: '' } }),
      fragment({ index: 0, id: '', function: { name: '', arguments: '{"a"' } }),
      fragment({ index: 0, id: '', function: { arguments: ':1}' } }),
    ]);
    expect(answer?.toolCalls).toEqual([{ id: 'call_1', name: 'weather', arguments: '{"a":1}' }]);
  });

  test('calls without an index, and parallel calls that are all numbered 0, stay apart', () => {
    for (const index of [undefined, 0]) {
      const { answer } = stream('openai-chat', [
        fragment({ index, id: 'a', function: { name: 'f', arguments: '{}' } }),
        fragment({ index, id: 'b', function: { name: 'f', arguments: '{"x":1}' } }),
      ]);
      expect(answer?.toolCalls.map((call) => call.id)).toEqual(['a', 'b']);
    }
  });

  test('arguments may be an object, and the older function_call is a call', () => {
    expect(
      whole('openai-chat', {
        choices: [{ message: { tool_calls: [{ function: { name: 'f', arguments: { a: 1 } } }] } }],
      }).answer?.toolCalls,
    ).toEqual([{ id: null, name: 'f', arguments: '{"a":1}' }]);
    const { answer, finish } = stream('openai-chat', [
      delta({ function_call: { name: 'f', arguments: '' } }),
      delta({ function_call: { arguments: '{}' } }, { finish_reason: 'function_call' }),
    ]);
    expect(answer?.toolCalls).toEqual([{ id: null, name: 'f', arguments: '{}' }]);
    expect(finish).toEqual({ unified: 'tool_calls', raw: 'function_call' });
  });

  test('reasoning is reasoning under both names, and content is null beside it', () => {
    const { answer, spoke } = stream('openai-chat', [
      delta({ role: 'assistant', content: '' }),
      delta({ reasoning_content: 'think', content: null }),
      delta({ reasoning: 'ing' }),
      delta({
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: '!' }] },
          { type: 'text', text: 'so' },
        ],
      }),
    ]);
    expect(answer).toMatchObject({ reasoning: 'thinking!', text: 'so' });
    expect(spoke).toEqual([false, true, true, true]);
  });

  test('a finish reason may be absent, empty, repeated or unheard of', () => {
    const reading = stream('openai-chat', [
      delta({ content: 'a' }),
      delta({}, { finish_reason: '' }),
      delta({}, { finish_reason: 'stop' }),
      delta({}, { finish_reason: 'stop' }),
    ]);
    expect(reading.finish).toEqual({ unified: 'stop', raw: 'stop' });
    expect(stream('openai-chat', [delta({}, { finish_reason: 'tired' })]).finish).toEqual({
      unified: 'other',
      raw: 'tired',
    });
    expect(stream('openai-chat', [delta({}, { finish_reason: 'insufficient_system_resource' })]).finish?.unified).toBe(
      'error',
    );
  });

  test('Groq’s usage stands in x_groq, OpenRouter’s usage has a cost', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    expect(stream('openai-chat', [{ choices: [], x_groq: { id: 'r', usage } }]).usage.total).toBe(3);
    expect(stream('openai-chat', [{ choices: [{ delta: {} }], usage: { ...usage, cost: 1.13e-5 } }]).reportedCost).toBe(
      '0.0000113',
    );
  });

  test('OpenRouter reports an error in a chunk like any other', () => {
    const { error } = stream('openai-chat', [
      { id: 'x', error: { code: 400, message: 'Token limit reached' }, choices: [{ delta: { content: '' } }] },
    ]);
    expect(error).toEqual({ type: '400', message: 'Token limit reached' });
  });

  test('Azure’s first chunk has no choices, id or model, and takes nothing away', () => {
    const first = { choices: [], created: 0, id: '', model: '', prompt_filter_results: [] };
    expect(stream('openai-chat', [first, { id: 'c', model: 'gpt', ...delta({ content: 'a' }) }])).toMatchObject({
      responseId: 'c',
      responseModel: 'gpt',
    });
  });

  test('several choices become one answer and its alternatives, and text completions are answers too', () => {
    const choices = [
      { index: 1, message: { content: 'b' } },
      { index: 0, message: { content: 'a', refusal: 'no' } },
    ];
    expect(whole('openai-chat', { choices }).answer).toMatchObject({ text: 'a', refusal: 'no', alternatives: ['b'] });
    expect(
      stream('openai-chat', [{ choices: [{ text: 'x' }] }, { choices: [{ text: 'y' }] }], 'text_completion').answer
        ?.text,
    ).toBe('xy');
  });
});

describe('in the responses format', () => {
  test('a stream that breaks off keeps its pieces, with names and ids', () => {
    const { answer, spoke } = stream('openai-responses', [
      { type: 'response.created', response: { id: 'r', model: 'm', status: 'in_progress', output: [], error: null } },
      { type: 'response.reasoning_summary_text.delta', output_index: 0, summary_index: 0, delta: 'hm' },
      {
        type: 'response.output_item.added',
        output_index: 1,
        item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '' },
      },
      { type: 'response.function_call_arguments.delta', output_index: 1, delta: '{"a' },
      { type: 'response.output_text.delta', output_index: 2, content_index: 0, delta: 'Hel' },
    ]);
    expect(answer).toMatchObject({
      text: 'Hel',
      reasoning: 'hm',
      toolCalls: [{ id: 'c', name: 'f', arguments: '{"a' }],
    });
    expect(spoke).toEqual([false, true, true, true, true]);
  });

  test('a failure comes as an error event and a failed response', () => {
    const error = { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your quota' };
    for (const event of [
      { type: 'error', sequence_number: 2, error },
      { ...error, type: 'error' },
    ]) {
      expect(stream('openai-responses', [event]).error).toMatchObject({
        type: 'insufficient_quota',
      });
    }
    const failed = stream('openai-responses', [
      { type: 'response.failed', response: { status: 'failed', error: { code: 'server_error', message: 'x' } } },
    ]);
    expect(failed).toMatchObject({ error: { type: 'server_error', message: 'x' }, finish: { unified: 'error' } });
  });

  test('an incomplete response says why', () => {
    const body = {
      object: 'response',
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output: [],
    };
    expect(whole('openai-responses', body).finish).toEqual({ unified: 'length', raw: 'max_output_tokens' });
  });
});

describe('in Anthropic’s format', () => {
  const start = {
    type: 'message_start',
    message: {
      id: 'm',
      model: 'claude',
      content: [],
      usage: { input_tokens: 43, cache_read_input_tokens: 5, output_tokens: 1 },
    },
  };

  test('later usage wins field by field', () => {
    const { usage } = stream('anthropic-messages', [
      start,
      { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { input_tokens: 61, output_tokens: 9 } },
    ]);
    expect(usage).toMatchObject({ inputUncached: 61, inputCacheRead: 5, outputText: 9 });
  });

  test('an overload in the middle of a stream is an error, not an end', () => {
    const { error, finish } = stream('anthropic-messages', [
      start,
      { type: 'error', error: { details: null, type: 'overloaded_error', message: 'Overloaded' }, request_id: 'req' },
    ]);
    expect(error).toEqual({ type: 'overloaded_error', message: 'Overloaded' });
    expect(finish).toBeNull();
  });

  test('tools without arguments get {}, and tools that Anthropic runs itself are no calls', () => {
    const blocks = [
      { type: 'server_tool_use', name: 'web_search', id: 's', input: { q: 1 } },
      { type: 'tool_use', name: 'f', id: 't', input: {} },
    ];
    const { answer } = stream('anthropic-messages', [
      start,
      ...blocks.map((block, index) => ({ type: 'content_block_start', index, content_block: block })),
      { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '' } },
    ]);
    expect(answer?.toolCalls).toEqual([{ id: 't', name: 'f', arguments: '{}' }]);
  });

  test.each([
    ['refusal', 'content_filter'],
    ['pause_turn', 'stop'],
    ['model_context_window_exceeded', 'length'],
    ['new_reason', 'other'],
  ])('%s is %s', (raw, unified) => {
    expect(whole('anthropic-messages', { type: 'message', stop_reason: raw, content: [] }).finish).toEqual({
      unified,
      raw,
    });
  });

  test('counting tokens is free: it is no usage', () => {
    const reading = whole('anthropic-messages', { input_tokens: 14 }, 'count_tokens');
    expect(reading).toMatchObject({ usage: { inputUncached: null, raw: null }, answer: null, error: null });
  });
});

describe('in Gemini’s format', () => {
  const gemini = (chunks: unknown[]) => stream('gemini', chunks, 'generate_content');
  const parts = (parts: unknown[], more = {}) => ({ candidates: [{ content: { parts }, ...more }] });

  test('STOP with a function call is a tool call', () => {
    const { answer, finish } = gemini([
      parts([{ functionCall: { name: 'f', args: { a: 1 } } }]),
      parts([{ text: '' }], { finishReason: 'STOP' }),
    ]);
    expect(answer?.toolCalls).toEqual([{ id: null, name: 'f', arguments: '{"a":1}' }]);
    expect(finish).toEqual({ unified: 'tool_calls', raw: 'STOP' });
  });

  test('arguments that come in pieces are put together by their paths', () => {
    const { answer } = gemini([
      parts([{ functionCall: { name: 'f', willContinue: true } }]),
      parts([
        {
          functionCall: {
            partialArgs: [{ jsonPath: '$.city', stringValue: 'Bos', willContinue: true }],
            willContinue: true,
          },
        },
      ]),
      parts([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: '$.city', stringValue: 'ton' },
              { jsonPath: "$.days[0]['n']", numberValue: 3 },
            ],
            willContinue: true,
          },
        },
      ]),
      parts([
        {
          functionCall: {
            partialArgs: [
              { jsonPath: '$.ok', boolValue: true },
              { jsonPath: '$.__proto__.x', boolValue: true },
            ],
          },
        },
      ]),
      parts([{ functionCall: {} }], { finishReason: 'STOP' }),
    ]);
    expect(answer?.toolCalls.map((call) => JSON.parse(call.arguments))).toEqual([
      { city: 'Boston', days: [{ n: 3 }], ok: true },
    ]);
  });

  test('a blocked prompt is an empty answer that was filtered', () => {
    const { answer, finish } = gemini([{ promptFeedback: { blockReason: 'MODEL_ARMOR', blockReasonMessage: 'no' } }]);
    expect(answer?.text).toBe('');
    expect(finish).toEqual({ unified: 'content_filter', raw: 'MODEL_ARMOR' });
  });

  test('thoughts are reasoning, numbers stand for names, and malformed calls are errors', () => {
    const { answer, finish } = gemini([parts([{ text: 'hm', thought: true }, { text: 'ok' }], { finishReason: 2 })]);
    expect(answer).toMatchObject({ text: 'ok', reasoning: 'hm' });
    expect(finish).toEqual({ unified: 'length', raw: '2' });
    expect(gemini([parts([], { finishReason: 'MALFORMED_FUNCTION_CALL' })]).finish?.unified).toBe('error');
  });
});

describe('in Cohere’s format', () => {
  test('a call may have null arguments', () => {
    const call = { id: 'c', function: { name: 'f', arguments: null } };
    expect(
      whole('cohere', { id: 'i', message: { tool_plan: 'plan', tool_calls: [call] }, finish_reason: 'TOOL_CALL' }),
    ).toMatchObject({
      answer: { reasoning: 'plan', toolCalls: [{ id: 'c', name: 'f', arguments: '{}' }] },
      finish: { unified: 'tool_calls', raw: 'TOOL_CALL' },
    });
  });

  test('an error is a bare message, and a failed stream ends with one', () => {
    expect(whole('cohere', { id: 'i', message: 'model not found' }).error).toEqual({
      type: '',
      message: 'model not found',
    });
    expect(
      stream('cohere', [{ type: 'message-end', delta: { finish_reason: 'ERROR', error: 'boom' } }]).error?.message,
    ).toBe('boom');
  });
});

describe('an error', () => {
  test.each([
    [
      { object: 'error', message: 'Tool call id', type: 'invalid_function_call', code: '3280' },
      'invalid_function_call',
      'Tool call id',
    ],
    [{ detail: 'Unauthorized' }, '', 'Unauthorized'],
    [{ detail: [{ type: 'missing', msg: 'field required' }] }, 'missing', 'field required'],
    [{ error: 'model "x" not found' }, '', 'model "x" not found'],
    [{ error: { code: 404, message: 'gone', status: 'NOT_FOUND' } }, 'NOT_FOUND', 'gone'],
    [{ error: { code: 429, message: 'Provider returned error' }, user_id: 'u' }, '429', 'Provider returned error'],
    [{ message: 'throttled' }, '', 'throttled'],
  ])('is understood as %j', (body, type, message) => {
    expect(whole('other', body, 'other').error).toEqual({ type, message });
    expect(whole('openai-chat', body).error).toEqual({ type, message });
  });

  test('is not seen where there is none', () => {
    for (const body of [
      null,
      7,
      'text',
      [],
      {},
      { error: null },
      { message: { content: 'hi' } },
      { choices: [], error: null },
    ]) {
      for (const dialect of Object.values(dialects)) {
        const reader = dialect.reader('chat');
        reader.whole(body);
        expect(reader.reading().error, `${dialect.name} ${JSON.stringify(body)}`).toBeNull();
      }
    }
  });
});
