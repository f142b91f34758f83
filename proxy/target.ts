// Where a request may go: a provider, the model as that provider calls it, and the format in which it is asked.
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { DialectName } from '../contract/words.ts';

export interface Target {
  provider: ResolvedProvider;
  /** '' where the request names no model. */
  model: string;
  wire: DialectName;
  /** The provider that this dialect's path stands for: the client's own key may go there, and nowhere else. */
  own: boolean;
  /** By way of the provider's batch endpoint, for a client that waits so long from the start on; left out: at once. */
  batch?: { patienceMs: number };
}

/** The service tier that this target's answer is paid in. */
export const tierAt = ({ batch }: Target, asked: string): string => (batch ? 'batch' : asked);

/** What may be spent at one place of a plan; null: no limit. */
export interface TargetLimits {
  maxCostUsd: number | null;
  /** Without content after this long the next target is asked. */
  timeToFirstTokenMs: number | null;
}
