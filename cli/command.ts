// What every command is and is given. Commands never touch the process themselves: the terminal is an argument, so a
// test can hand in its own.
import { parseArgs } from 'node:util';
import { didYouMean } from '../configuration/nearest.ts';

export interface Terminal {
  /** Results, on stdout. A line break is added. */
  print(text: string): void;
  /** Progress and problems, on stderr. A line break is added. */
  say(text: string): void;
  env: Record<string, string | undefined>;
  cwd: string;
  /** Folder of this package, and the Node that runs it. */
  root: string;
  node: string;
  /** Calls back on SIGINT, SIGTERM and SIGHUP; the process ends only when the command has. */
  onStop(listener: () => void): void;
}

export interface Command {
  summary: string;
  /** What --help prints. */
  usage: string;
  /** Resolves with the exit code. Rejects with UsageProblem when the arguments make no sense. */
  run(argv: string[], terminal: Terminal): Promise<number>;
}

/** The arguments are wrong: said with the usage, exit code 2. */
export class UsageProblem extends Error {
  override name = 'UsageProblem';
}

export type Flags = Record<string, { type: 'string' | 'boolean'; short?: string }>;

/** Reads flags and words strictly. Throws UsageProblem, with a suggestion for an option that does not exist. */
export function readArguments(
  argv: string[],
  flags: Flags,
): { values: Record<string, string | boolean | undefined>; words: string[] } {
  try {
    const { values, positionals } = parseArgs({ args: argv, options: flags, allowPositionals: true, strict: true });
    return { values: values as Record<string, string | boolean | undefined>, words: positionals };
  } catch (error) {
    const { message } = error as Error;
    const unknown = /Unknown option '--?([^']+)'/.exec(message)?.[1];
    if (unknown === undefined) throw new UsageProblem(message);
    const meant = didYouMean(unknown, Object.keys(flags)).replace('"', '"--');
    throw new UsageProblem(`Unknown option "--${unknown}".${meant && ` ${meant}`}`);
  }
}

/** A flag that takes a value, or undefined. */
export function textFlag(values: Record<string, string | boolean | undefined>, name: string): string | undefined {
  const value = values[name];
  return typeof value === 'string' ? value : undefined;
}
