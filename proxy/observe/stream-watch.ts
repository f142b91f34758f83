// The terminal watch for a stream that may be compressed: a plain one is watched as it passes, a compressed one through a
// decoder beside it. The bytes that the client gets are never touched.

import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createZstdDecompress } from 'node:zlib';
import type { DialectName } from '../../contract/words.ts';
import { createTerminalWatch } from './terminal-watch.ts';

export interface StreamWatch {
  push(bytes: Uint8Array): void;
  readonly sawTerminal: boolean;
  readonly sawError: boolean;
  readonly atEventBoundary: boolean;
  readonly encoded: boolean;
  /** Null when the watch is up to date; else a promise for when the decoder has caught up. Call once, after the last byte. */
  settled(): Promise<void> | null;
}

const decoders: Record<string, () => Transform> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
  zstd: createZstdDecompress,
};

export function createStreamWatch(dialect: DialectName, encoding: string): StreamWatch {
  const plain = encoding === '' || encoding === 'identity';
  return plain ? watchPlain(dialect) : watchEncoded(dialect, decoders[encoding.trim().toLowerCase()]);
}

function watchPlain(dialect: DialectName): StreamWatch {
  const watch = createTerminalWatch(dialect);
  return {
    push: (bytes) => watch.push(bytes),
    get sawTerminal() {
      return watch.sawTerminal;
    },
    get sawError() {
      return watch.sawError;
    },
    get atEventBoundary() {
      return watch.atEventBoundary;
    },
    encoded: false,
    settled: () => null,
  };
}

/** An encoding nobody here knows cannot be judged, so it is taken to be complete. */
function watchEncoded(dialect: DialectName, create: (() => Transform) | undefined): StreamWatch {
  const watch = createTerminalWatch(dialect);
  const decoder = create?.();
  let broken = decoder === undefined;
  decoder?.on('data', (bytes: Buffer) => watch.push(bytes));
  const closed = new Promise<void>((resolve) => {
    decoder?.on('end', resolve);
    decoder?.on('error', () => {
      broken = true;
      resolve();
    });
  });
  return {
    push(bytes) {
      if (!broken) decoder?.write(bytes);
    },
    get sawTerminal() {
      return decoder === undefined || watch.sawTerminal;
    },
    get sawError() {
      return watch.sawError;
    },
    atEventBoundary: false,
    encoded: true,
    settled() {
      if (broken) return null;
      decoder?.end();
      return closed;
    },
  };
}
