// What a proposal is made from: of one task, everything known about each of its targets at one moment, and whether what is
// known can be trusted just now. Jobs read it from the store; nothing in this room reads anything.
import type { Belief, Prior } from './belief.ts';

export interface MeanCost {
  /** Nano-dollars a call, everything included that the call caused: retries, hedges, judges, aborted attempts. */
  meanNanos: number;
  calls: number;
}

/** Calls of which so many did what they should not. */
export interface Exceeded {
  calls: number;
  over: number;
}

export interface TargetEvidence {
  /** provider/model, as decisions name it. */
  target: string;
  belief: Belief;
  /** Left out: the policy's flat one. */
  prior?: Prior;
  /** Null: no price is known, and then it is never preferred for being cheap. */
  cost: MeanCost | null;
  /** Slower than the task's limit; null where there is none. */
  late: Exceeded | null;
  failures: Exceeded;
  /** Why it must not be tried beyond what the route says: a pin, a data class, an operator; '' where it may. */
  blocked: string;
  breakerOpen: boolean;
  /** Nano-dollars a call that a session loses in prompt caches by moving here; 0: nothing. */
  switchNanos: number;
}

/** What may be wrong with the evidence itself. */
export interface Footing {
  /** How far outcomes are behind. */
  outcomeLagMs: number;
  labelsPerHour: number;
  /** Over the last week; null: too new to say. */
  usualLabelsPerHour: number | null;
  /** Since the price book was last looked at; null: unknown. */
  pricesAgeMs: number | null;
  /** Since the version before this; null: there is none. */
  sinceLastVersionMs: number | null;
  /** Until when a roll-back or an operator holds everything as it is; null: nobody does. */
  frozenUntil: number | null;
  spendUsdPerHour: number | null;
}

export interface TaskEvidence {
  route: string;
  task: string;
  /** Epoch milliseconds. */
  now: number;
  targets: readonly TargetEvidence[];
  /** All labels of the task that were ever learned from: the clock by which they are discounted. */
  taskLabels: number;
  footing: Footing;
}

/** The shares in force. */
export interface CurrentWeights {
  probabilities: Readonly<Record<string, number>>;
  /** Where the hold-out stays: the shares of the configuration. */
  baseline: Readonly<Record<string, number>>;
  budgetPressure: number;
}

export const soundFooting: Footing = Object.freeze({
  ...{ outcomeLagMs: 0, labelsPerHour: 0, usualLabelsPerHour: null, pricesAgeMs: 0, sinceLastVersionMs: null },
  ...{ frozenUntil: null, spendUsdPerHour: null },
});
