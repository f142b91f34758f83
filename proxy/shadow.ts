// A copy of a request that is under way to a candidate whose answer nobody sees.
import type { Attempt } from '../contract/attempt.ts';

export interface Shadow {
  /** Filled while it runs; null until it has left, and where it could not. */
  readonly attempt: Attempt | null;
  /** When the copy is over, one way or the other. Never rejects. */
  readonly ended: Promise<void>;
  letGo(reason: string): void;
}
