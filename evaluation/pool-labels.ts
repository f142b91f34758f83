// Settled labels of a task, of all sources, on one scale and with a limit to how much one voice counts.
import type { OutcomeSource } from '../contract/outcome.ts';
import type { Label } from './belief.ts';
import { type Calibration, onExplicitScale } from './calibration.ts';
import type { SettledLabel } from './settle-label.ts';

export interface HeardLabel extends SettledLabel {
  at: number;
  target: string;
  /** Who said it: a hash of a user or session. '' is everybody who is not known, each alone. */
  unit: string;
}

export interface PooledLabel extends Label {
  target: string;
}

export interface Pooling {
  inferred: Calibration;
  judged: Calibration;
  /** Weight that one unit may have in a target's labels. */
  weightPerUnit: number;
}

/**
 * Where the task has explicit labels the others are moved to their scale, by the offset that is known or not at all. A task
 * without any explicit label is judged by its most frequent other source alone, on that source's own scale.
 */
export function pooled(labels: readonly HeardLabel[], pooling: Pooling): PooledLabel[] {
  const onlyScale = labels.some(({ source }) => source === 'explicit') ? null : mostFrequent(labels);
  const spent = new Map<string, number>();
  return labels.flatMap((label) => {
    const scaled = onlyScale === null ? onScale(label, pooling) : onOwnScale(label, onlyScale);
    if (scaled === null) return [];
    const weight = allowed(label, scaled.weight, { spent, pooling });
    return weight > 0
      ? [{ at: label.at, target: label.target, source: label.source, value: scaled.value, weight }]
      : [];
  });
}

type Scaled = Pick<Label, 'value' | 'weight'>;

function onScale({ source, value }: HeardLabel, pooling: Pooling): Scaled | null {
  if (source === 'explicit') return { value, weight: 1 };
  const calibration = pooling[source];
  return calibration.weight > 0 ? { value: onExplicitScale(calibration, value), weight: calibration.weight } : null;
}

const onOwnScale = ({ source, value }: HeardLabel, only: OutcomeSource): Scaled | null =>
  source === only ? { value, weight: 1 } : null;

function mostFrequent(labels: readonly HeardLabel[]): OutcomeSource {
  const judged = labels.filter(({ source }) => source === 'judged').length;
  return judged * 2 > labels.length ? 'judged' : 'inferred';
}

/** Somebody who presses a thumb a thousand times is one voice. */
function allowed(
  { target, unit }: HeardLabel,
  weight: number,
  { spent, pooling }: { spent: Map<string, number>; pooling: Pooling },
): number {
  if (unit === '') return weight;
  const key = `${target}\n${unit}`;
  const before = spent.get(key) ?? 0;
  const granted = Math.min(weight, Math.max(0, pooling.weightPerUnit - before));
  spent.set(key, before + granted);
  return granted;
}
