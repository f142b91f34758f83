// The fewest calls under way. Equals share evenly, unless one of them has the session's prompt in its cache.
import { orderBy, type Strategy } from './strategy.ts';

export const leastBusy: Strategy = (contenders) => {
  const scores = contenders.map(({ health }) => health?.inFlight ?? 0);
  const fewest = Math.min(...scores);
  const idle = [...scores.keys()].filter((place) => scores[place] === fewest);
  const warmest = Math.max(...idle.map((place) => contenders[place]!.warmTokens));
  const chosen = new Set(idle.filter((place) => contenders[place]!.warmTokens === warmest));
  const shares = scores.map((_, place) => (chosen.has(place) ? 1 / chosen.size : 0));
  return { scores, order: orderBy(scores), shares, weightsVersion: '' };
};
