// From all contenders to those that may be chosen first: without the excluded, and with health's word held back where it
// would leave nobody.
import type { CompiledRoute } from './compile-route.ts';
import { type Contender, contenderFor } from './contender.ts';
import { healthAgainst, leastBadFirst } from './mask.ts';
import type { Question } from './question.ts';

export interface Eligible {
  /** All contenders of the route, in its order; what is recorded. */
  all: readonly Contender[];
  /** Those that the strategy may choose from; targets of trials alone come after the others. */
  targets: readonly Contender[];
  /** Of the fallback chain, in its order. */
  fallback: readonly Contender[];
  /** Health is against everybody; the least bad first. Empty otherwise, and when constraints exclude everybody. */
  leastBad: readonly Contender[];
}

export function eligibleFor(route: CompiledRoute, question: Question): Eligible {
  const all = route.targets.map((target) => contenderFor(target, route.rules, question));
  all.forEach((contender, place) => {
    contender.place = place;
  });
  const permitted = all.filter(({ excluded }) => excluded === null);
  for (const contender of permitted) contender.excluded = healthAgainst(contender, question.now);
  const well = permitted.filter(({ excluded }) => excluded === null);
  const fallback = well.filter(({ target }) => target.from === 'fallback');
  const targets = firstChoices(route, well);
  if (targets.length > 0 || fallback.length > 0) return { all, targets, fallback, leastBad: [] };
  const leastBad = leastBadFirst(permitted.filter((contender) => mayStandIn(route, contender)));
  for (const contender of leastBad) contender.excluded = null;
  return { all, targets: [], fallback: [], leastBad };
}

function firstChoices(route: CompiledRoute, well: readonly Contender[]): Contender[] {
  const targets = well.filter(({ target }) => target.from === 'targets');
  const listed = targets.filter(({ target }) => !target.trialOnly);
  if (listed.length === 0 && !trialStandsAlone(route)) return [];
  return [...listed, ...targets.filter(({ target }) => target.trialOnly)];
}

/** A trial's target is there for the trial's share: it does not take over when the others are out. */
export const mayStandIn = (route: CompiledRoute, { target }: Pick<Contender, 'target'>): boolean =>
  !target.trialOnly || trialStandsAlone(route);

export const trialShare = ({ trial }: CompiledRoute): number =>
  Math.min(1, trial?.arms.reduce((sum, { share }) => sum + share, 0) ?? 0);

/** The arms of an experiment take all the traffic, so that there is no one else. */
const trialStandsAlone = (route: CompiledRoute): boolean => trialShare(route) > 1 - 1e-9;
