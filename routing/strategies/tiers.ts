// The best target within the limits of the request's tier: targets are listed best first, and the first whose expected
// time and cost fit is taken. When none fits, the one that exceeds its limits least. A time not yet measured counts as
// fitting, or it would never be measured; a cost that is not known does not.
import type { RouteTier } from '../../contract/route-behaviour.ts';
import type { Contender } from '../contender.ts';
import { ranked, type Strategy } from './strategy.ts';

export const tiers: Strategy = (contenders, { route, question }) => {
  const tier = route.tiers.find(({ matches }) => matches(question.criticality))?.tier ?? {};
  // All that fit score below 1, in the order of the list.
  const scores = contenders.map((contender, place) => {
    const dear = dearness(contender, tier);
    const excess = dear === null ? null : Math.max(slowness(contender, tier), dear);
    return excess !== null && excess <= 1 ? place / contenders.length : excess;
  });
  return ranked(scores);
};

type Limits = Pick<RouteTier, 'maxLatencyMs' | 'maxCostUsd'>;

/** Expected time to the end of the answer, in units of the limit. */
function slowness({ health, outputTokens }: Contender, { maxLatencyMs }: Limits): number {
  if (maxLatencyMs === undefined || !health || health.firstTokenP50Ms === null) return 0;
  const speed = health.outputTokensPerSecond ?? null;
  const writing = speed === null || speed <= 0 ? 0 : (outputTokens / speed) * 1000;
  return (health.firstTokenP50Ms + writing) / maxLatencyMs;
}

function dearness({ expectedNanos }: Contender, { maxCostUsd }: Limits): number | null {
  if (maxCostUsd === undefined) return 0;
  return expectedNanos === null ? null : expectedNanos / (maxCostUsd * 1e9);
}
