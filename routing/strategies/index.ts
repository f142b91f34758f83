// The strategies by their names in the configuration.
import type { StrategyName } from '../../contract/routes.ts';
import { cascade } from './cascade.ts';
import { cheapest } from './cheapest.ts';
import { fastest } from './fastest.ts';
import { fixed } from './fixed.ts';
import { leastBusy } from './least-busy.ts';
import { published } from './published.ts';
import type { Strategy } from './strategy.ts';
import { tiers } from './tiers.ts';
import { weighted } from './weighted.ts';

export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  fixed,
  weighted,
  cheapest,
  fastest,
  'least-busy': leastBusy,
  published,
  cascade,
  tiers,
};
