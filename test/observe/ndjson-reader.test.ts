// One JSON a line: every cut of the bytes gives the same events.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DialectName } from '../../contract/words.ts';
import { createObservation } from '../../proxy/observe/create-observation.ts';
import { eventSplitterFor } from '../../proxy/observe/event-splitter.ts';
import { NdjsonReader } from '../../proxy/observe/ndjson-reader.ts';
import { createTerminalWatch } from '../../proxy/observe/terminal-watch.ts';
import { cutAt } from './recordings.ts';

const read = (chunks: Uint8Array[], reader = new NdjsonReader()) => [
  ...chunks.flatMap((chunk) => reader.push(chunk)),
  ...reader.end(),
];

describe('a reader of JSON lines', () => {
  it('gives the same events for any split of the bytes, and any end of line', () => {
    const ends = fc.constantFrom('\n', '\r\n', '\n\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.jsonValue(), ends)), fc.array(fc.nat(400)), (lines, cuts) => {
        const bytes = Buffer.from(lines.map(([value, end]) => JSON.stringify(value) + end).join(''));
        const events = read(
          cutAt(
            bytes,
            cuts.sort((a, b) => a - b),
          ),
        );
        expect(events).toEqual(lines.map(([value]) => ({ name: '', data: JSON.stringify(value) })));
      }),
    );
  });

  it('gives the last line although its end is missing', () => {
    const reader = new NdjsonReader();
    expect(reader.push(Buffer.from('{"a":1}\n{"b"'))).toEqual([{ name: '', data: '{"a":1}' }]);
    expect(reader.atEventBoundary).toBe(false);
    reader.push(Buffer.from(':2}'));
    expect(reader.end()).toEqual([{ name: '', data: '{"b":2}' }]);
    expect(reader.end()).toEqual([]);
  });

  it('drops a line that is too long, counts it, and reads the next', () => {
    const reader = new NdjsonReader(16);
    expect(read([Buffer.from(`{"a":"${'x'.repeat(40)}"}\n{"b":2}\n`)], reader)).toEqual([
      { name: '', data: '{"b":2}' },
    ]);
    expect(reader.dropped).toBe(1);
  });
});

it.each([
  ['application/x-ndjson', 'NdjsonReader'],
  ['application/jsonl; charset=utf-8', 'NdjsonReader'],
  ['Text/Event-Stream;charset=utf-8', 'SseReader'],
  ['application/vnd.amazon.eventstream', 'AwsEventReader'],
  ['application/json', undefined],
  ['', undefined],
])('a body of type "%s" is read by %s', (contentType, name) => {
  expect(eventSplitterFor(contentType)?.constructor.name).toBe(name);
});

describe('an answer in JSON lines', () => {
  const lines = ['{"model":"m","message":{"content":"Hi"},"done":false}', '{"model":"m","done":true,"eval_count":3}'];
  const observe = async (dialect: DialectName, text: string) => {
    const operation = dialect === 'other' ? 'other' : 'chat';
    const contentType = 'application/x-ndjson';
    const observation = createObservation({ dialect, operation, contentType, contentEncoding: '', captureBytes: 999 });
    observation.push(Buffer.from(text), 5);
    return observation.finish();
  };

  it('is a stream to a dialect that reads it, and text to the dialect of everything else', async () => {
    const text = `${lines.join('\n')}\n`;
    expect(await observe('ollama-chat', text)).toMatchObject({
      ...{ stream: true, terminal: true, body: null, firstTokenMs: 5, responseModel: 'm' },
      answer: { text: 'Hi' },
      usage: { outputText: 3 },
    });
    expect(await observe('other', text)).toMatchObject({
      stream: false,
      terminal: true,
      body: text,
      firstTokenMs: null,
    });
  });

  it('is not complete before it says so, and not after an error', async () => {
    expect(await observe('ollama-chat', `${lines[0]}\n`)).toMatchObject({ stream: true, terminal: false });
    expect(await observe('ollama-chat', `${lines[0]}\n{"error":"out of memory"}\n`)).toMatchObject({
      terminal: false,
      error: { message: 'out of memory' },
    });
  });

  it('is watched to its end', () => {
    const watch = (text: string) => {
      const watching = createTerminalWatch('ollama-chat', 'application/x-ndjson');
      for (const byte of Buffer.from(text)) watching.push(Uint8Array.of(byte));
      return { terminal: watching.sawTerminal, error: watching.sawError };
    };
    expect(watch(lines.join('\n'))).toEqual({ terminal: true, error: false });
    expect(watch(`${lines[0]}\n`)).toEqual({ terminal: false, error: false });
    expect(watch(`${lines[0]}\n{"error":"out of memory"}`)).toEqual({ terminal: false, error: true });
    expect(watch(`{"message":{"content":"\\"done\\":true"},"done":false}\n`)).toEqual({
      terminal: false,
      error: false,
    });
  });
});
