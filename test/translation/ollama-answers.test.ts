// Ollama's answers in the neutral form, streamed and whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import { OllamaEventReader } from '../../proxy/dialects/ollama-chat/event-reader.ts';
import { eventSplitterFor } from '../../proxy/observe/event-splitter.ts';
import { readRecordings, recordedFiles } from '../observe/recordings.ts';

const read = (...lines: unknown[]): NeutralEvent[] => {
  const reader = new OllamaEventReader();
  return lines.flatMap((line) => [...reader.event({ name: '', data: JSON.stringify(line) })]);
};
const said = (message: object, more: object = { done: false }) => ({ model: 'qwen3', message, ...more });
const choice = 0;

describe('an answer of Ollama', () => {
  it('streams thoughts, text and whole calls, and counts at its end', () => {
    const made = { function: { name: 'weather', arguments: { city: 'Rome' } } };
    const bare = { id: 'call_1', function: { name: 'now', arguments: {} } };
    const end = { done: true, done_reason: 'stop', prompt_eval_count: 9, eval_count: 4, total_duration: 5 };
    const events = read(
      said({ content: '', thinking: 'Hm' }),
      said({ content: 'Hi' }),
      said({ content: '', tool_calls: [made, bare] }),
      said({ content: '' }, end),
    );
    expect(events).toEqual([
      { type: 'start', id: '', model: 'qwen3' },
      { type: 'reasoning', choice, block: 0, text: 'Hm' },
      { type: 'text', choice, text: 'Hi' },
      { type: 'tool-call', choice, call: 0, id: '', name: 'weather', seal: null },
      { type: 'tool-arguments', choice, call: 0, text: '{"city":"Rome"}' },
      { type: 'tool-call', choice, call: 1, id: 'call_1', name: 'now', seal: null },
      { type: 'tool-arguments', choice, call: 1, text: '{}' },
      {
        type: 'usage',
        usage: expect.objectContaining({
          ...{ inputUncached: 9, outputText: 4, total: null },
          raw: '{"prompt_eval_count":9,"eval_count":4,"total_duration":5}',
        }),
        reportedCost: null,
      },
      { type: 'finish', choice, finish: { unified: 'tool_calls', raw: 'stop' }, stopSequence: '' },
    ]);
  });

  it('says why it ended, and nothing of counts that were not told', () => {
    const finish = (end: object) => read(said({ content: 'x' }, { done: true, ...end })).slice(-2);
    expect(finish({ done_reason: 'length' })).toMatchObject([{}, { finish: { unified: 'length', raw: 'length' } }]);
    expect(finish({ done_reason: 'load' })).toMatchObject([{}, { finish: { unified: 'other', raw: 'load' } }]);
    expect(finish({})).toMatchObject([{ usage: { inputUncached: null, raw: null } }, { finish: { unified: 'stop' } }]);
  });

  it('may fail at once or on the way', () => {
    const missing = { error: 'model "x" not found, try pulling it first' };
    expect(new OllamaEventReader().whole(missing)).toMatchObject([
      { type: 'error', error: { message: missing.error } },
    ]);
    expect(read(said({ content: 'Hi' }), { error: 'out of memory' })).toMatchObject([
      { type: 'start' },
      { type: 'text' },
      { type: 'error', error: { class: 'server', message: 'out of memory' } },
    ]);
  });

  it('is read whatever a stranger sends', () => {
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (json, value) => {
        read(value, { message: value, done: true }, { message: { tool_calls: [value], content: value } });
        expect(Array.isArray(new OllamaEventReader().whole(json))).toBe(true);
      }),
    );
  });

  it.skipIf(recordedFiles() === null)('says the same streamed and whole, as recorded', () => {
    for (const { id, response } of readRecordings('ollama-ollama')) {
      const reader = new OllamaEventReader();
      const splitter = eventSplitterFor(response.contentType);
      const events = splitter
        ? splitter.push(response.bytes).flatMap((event) => [...reader.event(event)])
        : reader.whole(JSON.parse(response.bytes.toString()));
      expect(events[0], id).toMatchObject({ type: 'start', model: expect.stringMatching(/^(?:llama3|gemma3)/) });
      expect(events.at(-1), id).toMatchObject({ type: 'finish', finish: { unified: 'stop', raw: 'stop' } });
      expect(
        events.some((event) => event.type === 'text'),
        id,
      ).toBe(true);
    }
  });
});
