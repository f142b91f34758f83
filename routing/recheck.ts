// Whether a target may be asked now, before every attempt after the first.
import type { ExclusionReason } from '../contract/decision.ts';
import { type CompiledRoute, routeTarget } from './compile-route.ts';
import { contenderFor } from './contender.ts';
import { mayStandIn } from './eligible.ts';
import { healthAgainst } from './mask.ts';
import type { Question } from './question.ts';
import { isSame, type Target } from './target.ts';

export interface Hop {
  question: Question;
  target: Target;
  tried: readonly Target[];
}

/** Constraints have the last word; health gives way where nobody else is left who is well. */
export function recheck(route: CompiledRoute, { question, target, tried }: Hop): ExclusionReason | null {
  const isTried = (one: Target): boolean => tried.some((other) => isSame(one, other));
  if (isTried(target)) return 'tried';
  const listed = route.targets.find((one) => isSame(one, target)) ?? routeTarget({ ...target }, 'targets');
  const contender = contenderFor(listed, route.rules, question);
  if (contender.excluded) return contender.excluded.reason;
  const ill = healthAgainst(contender, question.now);
  if (!ill) return null;
  const others = route.targets.filter((one) => !isSame(one, target) && !isTried(one));
  const well = others.some((other) => {
    const alternative = contenderFor(other, route.rules, question);
    if (!mayStandIn(route, alternative)) return false;
    return alternative.excluded === null && healthAgainst(alternative, question.now) === null;
  });
  return well ? ill.reason : null;
}
