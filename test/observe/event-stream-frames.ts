// Amazon's event stream taken apart in the plainest way, for what a recording says and for cutting it between frames:
// total length u32, header length u32, CRC, headers, payload, CRC. https://smithy.io/2.0/aws/amazon-eventstream.html
import type { Recording } from './recordings.ts';

export const isEventStream = ({ response }: Pick<Recording, 'response'>): boolean =>
  response.contentType.startsWith('application/vnd.amazon.eventstream');

export const isLines = ({ response }: Pick<Recording, 'response'>): boolean =>
  response.contentType.startsWith('application/x-ndjson');

/** Where each frame ends. */
export function frameEnds(bytes: Buffer): number[] {
  const ends: number[] = [];
  for (let at = 0; at < bytes.length; at = ends.at(-1) as number) ends.push(at + bytes.readUInt32BE(at));
  return ends;
}

export interface Frame {
  /** `:event-type`, or `:exception-type` of a failure. */
  type: string;
  payload: string;
}

export function framesOf(bytes: Buffer): Frame[] {
  const ends = frameEnds(bytes);
  return ends.map((end, index) => {
    const start = index === 0 ? 0 : (ends[index - 1] as number);
    const payloadAt = start + 12 + bytes.readUInt32BE(start + 4);
    return { type: typeIn(bytes.subarray(start + 12, payloadAt)), payload: bytes.toString('utf8', payloadAt, end - 4) };
  });
}

/** Each header: length of the name u8, name, kind u8 (7 is text), length of the text u16, text. */
function typeIn(headers: Buffer): string {
  for (let at = 0; at < headers.length; ) {
    const nameEnd = at + 1 + headers.readUInt8(at);
    const textEnd = nameEnd + 3 + headers.readUInt16BE(nameEnd + 1);
    const name = headers.toString('latin1', at + 1, nameEnd);
    if (/^:(?:event|exception)-type$/.test(name)) return headers.toString('latin1', nameEnd + 3, textEnd);
    at = textEnd;
  }
  return '';
}
