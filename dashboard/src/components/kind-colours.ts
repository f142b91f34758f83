// The colour of each kind of decision, the same in the flow and in the log. The word always stands beside it.
import type { DecisionKind } from '../../../contract/decision.ts';

export const kindColours: Readonly<Record<DecisionKind, string>> = {
  sampled: 'var(--series-0)',
  sticky: 'var(--series-4)',
  pinned: 'var(--faint)',
  failover: 'var(--series-6)',
  hedge: 'var(--series-1)',
  cascade: 'var(--series-5)',
  shadow: 'var(--series-3)',
  cache: 'var(--series-7)',
};
