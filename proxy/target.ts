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
}

/** What may be spent at one place of a plan; null: no limit. */
export interface TargetLimits {
  maxCostUsd: number | null;
  /** Without content after this long the next target is asked. */
  timeToFirstTokenMs: number | null;
}
