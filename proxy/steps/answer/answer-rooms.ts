// What answering needs of the rest of the house.
import type { PriceBook } from '../../../catalog/prices.ts';
import type { Router } from '../../../routing/router.ts';
import type { TargetWatch } from '../../target-watch.ts';
import type { AttemptRooms } from '../attempt.ts';

export interface AnswerRooms extends AttemptRooms {
  prices: PriceBook;
  router: Router;
  watch: TargetWatch;
  /** Milliseconds, never going back. */
  clock(): number;
  random(): number;
  firstByteTimeoutMs: number;
  idleTimeoutMs: number;
}
