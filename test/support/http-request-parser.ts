// Reads HTTP/1.1 requests from raw socket bytes (RFC 9112), for test servers that must see exactly what was sent.
// Lenient on purpose: it notes what came instead of refusing it.

export interface RequestHead {
  method: string;
  /** The request target as sent, query string included. */
  path: string;
  /** Names and values in the order and letter case in which they came: [name, value, name, value, …]. */
  rawHeaders: string[];
}

export interface ParserEvents {
  head(head: RequestHead): void;
  body(bytes: Buffer): void;
  end(): void;
}

/** Value of the first header of this name in a raw list, letter case ignored; undefined when absent. */
export function headerOf(rawHeaders: readonly string[], name: string): string | undefined {
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() === name) return rawHeaders[i + 1];
  }
  return undefined;
}

/** Feed it bytes as they come; it calls back for each head, piece of body and end. Pipelined requests follow in order. */
export function createRequestParser(events: ParserEvents): (bytes: Buffer) => void {
  let waiting = Buffer.alloc(0);
  let left = 0;
  let state: 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'chunk-end' | 'trailers' = 'head';

  const line = (separator: string): string | null => {
    const at = waiting.indexOf(separator);
    if (at < 0) return null;
    const text = waiting.toString('latin1', 0, at);
    waiting = waiting.subarray(at + separator.length);
    return text;
  };
  const finish = () => {
    state = 'head';
    events.end();
  };
  const takeHead = (): boolean => {
    const text = line('\r\n\r\n');
    if (text === null) return false;
    const head = parseHead(text);
    events.head(head);
    left = Number(headerOf(head.rawHeaders, 'content-length') ?? 0);
    if (headerOf(head.rawHeaders, 'transfer-encoding')?.toLowerCase().includes('chunked')) state = 'chunk-size';
    else if (left > 0) state = 'length';
    else finish();
    return true;
  };
  const takeBody = (): boolean => {
    if (waiting.length === 0) return false;
    const piece = waiting.subarray(0, left);
    waiting = waiting.subarray(piece.length);
    left -= piece.length;
    events.body(Buffer.from(piece));
    if (left === 0) {
      if (state === 'length') finish();
      else state = 'chunk-end';
    }
    return true;
  };
  const takeChunkLine = (): boolean => {
    const text = line('\r\n');
    if (text === null) return false;
    if (state === 'chunk-end') state = 'chunk-size';
    else if (state === 'trailers') {
      if (text === '') finish();
    } else {
      left = Number.parseInt(text, 16);
      state = left > 0 ? 'chunk-data' : 'trailers';
    }
    return true;
  };

  return (bytes) => {
    waiting = Buffer.concat([waiting, bytes]);
    let more = true;
    while (more) {
      if (state === 'head') more = takeHead();
      else if (state === 'length' || state === 'chunk-data') more = takeBody();
      else more = takeChunkLine();
    }
  };
}

function parseHead(text: string): RequestHead {
  const [first = '', ...lines] = text.split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const rawHeaders = lines.flatMap((entry) => {
    const colon = entry.indexOf(':');
    return [entry.slice(0, colon), entry.slice(colon + 1).trim()];
  });
  return { method, path, rawHeaders };
}
