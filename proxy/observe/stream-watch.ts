// The terminal watch for a stream that may be compressed: a plain one is watched as it passes, a compressed one through a
// decoder beside it. The bytes that the client gets are never touched.

import type { DialectName } from '../../contract/words.ts';
import { type BodyDecoder, createBodyDecoder, defaultDecodeLimits, encodingsOf } from './body-decoder.ts';
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

/** A stream may be as long as it likes; only its ratio is bounded. */
const limits = { ...defaultDecodeLimits, bytes: Number.POSITIVE_INFINITY };

export function createStreamWatch(dialect: DialectName, encoding: string): StreamWatch {
  const encodings = encodingsOf(encoding);
  return encodings.length === 0 ? watchPlain(dialect) : watchEncoded(dialect, encodings);
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
function watchEncoded(dialect: DialectName, encodings: string[]): StreamWatch {
  const watch = createTerminalWatch(dialect);
  const decoder = tryDecoder(encodings, (bytes) => watch.push(bytes));
  let lane: Promise<void> | null = decoder ? Promise.resolve() : null;
  const next = (work: () => Promise<void>): void => {
    // What cannot be decoded has no end that could be seen: the rest is not looked at.
    lane = lane?.then(work).catch(() => {}) ?? null;
  };
  return {
    push: (bytes) => next(async () => decoder?.push(bytes)),
    get sawTerminal() {
      return decoder === null || watch.sawTerminal;
    },
    get sawError() {
      return watch.sawError;
    },
    atEventBoundary: false,
    encoded: true,
    settled() {
      next(async () => decoder?.end());
      return lane;
    },
  };
}

function tryDecoder(encodings: string[], onBytes: (bytes: Buffer) => void): BodyDecoder | null {
  try {
    return createBodyDecoder(encodings, limits, onBytes);
  } catch {
    return null;
  }
}
