// The watch on the hot path knows a finished stream from a broken one, in any split, and is not fooled by content.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import { createTerminalWatch, type TerminalWatch } from '../../proxy/observe/terminal-watch.ts';
import { cutAt } from './recordings.ts';

function watch(dialect: DialectName, text: string, ends?: number[]): TerminalWatch {
  const watching = createTerminalWatch(dialect);
  const bytes = Buffer.from(text);
  for (const chunk of cutAt(bytes, ends ?? Array.from(bytes, (_, at) => at))) watching.push(chunk);
  return watching;
}

const delta = 'data: {"choices":[{"index":0,"delta":{"content":"hi"},"finish_reason":null}]}\n\n';
const finish = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';
const endings: Array<[DialectName, string]> = [
  ['openai-chat', `${delta}data: [DONE]\n\n`],
  ['openai-chat', delta + finish],
  ['openai-chat', delta + finish.trimEnd()],
  ['openai-chat', `${delta}data: [DONE]`],
  ['openai-responses', 'event: response.completed\ndata: {"type":"response.completed","response":{}}\n\n'],
  ['openai-responses', ': comment\n\ndata: {"type":"response.incomplete","response":{}}\n\n'],
  ['anthropic-messages', 'event: message_stop\r\ndata: {"type":"message_stop"   }\r\n\r\n'],
  ['anthropic-messages', 'data: {"type":"message_stop"}\r\r'],
  ['gemini', 'data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason": "STOP"}]}\r\n\r\n'],
  ['gemini', 'data: {"promptFeedback":{"blockReason":"SAFETY"}}\r\n\r\n'],
  ['cohere', 'event: message-end\ndata: {"type":"message-end","delta":{"finish_reason":"COMPLETE"}}\n\n'],
];

describe('a stream', () => {
  test.each(endings)('of %s ends with %j', (dialect, text) => {
    for (const ends of [undefined, []]) {
      expect(watch(dialect, text, ends)).toMatchObject({ sawTerminal: true, sawError: false });
    }
    expect(watch(dialect, text.slice(0, text.length >> 1)).sawTerminal).toBe(false);
  });

  test.each([
    [
      'openai-chat',
      'data: {"choices":[{"delta":{"content":"[DONE] \\"finish_reason\\":\\"stop\\" \\"error\\":{}"},"finish_reason":""}]}\n\n',
    ],
    ['openai-chat', 'data: {"choices":[{"delta":{"content":"message_stop"},"finish_reason":null}],"error":null}\n\n'],
    ['openai-responses', 'data: {"type":"response.output_text.delta","delta":"event: response.completed"}\n\n'],
    ['openai-responses', 'data: {"type":"response.created","response":{"error":null,"status":"in_progress"}}\n\n'],
    [
      'anthropic-messages',
      'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"text":"\\"type\\":\\"message_stop\\""}}\n\n',
    ],
    [
      'gemini',
      'data: {"candidates":[{"content":{"parts":[{"functionCall":{"name":"f","args":{"finishReason":"STOP"}}}]}}]}\n\n',
    ],
    [
      'cohere',
      'event: content-delta\ndata: {"type":"content-delta","delta":{"message":{"content":{"text":"message-end"}}}}\n\n',
    ],
  ] as Array<[DialectName, string]>)('of %s does not end because content says so: %j', (dialect, text) => {
    expect(watch(dialect, text)).toMatchObject({ sawTerminal: false, sawError: false, atEventBoundary: true });
  });

  test.each([
    ['openai-chat', 'data: {"id":"x","error":{"code":400,"message":"Token limit reached"},"choices":[]}\n\n'],
    ['openai-chat', 'event: error\ndata: {"message":"no"}\n\n'],
    ['openai-responses', 'event: error\ndata: {"type":"error","code":"server_error","message":"no"}\n\n'],
    ['openai-responses', 'data: {"type":"response.failed","response":{"error":{"code":"x"}}}\n\n'],
    [
      'anthropic-messages',
      'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    ],
    ['gemini', 'data: {"error":{"code":503,"status":"UNAVAILABLE"}}\r\n\r\n'],
    ['cohere', 'data: {"type":"message-end","delta":{"error":"boom","finish_reason":"ERROR"}}\n\n'],
    ['other', 'data: {"error":"model not found"}\n\n'],
  ] as Array<[DialectName, string]>)('of %s that reports an error is seen to: %j', (dialect, text) => {
    expect(watch(dialect, text).sawError).toBe(true);
    expect(watch(dialect, text, []).sawError).toBe(true);
  });

  test('that nobody can read has no end to wait for', () => {
    expect(watch('other', 'data: whatever\n\n').sawTerminal).toBe(true);
  });

  test('is between events only after a blank line', () => {
    const watching = createTerminalWatch('openai-chat');
    expect(watching.atEventBoundary).toBe(true);
    const steps = [...'data: 1', '\r\n', '\r', '\n', 'd'].map((piece) => {
      watching.push(Buffer.from(piece));
      return watching.atEventBoundary;
    });
    expect(steps.slice(-4)).toEqual([false, true, true, false]);
  });

  test('is judged the same in any split', () => {
    const piece = fc.constantFrom(
      delta,
      finish,
      delta.replaceAll('\n', '\r\n'),
      ': keep-alive\n\n',
      'event: x\ndata: ü€😀\n\n',
      'data: [DO',
      'NE]',
    );
    fc.assert(
      fc.property(fc.array(piece), fc.array(fc.nat(600)), (pieces, ends) => {
        const text = pieces.join('');
        const split = watch(
          'openai-chat',
          text,
          ends.sort((a, b) => a - b),
        );
        const whole = watch('openai-chat', text, []);
        expect([split.sawTerminal, split.sawError, split.atEventBoundary]).toEqual([
          whole.sawTerminal,
          whole.sawError,
          whole.atEventBoundary,
        ]);
      }),
      { numRuns: 500 },
    );
  });
});
