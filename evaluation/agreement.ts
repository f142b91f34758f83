// How far a signal agrees with what people said, for the table that every inference has to stand in: precision and recall
// against explicit refusals, F1, and agreement beyond chance.
import { cohensKappa, type Pair } from './calibration.ts';

export interface Agreement {
  pairs: number;
  precision: number | null;
  recall: number | null;
  f1: number | null;
  kappa: number | null;
}

export interface Verdicts {
  /** What the signal says and what is true: whether the answer was refused, or the pair a re-ask. */
  said: boolean;
  truth: boolean;
}

export function agreementOf(verdicts: readonly Verdicts[]): Agreement {
  const count = (said: boolean, truth: boolean): number =>
    verdicts.filter((one) => one.said === said && one.truth === truth).length;
  const [hits, alarms, misses] = [count(true, true), count(true, false), count(false, true)];
  const share = (part: number, whole: number): number | null => (whole > 0 ? part / whole : null);
  const pairs: Pair[] = verdicts.map(({ said, truth }) => ({ explicit: Number(truth), other: Number(said) }));
  return {
    pairs: verdicts.length,
    precision: share(hits, hits + alarms),
    recall: share(hits, hits + misses),
    f1: share(2 * hits, 2 * hits + alarms + misses),
    kappa: cohensKappa(pairs),
  };
}
