// What the proxy learns about its targets while it runs: their health, the keys that may be used, how long answers get, and
// where a session's prompt is still warm. Joins the rooms that each know a part; decides nothing.
import type { ApiKey } from '../configuration/api-key.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Call, CallInfo, CallResult } from './health/call.ts';
import { type CallLike, createHealth, type Health } from './health/health.ts';
import { KeyPool } from './health/key-pool.ts';
import { RetryBudget } from './health/retry-budget.ts';
import type { TargetHealth } from './health/target-health.ts';
import { readTargetKey, targetKey } from './health/target-key.ts';
import type { TimeLimits } from './health/time-limits.ts';
import { KeyQueue } from './key-queue.ts';
import { LearnedSizes } from './learned-sizes.ts';
import type { FinishedSummary } from './tap/recorder.ts';

export interface TargetWatchOptions {
  /** Milliseconds, never going back. */
  clock: () => number;
  random: () => number;
  others?: Parameters<typeof createHealth>[0]['others'];
}

/** Name of a credential that is not the operator's. */
export const clientCredential = 'client';

export interface TargetWatch {
  readonly budget: RetryBudget;
  /** For whoever can only wait for a key. */
  readonly keyQueue: KeyQueue;
  readonly room: Health;
  /** Calls begun and ended so far: unchanged while nothing happened. */
  readonly activity: number;
  /** Of the provider's best free key. */
  health(provider: ResolvedProvider, model: string): TargetHealth;
  /** Which of the configured keys to use now: its name; the first where all are out. */
  pickKey(provider: ResolvedProvider): string;
  /** Another key is free. */
  otherKeyFree(provider: ResolvedProvider): boolean;
  keyLimited(provider: ResolvedProvider, key: string, forMs: number): void;
  keyRefused(provider: ResolvedProvider, key: string): void;
  keyAccepted(provider: ResolvedProvider, key: string): void;
  began(at: { provider: ResolvedProvider; model: string; credential: string }, info: CallInfo): Call;
  firstToken(call: Call): void;
  ended(call: Call, result: CallResult): void;
  timeLimits(call: CallLike): TimeLimits;
  outputTokens(task: string, provider: string, model: string): number | null;
  warmTokens(session: string, provider: string, model: string): number;
  /** What came of an exchange, from the recording worker. */
  learn(summary: FinishedSummary): void;
  /** All targets that were called, by their names. */
  views(): { provider: string; model: string; credential: string; region: string; health: TargetHealth }[];
}

export function createTargetWatch({ clock, random, others }: TargetWatchOptions): TargetWatch {
  const room = createHealth({ clock, random, ...(others && { others }) });
  const pools = new Map<string, { pool: KeyPool; keys: readonly ApiKey[] }>();
  const sizes = new LearnedSizes(clock);
  let activity = 0;
  /** The keys of a provider may change at any time. */
  const poolOf = ({ name, apiKeys }: ResolvedProvider): KeyPool => {
    const known = pools.get(name) ?? { pool: new KeyPool([]), keys: [] };
    if (known.keys !== apiKeys) known.pool.use(apiKeys.map((key) => key.name));
    known.keys = apiKeys;
    pools.set(name, known);
    return known.pool;
  };
  const keyFor = (provider: ResolvedProvider, model: string, credential: string): string =>
    targetKey({ provider: provider.name, model, credential, region: provider.region });

  return {
    budget: new RetryBudget(clock),
    keyQueue: new KeyQueue((provider) => pools.get(provider)?.pool.freeInMs(clock()) ?? null),
    room,
    get activity() {
      return activity;
    },
    health(provider, model) {
      const [first, ...others] = provider.apiKeys;
      if (!first) return room.view(keyFor(provider, model, clientCredential));
      let best = room.view(keyFor(provider, model, first.name));
      for (const { name } of others) {
        const view = room.view(keyFor(provider, model, name));
        if (view.factor > best.factor) best = view;
      }
      return best;
    },
    pickKey(provider) {
      const first = provider.apiKeys[0]?.name ?? '';
      return provider.apiKeys.length > 1 ? (poolOf(provider).pick(clock()) ?? first) : first;
    },
    otherKeyFree: (provider) => provider.apiKeys.length > 1 && poolOf(provider).freeInMs(clock()) === 0,
    keyLimited(provider, key, forMs) {
      const now = clock();
      if (provider.apiKeys.length > 1) poolOf(provider).limited(key, now + forMs, now);
    },
    keyRefused(provider, key) {
      if (provider.apiKeys.length > 1) poolOf(provider).refused(key, clock());
    },
    keyAccepted(provider, key) {
      if (provider.apiKeys.length > 1) poolOf(provider).accepted(key);
    },
    began({ provider, model, credential }, info) {
      activity++;
      return room.began(keyFor(provider, model, credential), info);
    },
    firstToken: (call) => room.firstToken(call),
    ended(call, result) {
      activity++;
      room.ended(call, result);
    },
    timeLimits: (call) => room.timeLimits(call),
    outputTokens: (task, provider, model) => sizes.outputTokens(task, provider, model),
    warmTokens: (session, provider, model) => sizes.warmTokens(session, provider, model),
    learn: (summary) => sizes.learn(summary),
    views: () => [...room.views()].map(([key, health]) => ({ ...readTargetKey(key), health })),
  };
}
