// What is believed of one target at one task: accepted and refused labels of which older ones count less, the last ones in
// their order so that a change is seen, and how many labels of each source went in. Plain data, so that a job can go on with it.
import type { OutcomeSource } from '../contract/outcome.ts';
import type { Beta } from './beta-distribution.ts';
import { changePoint } from './change-detector.ts';

/** One settled label on the scale of explicit ones. */
export interface Label {
  /** When it was learned of, epoch milliseconds. */
  at: number;
  value: number;
  /** How much it counts: less than 1 where it was inferred from something. */
  weight: number;
  source: OutcomeSource;
}

export interface Belief {
  accepted: number;
  rejected: number;
  /** Labels since it was last begun anew, each counted once. */
  labels: Record<OutcomeSource, number>;
  /** The task's count of labels, and the time, up to which the counts above are discounted. */
  taskLabels: number;
  at: number;
  /** The last labels, oldest first. */
  recent: Pick<Label, 'value' | 'weight'>[];
  /** When a change was last found; null: never. */
  changedAt: number | null;
}

export interface Forgetting {
  halfLifeLabels: number;
  halfLifeMs: number;
}

/** Kept of the last labels: as far back as a change is looked for. */
const mostRecent = 960;

export const noBelief = (at = 0, taskLabels = 0): Belief => ({
  ...{ accepted: 0, rejected: 0, taskLabels, at, recent: [], changedAt: null },
  labels: { explicit: 0, inferred: 0, judged: 0 },
});

/** Takes the label in, and begins anew with the labels since when a change is found. Changes the belief in place. */
export function learn(belief: Belief, label: Label, taskLabels: number, forgetting: Forgetting): void {
  if (!Number.isFinite(label.value) || !(label.weight > 0)) return;
  discount(belief, { taskLabels, now: label.at, forgetting });
  const value = Math.min(1, Math.max(0, label.value));
  const weight = Math.min(1, label.weight);
  belief.accepted += weight * value;
  belief.rejected += weight * (1 - value);
  belief.labels[label.source] += 1;
  belief.recent.push({ value, weight });
  if (belief.recent.length >= 2 * mostRecent) belief.recent = belief.recent.slice(-mostRecent);
  const from = changePoint(belief.recent, belief);
  if (from === null) return;
  const kept = belief.recent.slice(from);
  belief.recent = kept;
  belief.accepted = kept.reduce((sum, one) => sum + one.weight * one.value, 0);
  belief.rejected = kept.reduce((sum, one) => sum + one.weight * (1 - one.value), 0);
  belief.changedAt = label.at;
}

/** Brings the counts up to the present. A clock that goes back discounts nothing, and the past is never counted twice. */
export function discount(
  belief: Belief,
  { taskLabels, now, forgetting }: { taskLabels: number; now: number; forgetting: Forgetting },
): void {
  const labels = Math.max(0, taskLabels - belief.taskLabels) / forgetting.halfLifeLabels;
  const time = belief.at > 0 ? Math.max(0, now - belief.at) / forgetting.halfLifeMs : 0;
  const factor = 2 ** -Math.max(labels, time);
  belief.accepted *= factor;
  belief.rejected *= factor;
  belief.taskLabels = Math.max(belief.taskLabels, taskLabels);
  belief.at = Math.max(belief.at, now);
}

export const effectiveLabels = (belief: Belief): number => belief.accepted + belief.rejected;

export interface Prior {
  mean: number;
  mass: number;
}

export const posterior = (belief: Belief, { mean, mass }: Prior): Beta => ({
  accepted: belief.accepted + Math.max(0.01, mean * mass),
  rejected: belief.rejected + Math.max(0.01, (1 - mean) * mass),
});
