// Text messages are read from a server's bytes in any split, whatever stands between them.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { WebSocketMessages } from '../../proxy/observe/websocket-messages.ts';

/** One unmasked frame as a server sends it (RFC 6455, 5.2). */
function frame(opcode: number, payload: Buffer, final = true): Buffer {
  const { length } = payload;
  const head = length < 126 ? Buffer.alloc(2) : length < 65_536 ? Buffer.alloc(4) : Buffer.alloc(10);
  head[0] = (final ? 0x80 : 0) | opcode;
  if (length < 126) head[1] = length;
  else if (length < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(length, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([head, payload]);
}

const part = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }).map((text) => ({ text, bytes: [frame(1, Buffer.from(text))] })),
  fc.tuple(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' })).map(([a, b]) => ({
    text: a + b,
    // A fragmented message with a ping in its middle.
    bytes: [frame(1, Buffer.from(a), false), frame(9, Buffer.from('ping')), frame(0, Buffer.from(b))],
  })),
  fc.integer({ min: 0, max: 70_000 }).map((size) => ({ text: null, bytes: [frame(2, Buffer.alloc(size))] })),
  fc.constant({ text: null, bytes: [frame(2, Buffer.alloc(5), false), frame(0, Buffer.from('not text'))] }),
);

it('gives every text message once and in order, in any split', () => {
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.integer({ min: 1, max: 5000 }), (parts, size) => {
      const bytes = Buffer.concat(parts.flatMap((one) => one.bytes));
      const messages = new WebSocketMessages();
      const got: string[] = [];
      for (let at = 0; at < bytes.length; at += size) got.push(...messages.push(bytes.subarray(at, at + size)));
      expect(got).toEqual(parts.map((one) => one.text).filter((text) => text !== null));
    }),
    { numRuns: 300 },
  );
});

it('gives up on compressed frames and on nonsense, and never throws', () => {
  const compressed = frame(1, Buffer.from('x'));
  compressed[0] = 0xc1;
  const messages = new WebSocketMessages();
  expect(messages.push(compressed)).toEqual([]);
  expect(messages.push(frame(1, Buffer.from('later')))).toEqual([]);
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (chunks) => {
      const any = new WebSocketMessages();
      for (const chunk of chunks) any.push(Buffer.from(chunk));
    }),
  );
});
