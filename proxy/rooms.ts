// What the steps of the pipeline are handed: every room of the house, made once (open-rooms.ts).
import type { Dispatcher } from 'undici';
import type { PriceBook } from '../catalog/prices.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { DegradedPart } from '../contract/words.ts';
import type { Router } from '../routing/router.ts';
import type { Gate } from './access/gate.ts';
import type { BatchClock } from './batch/await-batch.ts';
import type { BudgetRoom } from './budgets/budget-room.ts';
import type { CacheRoom } from './cache/cache-room.ts';
import type { CapturePolicy } from './capture-policy.ts';
import type { Exchange } from './exchange.ts';
import type { MeaningEndpoint } from './meaning-endpoint.ts';
import type { PaceDesk } from './pace-desk.ts';
import type { Recorder } from './tap/recorder.ts';
import type { TargetWatch } from './target-watch.ts';
import type { Traffic } from './traffic.ts';
import type { Keepsakes } from './translation/keepsakes.ts';
import type { Directory } from './upstream/directory.ts';
import type { GoogleTokens } from './upstream/google-token.ts';

export interface Rooms {
  configuration: Configuration;
  gate: Gate;
  captureOf: CapturePolicy;
  directory: Directory;
  connections: Dispatcher;
  tokens: GoogleTokens;
  recorder: Recorder;
  traffic: Traffic;
  prices: PriceBook;
  keepsakes: Keepsakes;
  watch: TargetWatch;
  router: Router;
  meanings: MeaningEndpoint | null;
  cache: CacheRoom;
  budgets: BudgetRoom;
  paceDesk: PaceDesk;
  /** Whether a budget counts what this caller does. */
  budgeted(exchange: Exchange): boolean;
  /** Tokens of 99 in 100 answers of this model; null: nobody knows yet. */
  longestAnswer(provider: string, model: string): number | null;
  /** What is away that calls do without. */
  degraded(): DegradedPart[];
  clock(): number;
  batchClock: BatchClock;
  random(): number;
}
