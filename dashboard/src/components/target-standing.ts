// How a target stands at this moment, in one word, the ones that need attention first.
import type { LiveTarget, TargetsAnswer } from '../../../contract/questions/targets.ts';

export const standings = ['open', 'probing', 'cooling', 'held', 'scarce', 'ready'] as const;
export type Standing = (typeof standings)[number];

/** Less of the rate limit left than this is worth a word. */
const scarceHeadroom = 0.1;

export function standingOf(target: LiveTarget, now: number): Standing {
  if (target.breaker === 'open') return 'open';
  if (target.breaker === 'half-open') return 'probing';
  if (target.coolingUntil !== null && target.coolingUntil > now) return 'cooling';
  if (target.factor < 0.5) return 'held';
  return target.headroom !== null && target.headroom < scarceHeadroom ? 'scarce' : 'ready';
}

export interface TargetLine extends LiveTarget {
  boot: string;
  standing: Standing;
}

/** All targets of all proxies that fit the filters; within one standing the busiest first. */
export function targetLines(
  { at, proxies }: TargetsAnswer,
  filters: { provider?: string | undefined; model?: string | undefined },
): TargetLine[] {
  const fits = (target: LiveTarget) =>
    (filters.provider === undefined || target.provider === filters.provider) &&
    (filters.model === undefined || target.model === filters.model);
  const lines = proxies.flatMap(({ boot, targets }) =>
    targets.filter(fits).map((target) => ({ ...target, boot, standing: standingOf(target, at) })),
  );
  const rank = ({ standing }: TargetLine) => standings.indexOf(standing);
  return lines.sort(
    (one, other) =>
      rank(one) - rank(other) ||
      other.inFlight - one.inFlight ||
      `${one.provider} ${one.model}`.localeCompare(`${other.provider} ${other.model}`),
  );
}
