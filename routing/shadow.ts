// Whether a copy of the request goes to a candidate that nobody sees. Constraints hold for copies, too, and a target that is
// not well is spared.
import type { CompiledRoute } from './compile-route.ts';
import { contenderFor } from './contender.ts';
import { healthAgainst } from './mask.ts';
import { plannedTarget } from './plan.ts';
import type { Question } from './question.ts';
import type { PlannedTarget } from './target.ts';

export function shadowFor(route: CompiledRoute, question: Question): PlannedTarget | null {
  const { shadow } = route;
  if (!shadow || question.random() >= shadow.share) return null;
  const contender = contenderFor(shadow.target, route.rules, question);
  if (contender.excluded ?? healthAgainst(contender, question.now)) return null;
  return plannedTarget(contender, route, false);
}
