// What a route's fields must agree on: names that exist, shares that add up, a strategy that has what it needs.
import { RouteConstraints } from '../contract/route-behaviour.ts';
import type { RouteMatch } from '../contract/route-match.ts';
import type { RouteConfiguration } from '../contract/routes.ts';
import type { ConfigurationProblem } from './problems.ts';
import { checkProviders } from './route-providers.ts';
import { timezoneProblem } from './timezone.ts';

export function checkRoutes(
  routes: readonly RouteConfiguration[],
  providers: readonly string[],
): ConfigurationProblem[] {
  return routes.flatMap((route, index) => {
    const path = `routes[${index}]`;
    return [
      ...checkName(route, path, routes.slice(0, index)),
      ...checkProviders(route, path, providers),
      ...checkTargets(route, path),
      ...checkWeights(route, path),
      ...checkTrial(route, path),
      ...checkStrategy(route, path),
      ...checkMatch(route.match, `${path}.match`),
      ...checkCapture(route, path),
      ...checkExpressions(route, path),
    ];
  });
}

function checkName({ name }: RouteConfiguration, path: string, before: readonly RouteConfiguration[]) {
  const first = before.findIndex((other) => other.name === name);
  if (first < 0) return [];
  return [problem(`${path}.name`, `"${name}", which is also the name of routes[${first}]`, 'a name of its own')];
}

function checkTargets(route: RouteConfiguration, path: string): ConfigurationProblem[] {
  const problems: ConfigurationProblem[] = [];
  const seen = new Set<string>();
  for (const list of ['targets', 'fallback'] as const) {
    route[list].forEach(({ provider, model }, at) => {
      const name = `${provider}/${model}`;
      if (seen.has(name)) problems.push(problem(`${path}.${list}[${at}]`, `${name} a second time`, 'each target once'));
      seen.add(name);
    });
  }
  if (route.targets.length > 0) return problems;
  const needs = targetless(route);
  return needs ? [...problems, problem(`${path}.targets`, `none beside ${needs}`, 'at least one target')] : problems;
}

/** Without targets a route sets capture alone: a constraint there would hold for nobody. */
function targetless(route: RouteConfiguration): string | undefined {
  const { constraints: given, strategy, fallback, canary, experiment, shadow, hedge, cascade, tiers } = route;
  const constraints = JSON.stringify(given) === JSON.stringify(RouteConstraints.parse({})) ? undefined : given;
  const fields = { constraints, strategy, canary, experiment, shadow, hedge, cascade, tiers };
  const listed = fallback.length > 0 ? { ...fields, fallback } : fields;
  return Object.entries(listed).find(([, value]) => value !== undefined)?.[0];
}

function checkWeights({ targets, strategy }: RouteConfiguration, path: string): ConfigurationProblem[] {
  const weights = targets.map(({ weight }) => weight);
  const given = weights.filter((weight) => weight !== undefined);
  if (given.length > 0 && given.length < weights.length)
    return [problem(`${path}.targets`, 'a weight on some and not on others', 'a weight on every target, or on none')];
  if (given.length > 0 && given.every((weight) => weight === 0))
    return [problem(`${path}.targets`, 'no weight above 0', 'at least one target that gets traffic')];
  if (given.length > 0 && strategy !== undefined && strategy !== 'weighted' && strategy !== 'published')
    return [problem(`${path}.strategy`, `"${strategy}" beside weights`, 'weighted or published, or no weights')];
  return [];
}

function checkTrial({ canary, experiment }: RouteConfiguration, path: string): ConfigurationProblem[] {
  if (canary && experiment)
    return [problem(`${path}.canary`, 'a canary beside an experiment', 'one trial at a time on a route')];
  const sum = (experiment?.arms ?? []).reduce((total, { percent }) => total + percent, 0);
  if (sum <= 100 + 1e-9) return [];
  return [problem(`${path}.experiment.arms`, `${sum} per cent in all`, 'at most 100')];
}

function checkStrategy(route: RouteConfiguration, path: string): ConfigurationProblem[] {
  return (['cascade', 'tiers'] as const).flatMap((name) => {
    const given = route[name] !== undefined;
    if (given === (route.strategy === name)) return [];
    return given
      ? [problem(`${path}.${name}`, `beside strategy "${route.strategy ?? 'left out'}"`, `strategy "${name}"`)]
      : [problem(`${path}.${name}`, 'nothing', `what strategy "${name}" goes by`)];
  });
}

function checkMatch({ hours, inputTokens, threshold, examples }: RouteMatch, path: string): ConfigurationProblem[] {
  const { min = 0, max = Number.POSITIVE_INFINITY } = inputTokens ?? {};
  const zone = hours?.split(' ')[1];
  return [
    ...(zone === undefined ? [] : timezoneProblem(`${path}.hours`, zone)),
    ...(min > max ? [problem(`${path}.inputTokens`, `min ${min} above max ${max}`, 'a range')] : []),
    ...(threshold !== undefined && !examples
      ? [problem(`${path}.threshold`, 'no examples', 'examples beside it')]
      : []),
  ];
}

/** Capture is settled from what every exchange shows at its start, also where nothing is routed. */
const shownAtStart: readonly string[] = [
  ...['model', 'provider', 'task', 'app', 'team', 'user', 'environment', 'tags', 'dialect'],
];

function checkCapture({ capture, match }: RouteConfiguration, path: string): ConfigurationProblem[] {
  const unseen = Object.keys(match).filter((field) => !shownAtStart.includes(field));
  if (!capture || unseen.length === 0) return [];
  const fix = 'put capture into a route of its own that matches on those';
  return [{ ...problem(`${path}.capture`, `beside match.${unseen[0]}`, `only ${shownAtStart.join(', ')}`), fix }];
}

function checkExpressions({ cascade }: RouteConfiguration, path: string): ConfigurationProblem[] {
  return (cascade?.escalateWhen.matches ?? []).flatMap((source, at) => {
    try {
      new RegExp(source, 'iu');
      return [];
    } catch {
      return [problem(`${path}.cascade.escalateWhen.matches[${at}]`, JSON.stringify(source), 'a regular expression')];
    }
  });
}

const problem = (path: string, found: string, expected: string): ConfigurationProblem => ({
  path,
  found,
  expected,
  fix: '',
});
