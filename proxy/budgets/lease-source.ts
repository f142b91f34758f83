// Who grants parts of budgets: Redis where there is one, else the collector. Null: nobody could be asked in time, so that each
// budget's `whenUnreachable` decides.
import type { LeaseAnswer, LeaseRequest } from '../../contract/access/lease.ts';

export interface LeaseSource {
  exchange(request: LeaseRequest): Promise<LeaseAnswer | null>;
  close?(): Promise<void>;
}

/** The first that answers. */
export function firstOf(sources: readonly LeaseSource[]): LeaseSource {
  return {
    async exchange(request) {
      for (const source of sources) {
        const answer = await source.exchange(request);
        if (answer) return answer;
      }
      return null;
    },
    async close() {
      for (const source of sources) await source.close?.();
    },
  };
}
