// What an operator wants of a task's weights, with the defaults that the bench defends. All shares are 0 to 1.

export interface WeightPolicy {
  /** What one accepted answer is worth, in dollars. */
  acceptedUsd: number;
  /** Accepted share below which nobody should fall; null: none. */
  qualityFloor: number | null;
  /** Calls that may be slower than the task's limit before it costs something, and dollars per unit of share above it. */
  lateAllowance: number;
  lateUsd: number;
  /** Calls that may fail before a target is taken out. */
  failureAllowance: number;
  budgetUsdPerHour: number | null;
  /** Labels after which one counts half, and the same in time; what comes first counts. */
  halfLifeLabels: number;
  halfLifeMs: number;
  /** Mass of the prior where nothing better is known, spread evenly. */
  priorMass: number;
  /** Below this many labels a target gets at most `newcomerShare` and is not demoted. */
  leastLabels: number;
  newcomerShare: number;
  /** Where the chance that it meets the floor is lower, a target's share shrinks with the square of that chance. */
  demoteBelow: number;
  /** Every target that may be used keeps this much, the hold-out's part included, else nobody would learn that it improved. */
  explorationShare: number;
  /** Traffic that may move from one version to the next. */
  largestStep: number;
  holdoutShare: number;
  /** Chance of being best from which routing is called pointless. */
  sureOfBest: number;
  /** Shares that would move less than this are left alone. */
  leastMove: number;
  /** Outcomes count once this much time has passed since the decision, good and bad ones alike. */
  attributionMs: number;
  /** Weight that one voice can have in a target's labels. */
  weightPerUnit: number;
  /** Price book older than this: costs are not believed. */
  stalePricesMs: number;
  /** Acceptance that may be lost against the hold-out, and cost per accepted that may be added, before rolling back. */
  acceptanceLoss: number;
  costIncrease: number;
}

const minute = 60_000;
const day = 24 * 60 * minute;

export const defaultPolicy: WeightPolicy = Object.freeze({
  acceptedUsd: 0.05,
  qualityFloor: null,
  lateAllowance: 0.05,
  lateUsd: 0.05,
  failureAllowance: 0.05,
  budgetUsdPerHour: null,
  halfLifeLabels: 6_000,
  halfLifeMs: 7 * day,
  priorMass: 2,
  leastLabels: 30,
  newcomerShare: 0.1,
  demoteBelow: 0.2,
  explorationShare: 0.006,
  largestStep: 0.3,
  holdoutShare: 0.02,
  sureOfBest: 0.95,
  leastMove: 0.005,
  attributionMs: 30 * minute,
  weightPerUnit: 5,
  stalePricesMs: 3 * day,
  acceptanceLoss: 0.03,
  costIncrease: 0.2,
});
