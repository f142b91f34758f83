// What one frame of Amazon's event stream says: its headers tell event from exception, its payload is JSON. Bedrock's
// /invoke-with-response-stream wraps the provider's own event once more: {"bytes": "<base64 of its JSON>"}.
import type { StreamEvent } from './stream-event.ts';

/** How long the value of a header is, by its kind; -1: its length stands before it as u16. */
const valueBytes: readonly number[] = [0, 0, 1, 2, 4, 8, -1, -1, 8, 16];
const textKind = 7;

/** Null: nothing for a reader of events (the answer to the opening of a connection). */
export function eventIn(headerBytes: Buffer, payload: Buffer): StreamEvent | null {
  const headers = headersIn(headerBytes);
  const text = payload.toString('utf8');
  switch (headers.get(':message-type')) {
    case 'exception':
      return errorEvent(headers.get(':exception-type') ?? '', messageIn(text));
    case 'error':
      return errorEvent(headers.get(':error-code') ?? '', headers.get(':error-message') ?? text);
    default: {
      const name = headers.get(':event-type') ?? '';
      return name === 'initial-response' ? null : name === 'chunk' ? unwrapped(text) : { name, data: text };
    }
  }
}

function errorEvent(type: string, message: string): StreamEvent {
  return { name: 'error', data: JSON.stringify({ error: { type, message } }) };
}

function messageIn(payload: string): string {
  const said = parsed(payload);
  const message = said.message ?? said.Message;
  return typeof message === 'string' ? message : payload;
}

function unwrapped(payload: string): StreamEvent {
  const { bytes } = parsed(payload);
  if (typeof bytes !== 'string') return { name: 'chunk', data: payload };
  const data = Buffer.from(bytes, 'base64').toString('utf8');
  const { type } = parsed(data);
  return { name: typeof type === 'string' ? type : '', data };
}

function parsed(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

/** The headers with text for a value. Each is: length of the name u8, name, kind u8, value. */
function headersIn(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  let at = 0;
  while (at < bytes.length) {
    const nameEnd = at + 1 + (bytes[at] as number);
    const kind = bytes[nameEnd];
    const fixed = kind === undefined ? undefined : valueBytes[kind];
    // The checksum was right, so this is a kind that nobody knew when this was written: what follows cannot be found.
    if (fixed === undefined || (fixed === -1 && nameEnd + 3 > bytes.length)) break;
    const start = fixed === -1 ? nameEnd + 3 : nameEnd + 1;
    const end = start + (fixed === -1 ? bytes.readUInt16BE(nameEnd + 1) : fixed);
    if (kind === textKind) headers.set(bytes.toString('utf8', at + 1, nameEnd), bytes.toString('utf8', start, end));
    at = end;
  }
  return headers;
}
