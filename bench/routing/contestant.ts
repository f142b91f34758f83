// What every policy in the bench is: it chooses a model for a task, hears labels later, and is told when time is up for an
// update. It sees costs and floors but never the table of acceptance.
import type { World } from './world.ts';

export interface Contestant {
  choose(task: number, request: number): number;
  /** An answer was accepted (1) or refused (0); it was given to request `decided`. */
  hear(label: { task: number; model: number; value: number; request: number; decided: number }): void;
  /** Every 500 requests. */
  update?(request: number): void;
  /** The first attempt went well or not. */
  attempted?(model: number, request: number, failed: boolean): void;
}

export interface ContestantParts {
  world: World;
  random: () => number;
}

export type MakeContestant = (parts: ContestantParts) => Contestant;
