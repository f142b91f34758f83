// Shares by the weights of the configuration. A target without one counts 1, so that a list without weights is split evenly.
import { type Strategy, shared } from './strategy.ts';

export const weighted: Strategy = (contenders) => shared(contenders.map(({ target }) => target.weight ?? 1));
