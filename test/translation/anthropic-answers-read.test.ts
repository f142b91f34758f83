// Answers of Anthropic's /v1/messages, streamed and whole, as they are read into neutral events.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnthropicEventReader } from '../../proxy/dialects/anthropic-messages/event-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';
import {
  dataOf,
  type Loose,
  piece,
  read,
  readWhole,
  seal,
  split,
  streamOf,
  text,
  thought,
  wholeOf,
  withoutRaw,
} from './anthropic-answers.ts';
import { orderProblems } from './rules/anthropic-stream.ts';

describe('an answer of Anthropic', () => {
  const events = (...data: Loose[]): StreamEvent[] =>
    data.map((each) => ({ name: each.type, data: `${JSON.stringify(each)}      ` }));
  const block = (index: number, content_block: Loose) => ({ type: 'content_block_start', index, content_block });
  const delta = (index: number, more: Loose) => ({ type: 'content_block_delta', index, delta: more });
  const neutral = (...data: Loose[]): NeutralEvent[] => {
    const reader = new AnthropicEventReader();
    return [...events(...data).flatMap((event) => [...reader.event(event)]), ...reader.end()];
  };

  it('gives its seals, and numbers its calls from 0 wherever their blocks stand', () => {
    expect(
      neutral(
        block(0, { type: 'thinking', thinking: '', signature: '' }),
        delta(0, { type: 'thinking_delta', thinking: 'hm' }),
        delta(0, { type: 'signature_delta', signature: 'sig' }),
        { type: 'content_block_stop', index: 0 },
        block(1, { type: 'redacted_thinking', data: 'xyz' }),
        block(2, { type: 'tool_use', id: 'a', name: 'add', input: {} }),
        delta(2, { type: 'input_json_delta', partial_json: '' }),
        delta(2, { type: 'input_json_delta', partial_json: '{"x":1}' }),
      ).slice(1),
    ).toEqual([
      thought(0, 'hm'),
      seal(0, 'signature', 'sig'),
      seal(1, 'redacted', 'xyz'),
      { type: 'tool-call', choice: 0, call: 0, id: 'a', name: 'add', seal: null },
      piece(0, '{"x":1}'),
    ]);
  });

  it.each([
    ['nothing', {}, '{}'],
    ['an object in the beginning of the block', { input: { x: 1 } }, '{"x":1}'],
  ])('ends a call whose arguments are %s', (_, more, expected) => {
    const data = [
      block(1, { type: 'tool_use', id: 'a', name: 'add', ...more }),
      { type: 'content_block_stop', index: 1 },
    ];
    expect(neutral(...data).at(-1)).toEqual(piece(0, expected));
    expect(neutral(...data.slice(0, 1)).at(-1)).toEqual(piece(0, expected));
  });

  it('keeps the tools that Anthropic runs itself to itself', () => {
    const served = [
      block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }),
      delta(0, { type: 'input_json_delta', partial_json: '{"query":"x"}' }),
      block(1, { type: 'web_search_tool_result', tool_use_id: 's', content: [] }),
      block(2, { type: 'text', text: 'Found.' }),
    ];
    expect(neutral(...served)).toEqual([{ type: 'start', id: '', model: '' }, text('Found.')]);
  });

  it('tells usage whenever told, the last value winning, and Bedrock’s metrics in the last event do no harm', () => {
    const reading = read(
      events(
        { type: 'message_start', message: { id: 'm', model: 'c', usage: { input_tokens: 43, output_tokens: 1 } } },
        {
          type: 'message_delta',
          delta: { stop_reason: 'stop_sequence', stop_sequence: 'END' },
          usage: { input_tokens: 61, output_tokens: 9 },
        },
        { type: 'message_stop', 'amazon-bedrock-invocationMetrics': { inputTokenCount: 1 } },
      ),
    );
    expect(reading.usage).toMatchObject({ inputUncached: 61, outputText: 9 });
    expect(reading.finish).toEqual({ unified: 'stop', raw: 'stop_sequence' });
  });

  it('may break in the middle, which is an error and no end', () => {
    const broken = { type: 'error', error: { details: null, type: 'overloaded_error', message: 'Overloaded' } };
    const [, , error] = neutral(block(0, { type: 'text', text: 'Well' }), broken);
    expect(error).toMatchObject({ type: 'error', error: { class: 'overloaded', message: 'Overloaded', raw: broken } });
  });

  it('is never too odd to be read', () => {
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('message_start', 'content_block_delta', 'error', ''), (json, name) => {
        const reader = new AnthropicEventReader();
        reader.event({ name, data: json });
        reader.whole(JSON.parse(json));
        reader.end();
      }),
    );
  });

  it.skipIf(recordedFiles() === null)('says the same after it was written for another client', () => {
    let checked = 0;
    for (const { id, stream, response } of readRecordings('anthropic-messages')) {
      if (response.status !== 200) continue;
      const reader = new AnthropicEventReader();
      const bytes = response.bytes.toString('utf8');
      const streamed = stream && bytes.startsWith('event:');
      const made = streamed
        ? split(bytes).flatMap((event) => [...reader.event(event)])
        : [...reader.whole(JSON.parse(bytes))];
      const before = streamed ? read(split(bytes)) : readWhole(JSON.parse(bytes));
      const after = [read(split(streamOf(made))), readWhole(wholeOf(made))];
      for (const reading of after) expect(withoutRaw(reading), id).toEqual(withoutRaw(before));
      expect(orderProblems(dataOf(streamOf(made))), id).toEqual([]);
      checked++;
    }
    expect(checked).toBeGreaterThan(100);
  });
});
