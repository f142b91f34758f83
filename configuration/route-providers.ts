// Every provider that a route names must exist.
import type { RouteConfiguration } from '../contract/routes.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';

interface Mention {
  path: string;
  provider: string;
  model: string;
}

export function checkProviders(
  route: RouteConfiguration,
  path: string,
  providers: readonly string[],
): ConfigurationProblem[] {
  return mentionsOf(route, path).flatMap((mention) => checkProvider(mention, providers));
}

function mentionsOf(route: RouteConfiguration, path: string): Mention[] {
  const listed = (['targets', 'fallback'] as const).flatMap((list) =>
    route[list].map((target, at) => ({ path: `${path}.${list}[${at}]`, ...target })),
  );
  const arms = (route.experiment?.arms ?? []).map(({ target }, at) => ({
    path: `${path}.experiment.arms[${at}].target`,
    ...target,
  }));
  const single = (['canary', 'shadow'] as const).flatMap((field) => {
    const target = route[field]?.target;
    return target ? [{ path: `${path}.${field}.target`, ...target }] : [];
  });
  return [...listed, ...arms, ...single];
}

function checkProvider({ path, provider }: Mention, providers: readonly string[]): ConfigurationProblem[] {
  if (providers.includes(provider)) return [];
  return [
    {
      path: `${path}.provider`,
      found: `"${provider}", which is no provider of this configuration`,
      expected: `one of ${providers.join(', ') || 'the providers (there are none)'}`,
      fix: didYouMean(provider, providers) || `add "${provider}" under providers`,
    },
  ];
}
