// What every inference from traffic is: how much it speaks against the answer, from 0 (nothing does) to 1 (all does), and
// the version of the rule, so that numbers of two rules are never mixed. Null where the traffic does not show it.
import type { InferredSignal } from '../../contract/outcome.ts';

export interface Inference {
  signal: InferredSignal;
  score: number;
  version: string;
}
