// The short way to a decision that is none: a model asked for by its own name, which one provider serves. Nothing is drawn,
// and health has no say where nobody else could be asked. What comes out is what the long way makes of it.
import type { CompiledRoute } from './compile-route.ts';
import { candidateOf, contenderFor } from './contender.ts';
import { healthAgainst } from './mask.ts';
import { plannedTarget } from './plan.ts';
import type { Question } from './question.ts';
import type { Routing } from './router.ts';

/** Null where there is something to decide. */
export function onlyOne(route: CompiledRoute, question: Question): Routing | null {
  const [target] = route.targets;
  if (!target || route.targets.length > 1 || route.configuration !== null || question.wishes) return null;
  const contender = contenderFor(target, route.rules, question);
  if (contender.excluded) return null;
  contender.probability = 1;
  contender.score = healthAgainst(contender, question.now) ? null : 0;
  return {
    decision: {
      ...{ route: '', strategy: 'direct', kind: 'pinned', unit: '', draw: null, weightsVersion: '', meaning: null },
      candidates: [candidateOf(contender)],
      plan: [0],
    },
    plan: [plannedTarget(contender, route, false)],
    ...{ route: null, shadow: null, hedge: null, problem: null },
  };
}
