// What answering needs of the rest of the house.
import type { PriceBook } from '../../../catalog/prices.ts';
import type { Router } from '../../../routing/router.ts';
import type { Exchange } from '../../exchange.ts';
import type { TargetWatch } from '../../target-watch.ts';
import type { AttemptRooms } from '../attempt.ts';

export interface AnswerRooms extends AttemptRooms {
  prices: PriceBook;
  router: Router;
  watch: TargetWatch;
  /** Answers where every target has failed; false: there is nothing to answer with. */
  lastResort(exchange: Exchange): Promise<boolean>;
  /** Milliseconds, never going back. */
  clock(): number;
  random(): number;
  firstByteTimeoutMs: number;
  idleTimeoutMs: number;
}
