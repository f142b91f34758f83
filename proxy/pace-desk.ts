// What keeping to limits and caps takes, in one place: which of them are in force, the room that counts, and what is learned
// about estimates. The access document says it; until one is there, the configuration.

import type { CountedTokens } from '../catalog/tokens/count-tokens.ts';
import type { AccessDocument } from '../contract/access/access-document.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { Attribution } from '../contract/exchange.ts';
import type { Outcome } from '../contract/words.ts';
import type { AccessWatch } from './access/access-watch.ts';
import { TokenRatios } from './estimate/token-ratios.ts';
import type { Exchange } from './exchange.ts';
import { type CompiledLimits, compileLimits, noLimits, type PaceSubject } from './pace-limits/limits-that-apply.ts';
import { createPaceRoom, type PaceRoom } from './pace-limits/pace-room.ts';
import type { RedisCommands } from './shared/redis-commands.ts';
import type { FinishedSummary } from './tap/recorder.ts';

export interface PaceDesk {
  readonly room: PaceRoom;
  readonly ratios: TokenRatios;
  limits(): CompiledLimits;
  /** Remembers what was counted before a call, to learn from it when the call is over. */
  counted(id: string, tokens: CountedTokens): void;
  countedOf(id: string): CountedTokens | null;
  finished(summary: FinishedSummary): void;
  stop(): void;
}

export interface PaceDeskOptions {
  configuration: Pick<Configuration, 'limits' | 'pace'>;
  access: Pick<AccessWatch, 'current' | 'onChange'>;
  redis: RedisCommands | null;
  /** Milliseconds, never going back. */
  clock(): number;
  /** Called when first somebody has to be told of calls that are over. */
  onNeeded?(): void;
}

/** Calls whose end is awaited; of those that are never told, the oldest are forgotten. */
const answered: ReadonlySet<Outcome> = new Set<Outcome>(['success', 'truncated', 'aborted', 'partial']);
const mostAwaited = 20_000;

export function createPaceDesk({ configuration, access, redis, clock, onNeeded }: PaceDeskOptions): PaceDesk {
  const ratios = new TokenRatios();
  const awaited = new Map<string, CountedTokens>();
  const room = createPaceRoom({ ...configuration.pace, clock, timer, redis });
  let limits: CompiledLimits = noLimits;
  let needed = false;
  const need = (): void => {
    if (!needed) onNeeded?.();
    needed = true;
  };
  const take = (document: AccessDocument): void => {
    limits = compileLimits(document.version === '' ? configuration.limits : document.limits);
    ratios.seed(document.ratios);
    if (limits.weighs || document.keys.some(({ allowance }) => allowance.tokensPerMinute !== null)) need();
  };
  take(access.current());
  const forget = access.onChange(take);
  return {
    room,
    ratios,
    limits: () => limits,
    counted(id, tokens) {
      need();
      awaited.set(id, tokens);
      if (awaited.size > mostAwaited) awaited.delete(awaited.keys().next().value as string);
    },
    countedOf: (id) => awaited.get(id) ?? null,
    finished({ id, provider, requestedModel, targetModel, outcome, inputTokens, outputTokens, usageSource }) {
      const counted = awaited.get(id);
      awaited.delete(id);
      if (counted && inputTokens && usageSource === 'reported') {
        ratios.learn({ provider, model: targetModel, counted, used: inputTokens });
        // Before anybody is chosen, only the name that was asked for is known.
        ratios.learn({ provider: '', model: requestedModel, counted, used: inputTokens });
      }
      const unknown = inputTokens === null && outputTokens === null && answered.has(outcome);
      room.settle(id, unknown ? null : (inputTokens ?? 0) + (outputTokens ?? 0));
    },
    stop() {
      forget();
      room.stop();
    },
  };
}

function timer(run: () => void, ms: number): () => void {
  const waiting = setTimeout(run, ms);
  return () => clearTimeout(waiting);
}

/** Who calls whom, as limits ask. */
export function paceSubject(
  { attribution, key }: { attribution: Attribution; key: Exchange['key'] },
  target: { provider: string; model: string } | null,
): PaceSubject {
  const { tenant, team, app, user, task } = attribution;
  const { provider, model } = target ?? { provider: '', model: '' };
  return { tenant, team, app, user, task, key: attribution.key, keyName: key?.name ?? '', provider, model };
}
