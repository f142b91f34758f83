// The command line of `sightline compare`, checked before anything is spent.
import { type Flags, readArguments, textFlag, UsageProblem } from '../command.ts';

export interface CompareOptions {
  config: string | undefined;
  json: boolean;
  /** Null: no calls are made. */
  calls: CallOptions | null;
  /** Milliseconds of the record to report on; null: none of it. */
  windowMs: number | null;
}

export interface CallOptions {
  /** May be written `provider/model`. */
  model: string;
  provider: string | null;
  prompt: string;
  maxTokens: number;
  stream: boolean;
  /** Pairs of a direct and a proxied call. */
  pairs: number;
  /** Pairs under way at once. */
  concurrency: number;
  timeoutMs: number;
}

export const flags: Flags = {
  config: { type: 'string' },
  model: { type: 'string' },
  provider: { type: 'string' },
  prompt: { type: 'string' },
  'max-tokens': { type: 'string' },
  requests: { type: 'string' },
  concurrency: { type: 'string' },
  stream: { type: 'boolean' },
  timeout: { type: 'string' },
  window: { type: 'string' },
  json: { type: 'boolean' },
};

const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export function readOptions(argv: string[]): CompareOptions {
  const { values, words } = readArguments(argv, flags);
  if (words.length > 0) throw new UsageProblem(`"${words[0]}" means nothing here.`);
  const whole = (name: string, usual: number, most: number): number => {
    const text = textFlag(values, name);
    if (text === undefined) return usual;
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= most) return value;
    throw new UsageProblem(`--${name} ${text}: expected a whole number from 1 to ${most}.`);
  };
  const duration = (name: string): number | null => {
    const text = textFlag(values, name);
    if (text === undefined) return null;
    const [, count = '', unit = ''] = /^(\d+)(s|m|h|d)$/.exec(text) ?? [];
    if (Number(count) > 0) return Number(count) * (units[unit] as number);
    throw new UsageProblem(`--${name} ${text}: expected a time such as 30s, 15m, 24h or 7d.`);
  };
  const windowMs = duration('window');
  const model = textFlag(values, 'model');
  if (model === undefined && windowMs === null) throw new UsageProblem('compare what? Give --model, --window or both.');
  const calls =
    model === undefined
      ? null
      : {
          ...{ model, provider: textFlag(values, 'provider') ?? null, stream: values.stream === true },
          prompt: textFlag(values, 'prompt') ?? 'Answer with the single word: yes',
          maxTokens: whole('max-tokens', 64, 100_000),
          pairs: whole('requests', 20, 1000),
          concurrency: whole('concurrency', 1, 32),
          timeoutMs: duration('timeout') ?? 60_000,
        };
  return { config: textFlag(values, 'config'), json: values.json === true, calls, windowMs };
}
