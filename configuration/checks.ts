// What a schema cannot see: fields that must agree with each other or with the world.
import type { Configuration } from '../contract/configuration.ts';
import { checkAccess } from './access-check.ts';
import { checkEmbeddings } from './embeddings-check.ts';
import { checkNear } from './near-check.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ResolvedProvider } from './provider.ts';
import { checkProviderSettings } from './provider-checks.ts';
import { checkRoutes } from './route-checks.ts';
import { masked } from './secrets.ts';
import { timezoneProblem } from './timezone.ts';
import { checkVault } from './vault-check.ts';

/** Problems of a configuration that is valid field by field. */
export function crossCheck(
  configuration: Configuration,
  providers: readonly ResolvedProvider[],
): ConfigurationProblem[] {
  return [
    ...checkNames(configuration, providers),
    ...checkProviderSettings(configuration, providers),
    ...checkRoutes(
      configuration.routes,
      providers.map(({ name }) => name),
    ),
    ...checkEmbeddings(configuration, providers),
    ...checkNear(configuration),
    ...checkVault(configuration),
    ...checkAccess(configuration.access),
    ...checkPorts(configuration),
    ...timezoneProblem('collector.timezone', configuration.collector.timezone),
    ...checkUrl('clickhouse.url', configuration.clickhouse.url, 'http://user:password@host:8123'),
    ...checkUrl('collector.proxyUrl', configuration.collector.proxyUrl, 'http://127.0.0.1:4141/v1'),
    ...checkUrl('redis.url', configuration.redis.url, 'redis://host:6379', ['redis', 'rediss']),
  ];
}

function checkNames(configuration: Configuration, providers: readonly ResolvedProvider[]): ConfigurationProblem[] {
  const names = providers.map(({ name }) => name);
  const mentions: [string, string | undefined][] = [
    ...Object.entries(configuration.defaults).map(([key, name]): [string, string] => [`defaults.${key}`, name]),
    ...configuration.routes.map((route, index): [string, string | undefined] => [
      `routes[${index}].match.provider`,
      route.match.provider,
    ]),
  ];
  return mentions.flatMap(([path, name]) =>
    name === undefined || name.includes('*') || names.includes(name)
      ? []
      : [
          {
            path,
            found: `"${name}", which is no provider of this configuration`,
            expected: `one of ${names.join(', ') || 'the providers (there are none)'}`,
            fix: didYouMean(name, names) || `add "${name}" under providers`,
          },
        ],
  );
}

function checkPorts({ proxy, collector }: Configuration): ConfigurationProblem[] {
  if (proxy.port === 0 || proxy.port !== collector.port) return [];
  return [
    {
      path: 'collector.port',
      found: `${collector.port}, which is also the proxy’s`,
      expected: 'two different ports',
      fix: 'change proxy.port or collector.port (SIGHTLINE_PROXY_PORT, SIGHTLINE_COLLECTOR_PORT)',
    },
  ];
}

function checkUrl(
  path: string,
  url: string,
  ...[example, schemes = ['http', 'https']]: [string, string[]?]
): ConfigurationProblem[] {
  if (url === '' || (URL.canParse(url) && schemes.includes(new URL(url).protocol.slice(0, -1)))) return [];
  return [
    {
      path,
      found: masked(path, url),
      expected: `an address such as ${example}`,
      fix: `start it with ${schemes.map((scheme) => `${scheme}://`).join(' or ')}`,
    },
  ];
}
