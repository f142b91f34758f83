// What each action of `sightline prices` is given.
import type { LoadedConfiguration } from '../../configuration/load.ts';
import type { Terminal } from '../command.ts';

export interface PriceActing {
  values: Record<string, string | boolean | undefined>;
  /** After the action's name. */
  words: string[];
  loaded: LoadedConfiguration;
  /** Relative files of the configuration are looked for here. */
  directory: string;
  terminal: Terminal;
  /** Epoch milliseconds. */
  now: number;
}

/** Resolves with the exit code. */
export type PriceAction = (acting: PriceActing) => Promise<number>;
