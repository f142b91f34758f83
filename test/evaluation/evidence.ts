// Evidence as jobs would bring it, in as few words as a test has room for.
import { type Belief, noBelief } from '../../evaluation/belief.ts';
import {
  type CurrentWeights,
  soundFooting,
  type TargetEvidence,
  type TaskEvidence,
} from '../../evaluation/evidence.ts';
import { defaultPolicy, type WeightPolicy } from '../../evaluation/policy.ts';

export const now = 1_800_000_000_000;

export const policy: WeightPolicy = { ...defaultPolicy, qualityFloor: 0.8 };

export function believed(accepted: number, labels: number): Belief {
  const counts = { explicit: labels, inferred: 0, judged: 0 };
  return { ...noBelief(now), accepted, rejected: labels - accepted, labels: counts };
}

/** `share` of `labels` accepted, at so many dollars a call. */
export function target(
  name: string,
  [share, labels]: [number, number],
  usd: number | null,
  more: Partial<TargetEvidence> = {},
): TargetEvidence {
  return {
    target: name,
    belief: believed(share * labels, labels),
    cost: usd === null ? null : { meanNanos: usd * 1e9, calls: 1_000 },
    late: null,
    failures: { calls: 0, over: 0 },
    ...{ blocked: '', breakerOpen: false, switchNanos: 0 },
    ...more,
  };
}

export const evidence = (targets: TargetEvidence[], more: Partial<TaskEvidence> = {}): TaskEvidence => ({
  ...{ route: 'chat', task: 'support', now, targets, taskLabels: 0, footing: soundFooting },
  ...more,
});

export const current = (probabilities: Record<string, number>): CurrentWeights => ({
  ...{ probabilities, baseline: probabilities, budgetPressure: 0 },
});

/** A generator that gives the same numbers in every run. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
