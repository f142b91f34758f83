// A request that is ready to leave for one target.
import type { Target } from '../../target.ts';

export interface Prepared {
  target: Target;
  body: Buffer;
  /** Headers that the target's format needs; null: the client's own go along. */
  headers: Record<string, string> | null;
  /** The answer comes in another format than the client's. */
  translates: boolean;
  /** We asked for usage on the client's behalf, so the chunk that carries it must not reach the client. */
  hidesUsage: boolean;
  /** What could not be passed on and was left out, one clause each. */
  notes: string[];
}
