// The lowest expected cost of this very call: price per token times the sizes of request and answer. A target of unknown
// price comes last.
import { withSwitchCosts } from '../affinity.ts';
import { ranked, type Strategy } from './strategy.ts';

export const cheapest: Strategy = (contenders) => {
  const costs = contenders.map(({ expectedNanos }) => expectedNanos);
  // What a switch loses of the prompt cache is in the expected cost already.
  return ranked(withSwitchCosts(contenders, costs, 0));
};
