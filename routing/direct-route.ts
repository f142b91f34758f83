// The route of a request that no route of the configuration matches: whoever serves the model by its own name, then what
// the client itself named as a fallback.
import { type CompiledRoute, openRules, routeTarget } from './compile-route.ts';
import type { Question } from './question.ts';
import { isSame, type Target } from './target.ts';

export function directRoute({ direct, wishes, lookups }: Question): CompiledRoute {
  const wished = (wishes?.models ?? []).flatMap((model) => lookups.resolve?.(model) ?? []);
  const others = wishes?.allowFallbacks === false ? [] : unlike(wished, direct);
  return {
    configuration: null,
    name: '',
    matches: () => true,
    threshold: null,
    strategy: 'fixed',
    targets: [
      ...direct.map((target) => routeTarget(target, 'targets')),
      ...others.map((target) => routeTarget(target, 'fallback')),
    ],
    rules: openRules,
    trial: null,
    shadow: null,
    tiers: [],
  };
}

const unlike = (targets: readonly Target[], others: readonly Target[]): Target[] =>
  targets.filter((target, at) => ![...others, ...targets.slice(0, at)].some((other) => isSame(other, target)));
