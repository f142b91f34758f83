// What Gemini answers, as neutral events.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GeminiEventReader } from '../../proxy/dialects/gemini/event-reader.ts';
import type { NeutralEvent } from '../../proxy/dialects/neutral/event.ts';
import type { Seal } from '../../proxy/dialects/neutral/request.ts';

const signature = (value: string): Seal => ({ origin: 'gemini', kind: 'signature', value, id: '' });

function read(chunks: unknown[]): NeutralEvent[] {
  const reader = new GeminiEventReader();
  return [
    ...chunks.flatMap((chunk) => reader.event({ name: '', data: JSON.stringify(chunk) } as never)),
    ...reader.end(),
  ];
}

const candidate = (parts: unknown[], more = {}) => ({
  candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
});
const stop = { choice: 0, type: 'finish', finish: { unified: 'stop', raw: 'STOP' }, stopSequence: '' };
const called = { ...stop, finish: { unified: 'tool_calls', raw: 'STOP' } };

describe('an answer of Gemini', () => {
  it('begins with id and model, and tells thoughts, text and their signatures apart', () => {
    const events = read([
      { ...candidate([{ text: 'hm', thought: true }]), responseId: 'r', modelVersion: 'gemini-3' },
      { ...candidate([{ text: ' so', thought: true }]), responseId: 'r', modelVersion: 'gemini-3' },
      candidate([{ text: 'Yes' }]),
      candidate([{ text: '', thoughtSignature: 'SSS' }], { finishReason: 'STOP' }),
    ]);
    expect(events).toEqual([
      { type: 'start', id: 'r', model: 'gemini-3' },
      { type: 'reasoning', choice: 0, block: 0, text: 'hm' },
      { type: 'reasoning', choice: 0, block: 0, text: ' so' },
      { type: 'text', choice: 0, text: 'Yes' },
      { type: 'reasoning-seal', choice: 0, block: 1, seal: signature('SSS') },
      stop,
    ]);
  });

  it('gives the signature of a call with the call, and whole arguments in one piece', () => {
    const events = read([
      candidate([
        { functionCall: { name: 'f', args: { a: 1 }, id: 'x' }, thoughtSignature: 'SSS' },
        { functionCall: { name: 'g' } },
      ]),
      candidate([{ text: '' }], { finishReason: 'STOP' }),
    ]);
    expect(events.slice(1)).toEqual([
      { type: 'tool-call', choice: 0, call: 0, id: 'x', name: 'f', seal: signature('SSS') },
      { type: 'tool-arguments', choice: 0, call: 0, text: '{"a":1}' },
      { type: 'tool-call', choice: 0, call: 1, id: '', name: 'g', seal: null },
      { type: 'tool-arguments', choice: 0, call: 1, text: '{}' },
      called,
    ]);
  });

  it('holds arguments that come in pieces until the call closes, or the stream does', () => {
    const piece = (stringValue: string, willContinue: boolean) =>
      candidate([{ functionCall: { partialArgs: [{ jsonPath: '$.city', stringValue }], willContinue } }]);
    const opened = candidate([{ functionCall: { name: 'f', willContinue: true } }]);
    const begun = { type: 'tool-call', choice: 0, call: 0, id: '', name: 'f', seal: null };
    const end = candidate([{ functionCall: {} }], { finishReason: 'STOP' });
    expect(read([opened, piece('Bos', true), piece('ton', true), end]).slice(1)).toEqual([
      begun,
      { type: 'tool-arguments', choice: 0, call: 0, text: '{"city":"Boston"}' },
      called,
    ]);
    expect(read([opened, piece('Bos', true)]).slice(1)).toEqual([
      begun,
      { type: 'tool-arguments', choice: 0, call: 0, text: '{"city":"Bos"}' },
    ]);
  });

  it('keeps candidates apart', () => {
    const events = read([
      { candidates: [{ content: { parts: [{ text: 'a' }] } }, { index: 1, content: { parts: [{ text: 'b' }] } }] },
    ]);
    expect(events.slice(1)).toEqual([
      { type: 'text', choice: 0, text: 'a' },
      { type: 'text', choice: 1, text: 'b' },
    ]);
  });

  it('is filtered when the prompt was blocked', () => {
    expect(read([{ promptFeedback: { blockReason: 'SAFETY' }, modelVersion: 'm' }])).toEqual([
      { type: 'start', id: '', model: 'm' },
      { ...stop, finish: { unified: 'content_filter', raw: 'SAFETY' } },
    ]);
  });

  it('reads whole what streams without alt=sse, errors included', () => {
    const reader = new GeminiEventReader();
    const error = { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' };
    const usageMetadata = { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 };
    const events = reader.whole([{ ...candidate([{ text: 'a' }]), usageMetadata }, { error }]);
    expect(events.map((event) => event.type)).toEqual(['start', 'text', 'usage', 'error']);
    expect(events[2]).toMatchObject({ usage: { inputUncached: 3, outputText: 2, total: 5 } });
    expect(events[3]).toMatchObject({ error: { class: 'overloaded', type: 'UNAVAILABLE', message: error.message } });
  });

  it('never throws, whatever it is fed', () => {
    const parts = fc.array(fc.oneof(fc.jsonValue(), fc.record({ text: fc.jsonValue(), functionCall: fc.jsonValue() })));
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({ candidates: fc.jsonValue(), usageMetadata: fc.jsonValue(), error: fc.jsonValue() }),
      fc.record({ candidates: fc.array(fc.record({ content: fc.record({ parts }), finishReason: fc.jsonValue() })) }),
    );
    fc.assert(
      fc.property(fc.array(odd), (chunks) => {
        read(chunks);
        new GeminiEventReader().whole(chunks);
      }),
    );
  });
});
