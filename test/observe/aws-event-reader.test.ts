// Amazon's event stream: every cut of the bytes gives the same events, and nothing that its checksums deny is believed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AwsEventReader } from '../../proxy/observe/aws-event-reader.ts';
import { eventSplitterFor } from '../../proxy/observe/event-splitter.ts';
import type { StreamEvent } from '../../proxy/observe/stream-event.ts';
import { createTerminalWatch } from '../../proxy/observe/terminal-watch.ts';
import { awsEvent, awsException, awsFrame } from './aws-frame-writer.ts';
import { framesOf, isEventStream } from './event-stream-frames.ts';
import { cutAt, readRecordings, recordedFiles } from './recordings.ts';

function read(chunks: Uint8Array[], reader = new AwsEventReader()): StreamEvent[] {
  return [...chunks.flatMap((chunk) => reader.push(chunk)), ...reader.end()];
}

const damage = (events: StreamEvent[]): string => JSON.parse(events.at(-1)?.data ?? '{}').error?.message ?? '';

describe('a reader of Amazon’s event stream', () => {
  it('gives each event under its type', () => {
    const bytes = Buffer.concat([awsEvent('messageStart', { role: 'assistant' }), awsEvent('metadata', { usage: {} })]);
    expect(read([bytes])).toEqual([
      { name: 'messageStart', data: '{"role":"assistant"}' },
      { name: 'metadata', data: '{"usage":{}}' },
    ]);
  });

  it('gives the same events for any split of the bytes', () => {
    const frame = fc
      .tuple(fc.string({ minLength: 1, maxLength: 20 }), fc.jsonValue())
      .map(([type, data]) => awsEvent(`t${type}`, data));
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 5 }), fc.array(fc.nat(600)), (frames, cuts) => {
        const bytes = Buffer.concat(frames);
        const reader = new AwsEventReader();
        const ends = cuts.sort((a, b) => a - b);
        expect(read(cutAt(bytes, ends), reader)).toEqual(read(frames));
        expect(reader.atEventBoundary).toBe(true);
      }),
    );
  });

  it('makes an error of an exception, and of an error that the service did not foresee', () => {
    const [exception] = read([awsException('throttlingException', { message: 'Too many requests' })]);
    expect(exception?.name).toBe('error');
    expect(JSON.parse(exception?.data ?? '')).toEqual({
      error: { type: 'throttlingException', message: 'Too many requests' },
    });
    const headers = { ':message-type': 'error', ':error-code': 'InternalError', ':error-message': 'Out of order' };
    expect(JSON.parse(read([awsFrame(headers, '')])[0]?.data ?? '')).toEqual({
      error: { type: 'InternalError', message: 'Out of order' },
    });
  });

  it('unwraps what a provider’s own stream has been wrapped in', () => {
    const inner = JSON.stringify({ type: 'message_stop', note: '東京' });
    const wrapped = (text: string) => awsEvent('chunk', { bytes: Buffer.from(text).toString('base64'), p: 'abc' });
    expect(read([wrapped(inner), wrapped('{"outputText":"hi"}')])).toEqual([
      { name: 'message_stop', data: inner },
      { name: '', data: '{"outputText":"hi"}' },
    ]);
  });

  it('steps over headers of other kinds', () => {
    const named = (kind: number, value: number[]): number[] => [1, 0x68, kind, ...value];
    const sizes = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
    const others = sizes.map((size, kind) =>
      kind === 7 ? [] : named(kind, size === -1 ? [0, 2, 99, 99] : Array(size).fill(99)),
    );
    expect(read([awsFrame({ ':event-type': 'ping' }, '{}', Buffer.from(others.flat()))])).toEqual([
      { name: 'ping', data: '{}' },
    ]);
  });

  it('ends its reading at any damaged byte, and believes nothing of that frame', () => {
    const good = awsEvent('messageStart', { role: 'assistant' });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const bad = Buffer.from(good);
        bad[at] = (bad[at] as number) ^ flip;
        const events = read([good, bad, good, good]);
        expect(events[0]?.name).toBe('messageStart');
        expect(events.slice(1).every((event) => event.name === 'error')).toBe(true);
        // A damaged length is found by the checksum of the two lengths alone, before anything else has come.
        expect(damage(events)).toContain(
          `byte ${good.length} has ${at < 12 ? 'an impossible length' : 'a wrong checksum'}`,
        );
      }),
    );
  });

  it('takes anything for bytes without throwing', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (chunks) => {
        expect(read(chunks).length).toBeLessThan(2);
      }),
    );
  });

  it('drops a frame that is too big, counts it, and reads the next', () => {
    const reader = new AwsEventReader(300);
    const big = awsEvent('contentBlockDelta', { text: 'x'.repeat(1000) });
    const bytes = Buffer.concat([big, awsEvent('messageStop', {})]);
    const cuts = Array.from({ length: 40 }, (_, index) => index * 29);
    expect(read(cutAt(bytes, cuts), reader).map((event) => event.name)).toEqual(['messageStop']);
    expect(reader.dropped).toBe(1);
  });

  it('makes no event of a frame that was cut off', () => {
    const reader = new AwsEventReader();
    expect(read([awsEvent('messageStop', {}).subarray(0, -1)], reader)).toEqual([]);
    expect(reader.atEventBoundary).toBe(false);
  });
});

describe('the watch over a Converse stream', () => {
  const watching = (...frames: Buffer[]) => {
    const watch = createTerminalWatch('bedrock-converse', 'application/vnd.amazon.eventstream');
    for (const frame of frames) watch.push(frame);
    return { terminal: watch.sawTerminal, error: watch.sawError };
  };
  const said = awsEvent('contentBlockDelta', { delta: { text: 'messageStop' } });

  it('sees the answer complete with its usage, and without it too', () => {
    const stop = awsEvent('messageStop', { stopReason: 'end_turn' });
    expect(watching(said, stop, awsEvent('metadata', {}))).toEqual({ terminal: true, error: false });
    expect(watching(said, stop)).toEqual({ terminal: true, error: false });
    expect(watching(said)).toEqual({ terminal: false, error: false });
  });

  it('sees an exception, and damage', () => {
    const exception = awsException('modelStreamErrorException', { message: 'boom' });
    expect(watching(said, exception)).toEqual({ terminal: false, error: true });
    expect(watching(said, Buffer.alloc(20))).toEqual({ terminal: false, error: true });
  });
});

it.skipIf(recordedFiles() === null)('reads what Amazon recorded as it reads taken apart by hand', () => {
  for (const file of ['bedrock-converse', 'bedrock-invoke']) {
    for (const recording of readRecordings(file).filter(isEventStream)) {
      const { bytes, contentType } = recording.response;
      const splitter = eventSplitterFor(contentType);
      const events = splitter?.push(bytes) ?? [];
      const frames = framesOf(bytes);
      expect(events, recording.id).toHaveLength(frames.length);
      for (const [index, { type, payload }] of frames.entries()) {
        const wrapped = type === 'chunk' ? Buffer.from(JSON.parse(payload).bytes, 'base64').toString() : null;
        expect(events[index]?.data, recording.id).toBe(wrapped ?? payload);
        if (wrapped === null) expect(events[index]?.name).toBe(type);
      }
    }
  }
});
