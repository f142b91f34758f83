// Ways for the faulty upstream to answer, each named for what goes wrong. A behaviour is a function: `respond(hang())`.
import { setTimeout as sleep } from 'node:timers/promises';
import zlib from 'node:zlib';
import type { Behaviour, Reply } from './faulty-upstream.ts';

type Headers = readonly (readonly [string, string])[];

export interface AnswerOptions {
  status?: number;
  headers?: Headers;
  /** The body, in the pieces in which it is written. */
  pieces?: readonly (string | Uint8Array)[];
  /** Pause before the head and between pieces, milliseconds. */
  delayMs?: number;
  /** `length`: content-length; `chunked`: one chunk per piece; `close`: neither, the connection's end is the body's. */
  framing?: 'length' | 'chunked' | 'close';
}

/** Answers well: status 200, JSON, one chunk per piece unless told otherwise. */
export function answer(options: AnswerOptions = {}): Behaviour {
  const { status = 200, pieces = ['{"ok":true}'], delayMs = 0, framing = 'chunked' } = options;
  return async (reply) => {
    if (delayMs > 0) await sleep(delayMs);
    await reply.head(status, [...typed(options.headers), ...framingHeader(framing, pieces)]);
    for (const [index, piece] of pieces.entries()) {
      if (index > 0 && delayMs > 0) await sleep(delayMs);
      if (!(await (framing === 'chunked' ? reply.chunk(piece) : reply.raw(piece)))) return;
    }
    if (framing === 'chunked') await reply.endChunks();
    if (framing === 'close') reply.close();
  };
}

/** Answers a server-sent event stream, one chunk per piece. */
export const answerStream = (pieces: readonly (string | Uint8Array)[], delayMs = 0): Behaviour =>
  answer({ headers: [['content-type', 'text/event-stream; charset=utf-8']], pieces, delayMs });

/** Takes the request and never says a word. */
export const hang = (): Behaviour => () => {};

/** Says the head and these pieces, then nothing more; the connection stays open. */
export const hangAfter = (pieces: readonly (string | Uint8Array)[], headers?: Headers): Behaviour =>
  begin(pieces, headers, () => {});

/** Breaks the connection (RST) before a head. */
export const resetAtOnce = (): Behaviour => (reply) => reply.reset();

/** Closes the connection (FIN) before a head. */
export const closeAtOnce = (): Behaviour => (reply) => reply.close();

/** Says the head and these pieces, announces one more chunk, writes half of it and breaks the connection. */
export const resetMidChunk = (pieces: readonly (string | Uint8Array)[], headers?: Headers): Behaviour =>
  begin(pieces, headers, async (reply) => {
    await reply.raw('20\r\nhalf of it');
    await sleep(20);
    reply.reset();
  });

/** A well-formed HTTP body whose stream lacks its last events: the chunked coding ends, the dialect's terminal never comes. */
export const endWithoutTerminal = (pieces: readonly (string | Uint8Array)[]): Behaviour => answerStream(pieces);

/** Says the head and these pieces, then closes (FIN) without the last chunk. */
export const closeMidStream = (pieces: readonly (string | Uint8Array)[], headers?: Headers): Behaviour =>
  begin(pieces, headers, (reply) => reply.close());

/** Promises more bytes by content-length than it sends, then closes. */
export function shortContentLength(body: string | Uint8Array, missing = 10): Behaviour {
  return async (reply) => {
    const bytes = Buffer.from(body);
    await reply.head(200, [...typed(), ['content-length', String(bytes.length + missing)]]);
    await reply.raw(bytes);
    reply.close();
  };
}

/** Sends the body one byte at a time, `intervalMs` apart. */
export function drip(body: string | Uint8Array, intervalMs = 1000, headers?: Headers): Behaviour {
  const pieces = [...Buffer.from(body)].map((byte) => Uint8Array.of(byte));
  return answer({ headers: typed(headers), pieces, delayMs: intervalMs });
}

export type Coding = 'gzip' | 'br' | 'zstd' | 'deflate';

const compress: Record<Coding, (bytes: Buffer) => Buffer> = {
  gzip: (bytes) => zlib.gzipSync(bytes),
  br: (bytes) => zlib.brotliCompressSync(bytes, { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: (bytes) => zlib.zstdCompressSync(bytes),
  deflate: (bytes) => zlib.deflateSync(bytes),
};

/** The body compressed; written in pieces of `pieceBytes` (default: whole). */
export function answerCompressed(
  body: string | Uint8Array,
  coding: Coding,
  options: AnswerOptions & { pieceBytes?: number } = {},
): Behaviour {
  const bytes = compress[coding](Buffer.from(body));
  const size = options.pieceBytes ?? bytes.length;
  const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return answer({ ...options, pieces, headers: [...typed(options.headers), ['content-encoding', coding]] });
}

/** A few kilobytes that unpack to `unpackedBytes` of zeros. */
export const bomb = (coding: Coding, unpackedBytes = 512 * 1024 * 1024): Behaviour =>
  answerCompressed(Buffer.alloc(unpackedBytes), coding);

/** Redirects; a proxy must hand this to the client and not follow it. */
export const redirect = (location: string, status = 307): Behaviour =>
  answer({ status, headers: [['location', location]], pieces: [], framing: 'length' });

/** A body of `totalBytes`, written as fast as the other side reads; `reply.taken()` tells how much of it went out. */
export function flood(totalBytes: number, pieceBytes = 64 * 1024, onReply?: (reply: Reply) => void): Behaviour {
  return async (reply) => {
    onReply?.(reply);
    await reply.head(200, [
      ...typed([['content-type', 'application/octet-stream']]),
      ['content-length', String(totalBytes)],
    ]);
    const piece = Buffer.alloc(pieceBytes, 0x61);
    for (let left = totalBytes; left > 0; left -= pieceBytes) {
      if (!(await reply.raw(piece.subarray(0, Math.min(left, pieceBytes))))) return;
    }
  };
}

/** Exactly these bytes and nothing else; then the connection is closed unless `keepOpen`. */
export function rawBytes(bytes: string | Uint8Array, keepOpen = false): Behaviour {
  return async (reply) => {
    await reply.raw(bytes);
    if (!keepOpen) reply.close();
  };
}

function begin(
  pieces: readonly (string | Uint8Array)[],
  headers: Headers | undefined,
  then: (reply: Reply) => void | Promise<void>,
): Behaviour {
  return async (reply) => {
    await reply.head(200, [
      ...typed(headers ?? [['content-type', 'text/event-stream']]),
      ['transfer-encoding', 'chunked'],
    ]);
    for (const piece of pieces) await reply.chunk(piece);
    await then(reply);
  };
}

function typed(headers: Headers = []): Headers {
  const hasType = headers.some(([name]) => name.toLowerCase() === 'content-type');
  return hasType ? headers : [['content-type', 'application/json'], ...headers];
}

function framingHeader(framing: 'length' | 'chunked' | 'close', pieces: readonly (string | Uint8Array)[]): Headers {
  if (framing === 'chunked') return [['transfer-encoding', 'chunked']];
  if (framing === 'close') return [['connection', 'close']];
  return [['content-length', String(pieces.reduce((sum, piece) => sum + Buffer.byteLength(piece), 0))]];
}
