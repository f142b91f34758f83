// The order in which targets are to be asked: the chosen one, the others of the route, then the fallback chain, each once.
import type { CompiledRoute } from './compile-route.ts';
import type { Contender } from './contender.ts';
import type { Eligible } from './eligible.ts';
import type { Shares } from './shares.ts';
import type { PlannedTarget } from './target.ts';

/** `shares`: null where the targets were all out and the chain begins at once. */
export function planFor(chosen: Contender, { targets, fallback }: Eligible, shares: Shares | null): Contender[] {
  const others = shares ? standingBy(chosen, targets, shares) : [];
  return once([chosen, ...others, ...fallback]);
}

function standingBy(chosen: Contender, targets: readonly Contender[], shares: Shares): Contender[] {
  const { order, probabilities, strategy } = shares;
  const listed = order.map((place) => targets[place]!);
  // A cascade goes up from where it began; what lies below is the last resort.
  const at = listed.indexOf(chosen);
  if (strategy === 'cascade') return [...listed.slice(at + 1), ...listed.slice(0, at)];
  // Sorting is stable: equals stay as the strategy ranks them.
  return [...order].sort((one, other) => probabilities[other]! - probabilities[one]!).map((place) => targets[place]!);
}

/** A target that stands twice is asked where it comes first. */
function once(contenders: readonly Contender[]): Contender[] {
  const names = new Set<string>();
  return contenders.filter(({ target: { name } }) => {
    const isNew = !names.has(name);
    names.add(name);
    return isNew;
  });
}

export function plannedTarget(
  { target, facts }: Pick<Contender, 'target' | 'facts'>,
  { rules }: CompiledRoute,
  patient: boolean,
): PlannedTarget {
  const ofRoute = Number.isFinite(rules.maxCostNanos) ? rules.maxCostNanos / 1e9 : null;
  const caps = [target.maxCostUsd, ofRoute].filter((cap) => cap !== null);
  return {
    provider: target.provider,
    model: target.model,
    maxCostUsd: caps.length > 0 ? Math.min(...caps) : null,
    timeToFirstTokenMs: target.timeToFirstTokenMs,
    from: target.from,
    batch: patient && facts.speaksBatch,
  };
}
