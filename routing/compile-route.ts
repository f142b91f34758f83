// A route as decisions use it: names joined, money in nano-dollars, patterns compiled, trials and fallbacks in one list.
import type { RouteTier } from '../contract/route-behaviour.ts';
import type { Capability } from '../contract/route-match.ts';
import type { RouteConfiguration, StrategyName, TargetConfiguration } from '../contract/routes.ts';
import { hash32 } from './hash.ts';
import { compileMatch } from './match-route.ts';
import { compilePattern, compilePatterns, type Matcher } from './pattern.ts';
import type { Subject } from './question.ts';
import { isSame, nameOf, type Target } from './target.ts';

export interface RouteTarget extends Target {
  /** `provider/model`. */
  name: string;
  hash: number;
  /** Null where the route gives none. */
  weight: number | null;
  maxCostNanos: number | null;
  maxCostUsd: number | null;
  timeToFirstTokenMs: number | null;
  from: 'targets' | 'fallback';
  /** Stands in a canary or an experiment alone: nobody moves there when another fails. */
  trialOnly: boolean;
}

/** The constraints of a route. */
export interface Rules {
  residency: Matcher | null;
  residencyText: string;
  selfHostedOnly: boolean;
  selfHostedFor: ReadonlySet<string>;
  retainsNothing: boolean;
  capabilities: readonly Capability[];
  maxCostNanos: number;
  honoursWishes: boolean;
  /** Weights count, so that 0 means never. */
  weighs: boolean;
}

/** A share of the units that goes to one target, apart from the strategy. */
export interface Arm {
  share: number;
  target: Target;
}

export interface Trial {
  kind: 'canary' | 'experiment';
  salt: string;
  unit: 'session' | 'user' | 'request';
  arms: readonly Arm[];
}

export interface CompiledRoute {
  configuration: RouteConfiguration | null;
  name: string;
  matches(subject: Subject): boolean;
  threshold: number | null;
  strategy: StrategyName;
  targets: readonly RouteTarget[];
  rules: Rules;
  trial: Trial | null;
  shadow: { target: RouteTarget; share: number } | null;
  tiers: readonly { matches: Matcher; tier: RouteTier }[];
}

const usualThreshold = 0.5;
const nanosPerDollar = 1e9;

export function compileRoute(route: RouteConfiguration): CompiledRoute {
  const strategy = route.strategy ?? (route.targets.some(({ weight }) => weight !== undefined) ? 'weighted' : 'fixed');
  const trial = trialOf(route);
  const arms = (trial?.arms ?? []).map(({ target }) => target);
  const listed = route.targets.map((target) => {
    // Of weight 0 and yet in a trial: the trial's share is all it gets.
    const trialOnly = target.weight === 0 && arms.some((arm) => isSame(arm, target));
    return { ...routeTarget(target, 'targets'), trialOnly };
  });
  const tried = arms
    .filter((arm, at) => ![...listed, ...arms.slice(0, at)].some((other) => isSame(other, arm)))
    .map((arm) => ({ ...routeTarget(arm, 'targets'), trialOnly: true }));
  return {
    configuration: route,
    name: route.name,
    matches: compileMatch(route.match),
    threshold: route.match.examples ? (route.match.threshold ?? usualThreshold) : null,
    strategy,
    targets: [...listed, ...tried, ...route.fallback.map((target) => routeTarget(target, 'fallback'))],
    rules: rulesOf(route, strategy),
    trial,
    shadow: route.shadow
      ? { target: routeTarget(route.shadow.target, 'targets'), share: route.shadow.percent / 100 }
      : null,
    tiers: (route.tiers ?? []).map((tier) => ({ matches: compilePattern(tier.criticality), tier })),
  };
}

export function routeTarget(target: TargetConfiguration, from: RouteTarget['from']): RouteTarget {
  const name = nameOf(target);
  return {
    provider: target.provider,
    model: target.model,
    name,
    hash: hash32(name),
    weight: target.weight ?? null,
    maxCostUsd: target.maxCostUsd ?? null,
    maxCostNanos: target.maxCostUsd === undefined ? null : target.maxCostUsd * nanosPerDollar,
    timeToFirstTokenMs: target.timeToFirstTokenMs ?? null,
    from,
    trialOnly: false,
  };
}

export const openRules: Rules = {
  residency: null,
  residencyText: '',
  selfHostedOnly: false,
  selfHostedFor: new Set(),
  retainsNothing: false,
  capabilities: [],
  maxCostNanos: Number.POSITIVE_INFINITY,
  honoursWishes: true,
  weighs: false,
};

function rulesOf({ constraints, clientWishes }: RouteConfiguration, strategy: StrategyName): Rules {
  return {
    residency: constraints.residency.length > 0 ? compilePatterns(constraints.residency) : null,
    residencyText: constraints.residency.join(', '),
    selfHostedOnly: constraints.selfHostedOnly,
    selfHostedFor: new Set(constraints.selfHostedFor),
    retainsNothing: constraints.retention === 'none',
    capabilities: constraints.capabilities,
    maxCostNanos: (constraints.maxCostUsd ?? Number.POSITIVE_INFINITY) * nanosPerDollar,
    honoursWishes: clientWishes === 'honour',
    weighs: strategy === 'weighted',
  };
}

/** An experiment excludes a canary: one draw decides for both, and two trials at once would measure neither. */
function trialOf({ name, canary, experiment }: RouteConfiguration): Trial | null {
  if (experiment) {
    const arms = experiment.arms.map(armOf).filter(({ share }) => share > 0);
    return { kind: 'experiment', salt: experiment.name, unit: experiment.unit, arms };
  }
  if (!canary || canary.percent === 0) return null;
  return { kind: 'canary', salt: name, unit: canary.unit, arms: [armOf(canary)] };
}

const armOf = ({ percent, target }: { percent: number; target: Target }): Arm => ({ share: percent / 100, target });
