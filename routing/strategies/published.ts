// Shares by the weights that evaluation published for this route and task; until there are any, by those of the file.
import { type Strategy, shared } from './strategy.ts';
import { weighted } from './weighted.ts';

export const published: Strategy = (contenders, context) => {
  const { route, question } = context;
  const weights = question.lookups.weights(route.name, question.task);
  const shares = contenders.map(({ target }) => weights?.probabilities[target.name] ?? 0);
  if (weights && shares.some((share) => share > 0)) return shared(shares, weights.version);
  const own = contenders.some(({ target }) => target.weight !== 0);
  return own ? weighted(contenders, context) : shared(contenders.map(() => 1));
};
