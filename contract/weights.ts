// The weights that evaluation publishes: which share of a task's traffic each target gets, with the evidence and the reason
// for each number. Versions are never changed: going back means publishing the older numbers under a new version.
import { z } from 'zod';

/** `change` the shares move; `hold` they stay; `one_is_best` routing buys nothing, one target should simply be used. */
export const WeightsVerdict = z.enum(['change', 'hold', 'one_is_best']);
export type WeightsVerdict = z.infer<typeof WeightsVerdict>;

const share = z.number().min(0).max(1);

/** Everything that a number rests on, as it stood when the shares were computed. Unknown is null. */
export const WeightEvidence = z.object({
  acceptance: share.nullable(),
  acceptanceLow: share.nullable(),
  acceptanceHigh: share.nullable(),
  labels: z.object({ explicit: z.number(), inferred: z.number(), judged: z.number() }),
  /** Labels that still count after older ones were discounted. */
  effectiveLabels: z.number(),
  costNanos: z.number().nullable(),
  costPerAcceptedNanos: z.number().nullable(),
  /** Chance that it meets the quality floor, and that it is worth most. */
  meetsFloor: share.nullable(),
  isBest: share.nullable(),
  /** Dollars that one call is worth: what acceptance is worth, less cost and what missing the SLA costs. */
  utilityUsd: z.number().nullable(),
  lateShare: share.nullable(),
  failureShare: share.nullable(),
});
export type WeightEvidence = z.infer<typeof WeightEvidence>;

export const TargetWeight = z.object({
  target: z.string().describe('provider/model, as decisions name it'),
  probability: share,
  previous: share,
  /** What no version may leave without an operator. */
  least: share,
  most: share,
  evidence: WeightEvidence,
  reasons: z.array(z.string()).describe('one clause each, for people'),
});
export type TargetWeight = z.infer<typeof TargetWeight>;

export const TaskWeights = z.object({
  route: z.string(),
  task: z.string(),
  verdict: WeightsVerdict,
  reasons: z.array(z.string()),
  targets: z.array(TargetWeight),
  /** Units that stay with the baseline for ever, so that the lift of all versions can be told. */
  holdout: z.object({ share, baseline: z.record(z.string(), share) }),
  /** The most that may move from one version to the next, as a share of the traffic. */
  largestStep: share,
  /** How much more than a dollar a spent dollar counts, since the budget is short; 0: it is not. */
  budgetPressure: z.number().nonnegative(),
});
export type TaskWeights = z.infer<typeof TaskWeights>;

export const WeightsSignature = z.object({ algorithm: z.string(), keyId: z.string(), value: z.string() });
export type WeightsSignature = z.infer<typeof WeightsSignature>;

export const WeightsDocument = z.object({
  version: z.string().min(1).describe('also the ETag, and stamped on every decision'),
  sequence: z.number().int().nonnegative().describe('grows by one; a proxy takes none that is lower than its own'),
  previousVersion: z.string().describe('"" for the first'),
  createdAt: z.number().int().describe('epoch milliseconds'),
  actor: z.string().describe('who published it: "evaluation", or an operator'),
  /** Version whose numbers these are again; '' where they are new. */
  rollbackOf: z.string().default(''),
  tasks: z.array(TaskWeights),
  /** Of everything above in canonical JSON; null until it is published. */
  signature: WeightsSignature.nullable(),
});
export type WeightsDocument = z.infer<typeof WeightsDocument>;
