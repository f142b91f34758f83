import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameWriter, frameKinds, readFrames } from '../../proxy/tap/frames.ts';

const kinds = Object.keys(frameKinds) as (keyof typeof frameKinds)[];
const frame = fc.record({
  kind: fc.constantFrom(...kinds),
  number: fc.nat(),
  atMs: fc.nat(),
  bytes: fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.nat(20_000).map((length) => new Uint8Array(length).fill(7)),
  ),
});

test('every frame comes out as it went in, in order, however many share a message', () => {
  fc.assert(
    fc.property(fc.array(fc.array(frame, { maxLength: 12 }), { maxLength: 4 }), (messages) => {
      const writer = new FrameWriter();
      for (const frames of messages) {
        for (const { kind, number, bytes, atMs } of frames) writer.bytes(kind, number, bytes, atMs);
        const message = writer.take();
        expect(message === null).toBe(frames.length === 0);
        const read = message ? [...readFrames(message)] : [];
        expect(read.map(({ payload, ...rest }) => ({ ...rest, bytes: new Uint8Array(payload) }))).toEqual(
          frames.map(({ bytes, ...rest }) => ({ ...rest, bytes: new Uint8Array(bytes) })),
        );
      }
    }),
    { numRuns: 60 },
  );
});

test('facts keep every character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 3000 }), (text) => {
      const writer = new FrameWriter();
      writer.json('start', 1, { text });
      const [only] = [...readFrames(writer.take() ?? new Uint8Array())];
      expect(JSON.parse(only?.payload.toString() ?? '')).toEqual({ text });
    }),
  );
});

test('a time before the start counts as the start', () => {
  const writer = new FrameWriter();
  writer.bytes('response', 1, new Uint8Array(1), -0.4);
  expect([...readFrames(writer.take() ?? new Uint8Array())][0]?.atMs).toBe(0);
});
