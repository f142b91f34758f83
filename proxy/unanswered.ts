// An attempt that ended before anything of it reached the client: what is known of it, for whoever decides what comes next.
import type { NeutralError } from './dialects/neutral/error.ts';
import type { ProxyError } from './errors.ts';

export interface Unanswered {
  /** The provider's status; null when no answer came. */
  status: number | null;
  /** Its refusal, where it gave one. */
  error: NeutralError | null;
  /** What broke, where no refusal came. */
  failure: ProxyError | null;
  /** Flat, as the provider wrote them; empty when no answer came. */
  headers: string[];
  /** The refusal as it came, to be passed on should nobody else answer; null where there is none. */
  body: Buffer | null;
  /** A clause, where neither of these says it: the answer was complete and not good enough. */
  why?: string;
}
