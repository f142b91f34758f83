// The cheapest target for this very call among those that are good enough, whatever the route's strategy: a budget is nearly
// used up, or the call is dearer than its cap. Good enough is who evaluation has not taken out under the route's quality floor;
// where it took out everybody, or none has been evaluated, all are.
import { cheapest } from './cheapest.ts';
import { ranked, type Strategy } from './strategy.ts';

export const thrift: Strategy = (contenders, context) => {
  const { route, question } = context;
  const verdict = cheapest(contenders, context);
  const weights =
    route.configuration?.qualityFloor === undefined ? null : question.lookups.weights(route.name, question.task);
  if (!weights) return verdict;
  const isGood = contenders.map(({ target }) => (weights.probabilities[target.name] ?? 0) > 0);
  if (!isGood.includes(true)) return verdict;
  return ranked(verdict.scores.map((score, place) => (isGood[place] ? score : null)));
};
