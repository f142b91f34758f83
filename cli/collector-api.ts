// Asks the collector of an installation for something, as the operator. What it refuses, and that nobody answers, is said in
// its own words.
import path from 'node:path';
import type { z } from 'zod';
import { type LoadedConfiguration, loadConfiguration } from '../configuration/load.ts';
import { ConfigurationProblems } from '../configuration/problems.ts';
import { Problem } from '../contract/questions/problem.ts';
import { type Terminal, textFlag, UsageProblem } from './command.ts';
import { addresses } from './start.ts';

/** The collector said no, or did not answer; the message is for the terminal. */
export class CollectorRefused extends Error {
  override name = 'CollectorRefused';
  /** Of its error table; '' where nobody answered. */
  readonly code: string;
  constructor(message: string, code = '') {
    super(message);
    this.code = code;
  }
}

export interface CollectorApi {
  ask<Answer extends z.ZodType>(call: ApiCall, answer: Answer): Promise<z.output<Answer>>;
}

export interface ApiCall {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Without a slash in front, such as `api/keys`. */
  path: string;
  body?: unknown;
}

/** Flags of every command that asks the collector. */
export const collectorFlags = {
  config: { type: 'string' },
  collector: { type: 'string' },
  json: { type: 'boolean' },
} as const;

export const collectorFlagsUsage = `  --config FILE    configuration in force, where the collector and its access key stand
  --collector URL  another collector, such as http://127.0.0.1:4142
  --json           one JSON document on stdout`;

export interface Operating {
  api: CollectorApi;
  loaded: LoadedConfiguration;
  /** Of the collector, with a slash at the end. */
  address: string;
  /** Relative files of the configuration are looked for here. */
  directory: string;
}

/** Throws ConfigurationProblems and UsageProblem. */
export function operating(values: Record<string, string | boolean | undefined>, terminal: Terminal): Operating {
  const loaded = loadConfiguration({ file: textFlag(values, 'config'), env: terminal.env, cwd: terminal.cwd });
  const { configuration, file } = loaded;
  const given = textFlag(values, 'collector') ?? addresses(configuration).dashboard;
  if (!URL.canParse(given)) throw new UsageProblem(`"${given}" is no address such as http://127.0.0.1:4142.`);
  const address = given.endsWith('/') ? given : `${given}/`;
  const api = collectorApi(address, configuration.collector.accessKey);
  return { api, loaded, address, directory: file ? path.dirname(file) : terminal.cwd };
}

/** What a command that asks the collector may end with, said on the terminal: exit code 1. Anything else goes on. */
export async function orExplained(terminal: Terminal, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CollectorRefused || error instanceof ConfigurationProblems)) throw error;
    terminal.say(error.message);
    return 1;
  }
}

export function collectorApi(address: string, accessKey: string): CollectorApi {
  return {
    async ask({ method, path: asked, body }, answer) {
      const headers = {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(accessKey ? { authorization: `Bearer ${accessKey}` } : {}),
      };
      const response = await fetch(new URL(asked, address), { method, headers, body: JSON.stringify(body) }).catch(
        () => null,
      );
      if (!response)
        throw new CollectorRefused(`No collector answers at ${address}. Start Sightline, or use --collector.`);
      if (!response.ok) throw await refusal(response, address);
      return answer.parse(await response.json());
    },
  };
}

export async function refusal(response: Response, address: string): Promise<CollectorRefused> {
  const said = Problem.safeParse(await response.json().catch(() => null)).data?.error;
  if (!said) return new CollectorRefused(`${address} answered ${response.status}; is that a Sightline collector?`);
  return new CollectorRefused([said.message, said.fix].filter(Boolean).join('\n'), said.code);
}
