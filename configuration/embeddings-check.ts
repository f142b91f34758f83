// Whether the provider that is to say what prompts are like can do that: it makes vectors, and there is a key for it.
import type { Configuration } from '../contract/configuration.ts';
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';
import type { ResolvedProvider } from './provider.ts';

const path = 'routing.embeddings.provider';
const withoutVectors: readonly ResolvedProvider['dialect'][] = ['anthropic', 'bedrock'];

export function checkEmbeddings(
  { routing }: Pick<Configuration, 'routing'>,
  providers: readonly ResolvedProvider[],
): ConfigurationProblem[] {
  const name = routing.embeddings?.provider;
  if (name === undefined) return [];
  const names = providers.map((provider) => provider.name);
  const provider = providers.find((one) => one.name === name);
  if (!provider) {
    const expected = `one of ${names.join(', ') || 'the providers (there are none)'}`;
    const fix = didYouMean(name, names) || `add "${name}" under providers`;
    return [{ path, found: `"${name}", which is no provider of this configuration`, expected, fix }];
  }
  if (withoutVectors.includes(provider.dialect)) {
    const found = `"${name}", which is not asked for vectors`;
    return [{ path, found, expected: 'a provider with an embeddings endpoint', fix: 'name another one' }];
  }
  const open =
    provider.selfHosted || provider.keyHeader === 'none' || provider.serviceAccount !== null || provider.vault?.only;
  if (provider.apiKey !== null || open) return [];
  // A client's key pays for the client's own call alone.
  const fix = `set apiKey of providers.${name}`;
  return [{ path, found: `"${name}", for which there is no key`, expected: 'a provider with a key of yours', fix }];
}
