// How often each secret went out: one event per secret and minute in which it did, instead of one per call.
import type { ApiKey } from '../../configuration/api-key.ts';
import type { NewEvent } from '../../contract/event.ts';

export interface UseCounts {
  /** From now on these count; those that no longer do are told once more. */
  watch(keys: readonly { key: ApiKey; tenant: string; provider: string }[]): void;
  /** Tells what has been counted since the last time. */
  tell(): void;
}

export interface UseCountsOptions {
  clock: () => number;
  /** A new UUID. */
  newId: () => string;
  onEvent(event: NewEvent): void;
}

export function createUseCounts({ clock, newId, onEvent }: UseCountsOptions): UseCounts {
  let watched: Parameters<UseCounts['watch']>[0] = [];
  const gone = new Set<(typeof watched)[number]>();
  let since = clock();
  return {
    watch(keys) {
      const now = new Set(keys.map(({ key }) => key));
      for (const one of watched) if (!now.has(one.key)) gone.add(one);
      watched = keys;
    },
    tell() {
      for (const { key, tenant, provider } of [...watched, ...gone]) {
        if (key.uses === 0) continue;
        const detail = { provider, count: String(key.uses) };
        key.uses = 0;
        const subject = key.name;
        onEvent({ id: newId(), startedAt: since, tenant, actor: 'proxy', action: 'secret.use', subject, detail });
      }
      gone.clear();
      since = clock();
    },
  };
}
