// Cohere's answers in the neutral form, streamed and whole.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CohereEventReader } from '../../proxy/dialects/cohere/event-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';

const read = (...events: unknown[]): NeutralEvent[] => {
  const reader = new CohereEventReader();
  const all = events.flatMap((data) => reader.event({ name: '', data: JSON.stringify(data) }));
  return [...all, ...reader.end()];
};
const callEvent = (type: string, index: number, calls: unknown) => ({
  type,
  index,
  delta: { message: { tool_calls: calls } },
});

describe('an answer of Cohere', () => {
  it('streams plan, calls and finish in order, and gives a bare call its empty arguments', () => {
    const usage = {
      tokens: { input_tokens: 507, output_tokens: 4 },
      billed_units: { input_tokens: 12 },
      cached_tokens: 7,
    };
    const events = read(
      { type: 'message-start', id: 'm1', delta: { message: { role: 'assistant', content: [] } } },
      { type: 'tool-plan-delta', delta: { message: { tool_plan: 'I will' } } },
      callEvent('tool-call-start', 0, { id: 'a', type: 'function', function: { name: 'f', arguments: '' } }),
      callEvent('tool-call-delta', 0, { function: { arguments: '{"x":' } }),
      callEvent('tool-call-delta', 0, { function: { arguments: '1}' } }),
      { type: 'tool-call-end', index: 0 },
      callEvent('tool-call-start', 1, { id: 'b', type: 'function', function: { name: 'g', arguments: null } }),
      { type: 'tool-call-end', index: 1 },
      { type: 'message-end', delta: { finish_reason: 'TOOL_CALL', usage } },
    );
    const choice = 0;
    expect(events).toEqual([
      { type: 'start', id: 'm1', model: '' },
      { type: 'reasoning', choice, block: 0, text: 'I will' },
      { type: 'tool-call', choice, call: 0, id: 'a', name: 'f', seal: null },
      { type: 'tool-arguments', choice, call: 0, text: '{"x":' },
      { type: 'tool-arguments', choice, call: 0, text: '1}' },
      { type: 'tool-call', choice, call: 1, id: 'b', name: 'g', seal: null },
      { type: 'tool-arguments', choice, call: 1, text: '{}' },
      {
        type: 'usage',
        reportedCost: null,
        usage: expect.objectContaining({ inputUncached: 500, inputCacheRead: 7, outputText: 4 }),
        // Cohere's own instructions to the model are read and not paid for.
        billed: expect.objectContaining({ inputUncached: 12, outputText: null }),
      },
      { type: 'finish', choice, finish: { unified: 'tool_calls', raw: 'TOOL_CALL' }, stopSequence: '' },
    ]);
  });

  it('keeps thoughts apart from text, and calls what failed an error', () => {
    const content = (type: string, index: number, said: object) => ({
      type,
      index,
      delta: { message: { content: said } },
    });
    const events = read(
      content('content-start', 0, { type: 'thinking', thinking: 'Hm' }),
      content('content-start', 1, { type: 'text', text: '' }),
      content('content-delta', 1, { text: 'Hi' }),
      { type: 'message-end', delta: { finish_reason: 'ERROR', error: 'the model timed out' } },
    );
    expect(events).toMatchObject([
      { type: 'start', id: '' },
      { type: 'reasoning', text: 'Hm' },
      { type: 'text', text: 'Hi' },
      { type: 'finish', finish: { unified: 'error' } },
      { type: 'error', error: { class: 'timeout', message: 'the model timed out' } },
    ]);
  });

  it('is read whole in both versions, and never throws at anything else', () => {
    const v1 = {
      response_id: 'r',
      text: 'Hi',
      finish_reason: 'COMPLETE',
      tool_calls: [{ name: 'f', parameters: { a: 1 } }],
    };
    expect(new CohereEventReader().whole(v1)).toMatchObject([
      { type: 'start', id: 'r' },
      { type: 'text', text: 'Hi' },
      { type: 'tool-call', name: 'f', id: '' },
      { type: 'tool-arguments', text: '{"a":1}' },
      { type: 'finish', finish: { unified: 'tool_calls', raw: 'COMPLETE' } },
    ]);
    expect(new CohereEventReader().whole({ id: 'i', message: 'model not found' })).toMatchObject([
      { type: 'error', error: { message: 'model not found' } },
    ]);
    fc.assert(
      fc.property(fc.anything(), fc.jsonValue(), (json, data) => {
        const types = ['message-start', 'content-delta', 'tool-call-delta', 'message-end'];
        for (const type of types)
          read({ type, index: data, delta: data }, { type, delta: { message: data, usage: data } });
        expect(Array.isArray(new CohereEventReader().whole(json))).toBe(true);
      }),
    );
  });
});
