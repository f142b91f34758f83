// The shortest time to first token, p50 or p95 as the route says, counting what a cold prompt cache costs in time. Who has
// not been measured yet gets a small share, or it would never be.
import { prefillMsPerToken, withSwitchCosts } from '../affinity.ts';
import { orderBy, ranked, type Strategy } from './strategy.ts';

const shareOfUnmeasured = 0.05;
const mostForUnmeasured = 0.2;

export const fastest: Strategy = (contenders, { route }) => {
  const p95 = route.configuration?.percentile === 'p95';
  const measured = contenders.map(({ health }) => (p95 ? health?.firstTokenP95Ms : health?.firstTokenP50Ms) ?? null);
  const scores = withSwitchCosts(contenders, measured, prefillMsPerToken);
  const unmeasured = scores.filter((score) => score === null).length;
  if (unmeasured === 0 || unmeasured === scores.length) return ranked(scores);
  const order = orderBy(scores);
  const each = Math.min(shareOfUnmeasured, mostForUnmeasured / unmeasured);
  const shares = scores.map((score) => (score === null ? each : 0));
  shares[order[0]!] = 1 - each * unmeasured;
  return { scores, order, shares, weightsVersion: '' };
};
