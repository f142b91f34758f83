// Undoes content-encoding on the recorded copy of a body, chunk by chunk, within limits on size and ratio: a few kilobytes can
// unpack to gigabytes, and the client asked for them, not we.
import type { Transform } from 'node:stream';
import {
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
} from 'node:zlib';

export interface DecodeLimits {
  /** Decoded bytes of one body. */
  bytes: number;
  /** Decoded bytes per byte on the wire, checked once `ratioFrom` decoded bytes have come. */
  ratio: number;
  ratioFrom: number;
}

export const defaultDecodeLimits: DecodeLimits = { bytes: 64 * 1024 * 1024, ratio: 500, ratioFrom: 8 * 1024 * 1024 };

export interface BodyDecoder {
  /** Decoded bytes of the next chunk, given to `onBytes` before the promise resolves. Rejects with a readable reason. */
  push(bytes: Uint8Array): Promise<void>;
  /** Gives what was still inside. A body cut short is no error here: its reader will notice. */
  end(): Promise<void>;
}

// Without these, a body that was cut off loses what its last chunk could still have given.
const zlibOptions = { finishFlush: constants.Z_SYNC_FLUSH };
const brotliOptions = { finishFlush: constants.BROTLI_OPERATION_FLUSH };
const zstdOptions = { finishFlush: constants.ZSTD_e_flush };

/** The encodings named by a content-encoding header in the order they were applied; empty for a plain body. */
export function encodingsOf(contentEncoding: string): string[] {
  return contentEncoding
    .toLowerCase()
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
}

/** A decoder for encodings as encodingsOf() gives them. Throws on one it does not know. */
export function createBodyDecoder(
  encodings: string[],
  limits: DecodeLimits,
  onBytes: (bytes: Buffer) => void,
): BodyDecoder {
  const known = ['gzip', 'x-gzip', 'deflate', 'br', 'zstd'];
  const strange = encodings.find((name) => !known.includes(name));
  if (strange !== undefined) throw new Error(`unknown content-encoding "${strange}"; known are ${known.join(', ')}`);
  const stages = encodings.toReversed().map((name) => new Stage(name));
  let wire = 0;
  let decoded = 0;

  function check(size: number): void {
    decoded += size;
    if (decoded > limits.bytes) throw new Error(`the body decodes to more than ${limits.bytes} bytes`);
    if (decoded > limits.ratioFrom && decoded > wire * limits.ratio) {
      throw new Error(`the body decodes to more than ${limits.ratio} times its size on the wire`);
    }
  }

  async function through(position: number, chunks: Buffer[], ending: boolean): Promise<void> {
    const stage = stages[position];
    if (stage === undefined) {
      chunks.forEach(onBytes);
      return;
    }
    const last = position === stages.length - 1;
    const next: Buffer[] = [];
    let size = 0;
    // Every stage is bounded, for an inner one may be the bomb; only the last one's bytes count as the body's.
    const take = (bytes: Buffer): void => {
      size += bytes.length;
      if (last) check(bytes.length);
      else if (size > limits.bytes) throw new Error(`an encoding holds more than ${limits.bytes} bytes`);
      next.push(bytes);
    };
    try {
      for (const chunk of chunks) await stage.write(chunk, take);
      if (ending) await stage.end(take);
    } finally {
      // What came before the damage is still worth reading.
      await through(position + 1, next, ending);
    }
  }

  return {
    push(bytes) {
      wire += bytes.length;
      return through(0, [Buffer.from(bytes)], false);
    },
    end: () => through(0, [], true),
  };
}

class Stage {
  readonly #encoding: string;
  #stream: Transform | null = null;
  #take: (bytes: Buffer) => void = () => {};
  #failure: Error | null = null;
  /** The encoding has come to its own end; what follows is padding and never gets a callback. */
  #ended = false;
  #wake: () => void = () => {};

  constructor(encoding: string) {
    this.#encoding = encoding;
  }

  async write(chunk: Buffer, take: (bytes: Buffer) => void): Promise<void> {
    if (chunk.length === 0) return;
    this.#stream ??= this.#open(chunk);
    const stream = this.#stream;
    if (this.#ended) return;
    await this.#settle(take, (done) => stream.write(chunk, done));
  }

  async end(take: (bytes: Buffer) => void): Promise<void> {
    const stream = this.#stream;
    if (stream === null || this.#ended) return;
    await this.#settle(take, () => stream.end());
  }

  /** Runs one step and waits until it is through, or the stream has failed. */
  async #settle(take: (bytes: Buffer) => void, step: (done: () => void) => void): Promise<void> {
    this.#take = take;
    if (this.#failure === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        step(resolve);
      });
    }
    if (this.#failure !== null) throw this.#failure;
  }

  #open(first: Buffer): Transform {
    const stream = this.#create(first);
    const fail = (error: Error): void => {
      this.#failure ??= error;
      this.#wake();
    };
    stream.on('error', (error) => fail(new Error(`the ${this.#encoding} encoding is damaged (${error.message})`)));
    stream.on('end', () => {
      this.#ended = true;
      this.#wake();
    });
    stream.on('close', () => this.#wake());
    stream.on('data', (bytes: Buffer) => {
      if (this.#failure !== null) return;
      try {
        this.#take(bytes);
      } catch (error) {
        fail(error as Error);
        stream.destroy();
      }
    });
    return stream;
  }

  #create(first: Buffer): Transform {
    if (this.#encoding === 'br') return createBrotliDecompress(brotliOptions);
    if (this.#encoding === 'zstd') return createZstdDecompress(zstdOptions);
    if (this.#encoding !== 'deflate') return createGunzip(zlibOptions);
    // RFC 9110, 8.4.1.2 means the zlib format, but some send raw deflate: the first byte tells (RFC 1950, 2.2).
    const zlibFormat = ((first[0] ?? 0) & 0x0f) === 8 && ((first[0] ?? 0) & 0x80) === 0;
    return zlibFormat ? createInflate(zlibOptions) : createInflateRaw(zlibOptions);
  }
}
