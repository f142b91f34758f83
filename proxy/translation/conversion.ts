// An answer that turns into another format on its way: what drives it needs to know no more than this.
import type { NeutralError } from '../dialects/neutral/error.ts';

export interface Conversion {
  /** The client gets a stream. */
  readonly streams: boolean;
  /** The first content has come. */
  readonly sawContent: boolean;
  /** What the provider reported inside its answer. */
  readonly error: NeutralError | null;
  /** The answer is all there. Ask after end(). */
  readonly complete: boolean;
  /** Text for a client that streams; '' where there is nothing to say yet, and always for one that does not. */
  push(bytes: Buffer): string;
  /** After the last byte: what was still held, and, where the answer is complete, all that closes it. */
  end(): string;
  /** The whole answer in the client's format, for a client that does not stream. */
  whole(): Record<string, unknown>;
}
