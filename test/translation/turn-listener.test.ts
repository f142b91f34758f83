// Listening in on answers that pass as they came.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import { createTurnListener } from '../../proxy/translation/turn-listener.ts';

const sse = 'text/event-stream; charset=utf-8';
const json = 'application/json';
const events = (...data: unknown[]): string =>
  data.map((one) => `event: ${(one as { type: string }).type}\ndata: ${JSON.stringify(one)}\n\n`).join('');
const start = { type: 'message_start', message: { id: 'm', model: 'claude', content: [], usage: {} } };
const block = (index: number, content_block: object, ...deltas: object[]) => [
  { type: 'content_block_start', index, content_block },
  ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
  { type: 'content_block_stop', index },
];
const thinking = block(
  0,
  { type: 'thinking', thinking: '', signature: '' },
  { type: 'thinking_delta', thinking: 'Hm, wie groß' },
  { type: 'thinking_delta', thinking: ' ist es?' },
  { type: 'signature_delta', signature: 'sig' },
);
const using = block(
  1,
  { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
  { type: 'input_json_delta', partial_json: '{}' },
);
const stop = [{ type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: {} }, { type: 'message_stop' }];
const expected = {
  reasoning: [
    {
      type: 'reasoning',
      text: 'Hm, wie groß ist es?',
      seal: { origin: 'anthropic', kind: 'signature', value: 'sig', id: '' },
    },
  ],
  calls: new Map([['toolu_1', null]]),
};

function heard(dialect: DialectName, contentType: string, pieces: Buffer[]) {
  const listener = createTurnListener(dialect, contentType, '');
  for (const piece of pieces) listener?.push(piece);
  return listener?.end();
}

describe('a listener', () => {
  it('hears the thoughts and the calls of a stream, wherever its bytes are cut', () => {
    const bytes = Buffer.from(events(start, ...thinking, ...using, ...stop));
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length), { maxLength: 12 }), (cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
        expect(heard('anthropic-messages', sse, pieces)).toEqual(expected);
      }),
      { numRuns: 50 },
    );
  });

  it('hears the same in a whole answer', () => {
    const content = [
      { type: 'thinking', thinking: 'Hm, wie groß ist es?', signature: 'sig' },
      { type: 'tool_use', id: 'toolu_1', name: 'f', input: {} },
    ];
    const body = Buffer.from(JSON.stringify({ ...start.message, type: 'message', content, stop_reason: 'tool_use' }));
    expect(heard('anthropic-messages', json, [body.subarray(0, 90), body.subarray(90)])).toEqual(expected);
  });

  it('keeps a buffer that its owner fills anew', () => {
    const listener = createTurnListener('anthropic-messages', json, '');
    const whole = Buffer.from(
      JSON.stringify({ type: 'message', content: [{ type: 'tool_use', id: 'a', name: 'f', input: {} }] }),
    );
    listener?.push(whole);
    whole.fill(0);
    expect(listener?.end()).toEqual({ reasoning: [], calls: new Map([['a', null]]) });
  });

  it('hears the seal that Gemini puts on a call', () => {
    const parts = [{ functionCall: { id: 'g1', name: 'f', args: {} }, thoughtSignature: 'tsig' }];
    const body = JSON.stringify({ candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP' }] });
    expect(heard('gemini', json, [Buffer.from(body)])?.calls.get('g1')).toMatchObject({
      origin: 'gemini',
      value: 'tsig',
    });
  });

  it('has nothing to tell of an answer without calls, of an error, and of what is no answer', () => {
    expect(heard('anthropic-messages', sse, [Buffer.from(events(start, ...thinking, ...stop))])).toBeNull();
    expect(heard('anthropic-messages', json, [Buffer.from('{"type":"error","error":{"message":"no"}}')])).toBeNull();
    for (const dialect of ['openai-chat', 'anthropic-messages', 'gemini', 'openai-responses'] as const) {
      for (const type of [json, sse]) expect(heard(dialect, type, [Buffer.from('<html>{{"\n\ndata: [')])).toBeNull();
    }
  });

  it('does not exist where nobody could read: formats without a reader, compressed bytes', () => {
    expect(createTurnListener('other', json, '')).toBeNull();
    expect(createTurnListener('openai-embeddings', json, '')).toBeNull();
    expect(createTurnListener('openai-chat', json, 'gzip')).toBeNull();
    expect(createTurnListener('openai-chat', json, 'identity')).not.toBeNull();
  });
});
