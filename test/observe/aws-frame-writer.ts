// Writes frames of Amazon's event stream for tests, as https://smithy.io/2.0/aws/amazon-eventstream.html describes them.
import { crc32 } from 'node:zlib';

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** A header whose value is text; `raw` stands for headers of other kinds. */
function header(name: string, value: string): Buffer {
  const text = Buffer.from(value);
  return Buffer.concat([
    Buffer.from([Buffer.byteLength(name)]),
    Buffer.from(name),
    Buffer.from([7, text.length >> 8, text.length & 0xff]),
    text,
  ]);
}

export function awsFrame(headers: Record<string, string>, payload: string, raw: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.concat([raw, ...Object.entries(headers).map(([name, value]) => header(name, value))]);
  const body = Buffer.from(payload);
  const prelude = Buffer.concat([u32(16 + head.length + body.length), u32(head.length)]);
  const unsigned = Buffer.concat([prelude, u32(crc32(prelude)), head, body]);
  return Buffer.concat([unsigned, u32(crc32(unsigned))]);
}

export const awsEvent = (type: string, data: unknown): Buffer =>
  awsFrame(
    { ':event-type': type, ':content-type': 'application/json', ':message-type': 'event' },
    JSON.stringify(data),
  );

export const awsException = (type: string, data: unknown): Buffer =>
  awsFrame({ ':message-type': 'exception', ':exception-type': type }, JSON.stringify(data));
