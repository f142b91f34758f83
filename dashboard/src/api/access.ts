// Whether the collector asks for a key. Any question answered 401 locks the page; a session opened with the key unlocks it.
import { QueryCache, QueryClient } from '@tanstack/vue-query';
import { type InjectionKey, inject, type Ref, ref } from 'vue';
import { AskError, openSession } from './ask.ts';

export interface Access {
  locked: Readonly<Ref<boolean>>;
  /** Throws an AskError when the key is refused. */
  unlock(accessKey: string): Promise<void>;
}

export const accessKey: InjectionKey<Access> = Symbol('access');

export function useAccess(): Access {
  return inject(accessKey)!;
}

export function createAccess(): { access: Access; queries: QueryClient } {
  const locked = ref(false);
  const queries = new QueryClient({
    queryCache: new QueryCache({
      onError: (error) => {
        if (error instanceof AskError && error.status === 401) locked.value = true;
      },
    }),
    defaultOptions: { queries: { retry: retryOnce, staleTime: 5000, gcTime: 120_000 } },
  });
  async function unlock(secret: string): Promise<void> {
    await openSession(secret);
    locked.value = false;
    await queries.resetQueries();
  }
  return { access: { locked, unlock }, queries };
}

/** A refusal stays a refusal; only an unreachable or failing collector is asked once more. */
function retryOnce(failures: number, error: Error): boolean {
  return failures < 1 && !(error instanceof AskError && error.status >= 400 && error.status < 500);
}
