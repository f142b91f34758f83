// Near matches need somebody who makes vectors.
import type { Configuration } from '../contract/configuration.ts';
import type { ConfigurationProblem } from './problems.ts';

export function checkNear({ cache, routes, routing }: Configuration): ConfigurationProblem[] {
  if (routing.embeddings) return [];
  const asked = [
    ...(cache.near.mode === 'off' ? [] : ['cache.near.mode']),
    ...routes.flatMap((route, index) =>
      (route.cache?.near ?? 'off') === 'off' ? [] : [`routes[${index}].cache.near`],
    ),
  ];
  return asked.map((path) => ({
    path,
    found: 'near matches, and nobody who makes vectors for them',
    expected: 'an embeddings endpoint under "routing.embeddings"',
    fix: 'name a provider and a model there, or set this to "off"',
  }));
}
