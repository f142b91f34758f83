// What happens on the way to a limit: which steps of a budget have been reached, and how long a call is slowed down.
import type { CompiledBudget } from './compiled-budget.ts';

export interface Overrun {
  /** 0: not slowed. */
  slowMs: number;
  cheaper: boolean;
}

export const longestSlowMs = 2_000;
const shortestSlowMs = 100;

export function overrunOf(
  { steps, limitNanos }: Pick<CompiledBudget, 'steps' | 'limitNanos'>,
  spentNanos: number,
): Overrun {
  const percent = (spentNanos / limitNanos) * 100;
  const overrun: Overrun = { slowMs: 0, cheaper: false };
  for (const { percent: from, action } of steps) {
    if (percent < from) break;
    if (action === 'cheaper') overrun.cheaper = true;
    if (action === 'slow') overrun.slowMs = slowness(percent, from);
  }
  return overrun;
}

/** From a tenth of a second at the step to two seconds at the limit, or a fifth of the limit past a step beyond it. */
function slowness(percent: number, from: number): number {
  const way = from < 100 ? 100 - from : 20;
  const part = Math.min(1, (percent - from) / way);
  return Math.round(shortestSlowMs + part * (longestSlowMs - shortestSlowMs));
}
