// Server-sent events come out the same however the bytes are cut, and no stream can make the reader hold too much.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SseReader } from '../../proxy/observe/sse-reader.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';
import { cutAt } from './recordings.ts';

function read(chunks: Uint8Array[], reader = new SseReader()): StreamEvent[] {
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}
const readText = (text: string): StreamEvent[] => read([Buffer.from(text)]);

describe('events', () => {
  test.each([
    ['LF', 'event: a\ndata: 1\ndata: 2\n\ndata:3\n\n'],
    ['CRLF', 'event: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata:3\r\n\r\n'],
    ['CR', 'event: a\rdata: 1\rdata: 2\r\rdata:3\r\r'],
    ['mixed line ends', 'event: a\rdata: 1\r\ndata: 2\n\r\ndata:3\n\n'],
    ['a byte order mark', '\ufeffevent: a\ndata: 1\ndata: 2\n\ndata:3\n\n'],
    [
      'comments, ids and unknown fields',
      ': hi\n\nid: 7\nevent: a\nretry: 5\ndata: 1\nstrange\ndata: 2\n\n:\ndata:3\n\n',
    ],
  ])('are read with %s', (_, text) => {
    expect(readText(text)).toEqual([
      { name: 'a', data: '1\n2' },
      { name: '', data: '3' },
    ]);
  });

  test('lose one space after the colon and no more', () => {
    expect(readText('data:  two\n\n')).toEqual([{ name: '', data: ' two' }]);
  });

  test('with a field without a colon have empty data, and without data are none', () => {
    expect(readText('data\n\nevent: ping\n\n')).toEqual([{ name: '', data: '' }]);
  });

  test('count at the end of the stream without their blank line, as the official clients hold', () => {
    expect(readText('data: [DONE]')).toEqual([{ name: '', data: '[DONE]' }]);
  });

  test('too big to keep are dropped and counted, and those after them are read', () => {
    const reader = new SseReader(64);
    const events = read(
      [Buffer.from(`data: ${'x'.repeat(100)}\n\ndata: ${'y\ndata: '.repeat(70)}\n\ndata: ok\n\n`)],
      reader,
    );
    expect(events).toEqual([{ name: '', data: 'ok' }]);
    expect(reader.dropped).toBe(2);
  });

  test('without an end hold no more than the limit', () => {
    const reader = new SseReader(1024);
    const before = process.memoryUsage().arrayBuffers;
    for (let piece = 0; piece < 2000; piece++) reader.push(Buffer.alloc(64 * 1024, 'x'));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1024 * 1024);
    expect(reader.end()).toEqual([]);
  });

  test('are the same in any split, with any line ends', () => {
    const line = fc.oneof(
      fc.string({ unit: 'grapheme' }).map((text) => `data: ${text.replace(/[\r\n]/g, '')}`),
      fc.constantFrom('', '', ': comment', 'event: named', 'data', 'data:', 'id: 1'),
    );
    const stream = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\r')), { maxLength: 30 });
    fc.assert(
      fc.property(stream, fc.array(fc.nat(400), { maxLength: 20 }), (lines, ends) => {
        const bytes = Buffer.from(lines.map(([text, end]) => text + end).join(''));
        const cut = cutAt(
          bytes,
          ends.filter((end) => end < bytes.length).sort((a, b) => a - b),
        );
        expect(read(cut)).toEqual(read([bytes]));
        expect(
          read(
            cutAt(
              bytes,
              Array.from(bytes, (_, at) => at),
            ),
          ),
        ).toEqual(read([bytes]));
      }),
      { numRuns: 500 },
    );
  });
});
