// Puts the vault's keys where the proxy looks for keys: into its providers. In place, so that a call under way that asks
// again finds the keys of now and never one that was taken back.
import type { ApiKey } from '../../configuration/api-key.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { ProviderSecrets } from './provider-secrets.ts';

/** What the configuration alone gives a provider. */
interface Configured {
  apiKeys: readonly ApiKey[];
  clientKeys: ResolvedProvider['clientKeys'];
}

export interface ProviderKeys {
  use(current: ReadonlyMap<string, ProviderSecrets>): void;
}

/** These very objects will change. */
export function createProviderKeys(providers: readonly ResolvedProvider[]): ProviderKeys {
  const configured = new Map<string, Configured>(
    providers.map(({ name, apiKeys, clientKeys }) => [name, { apiKeys, clientKeys }]),
  );
  return {
    use(current) {
      for (const provider of providers) {
        if (!provider.vault) continue;
        const own = configured.get(provider.name) as Configured;
        const secrets = current.get(provider.name);
        const found = (secrets?.keys.length ?? 0) > 0;
        provider.apiKeys = found ? (secrets?.keys ?? []) : own.apiKeys;
        provider.apiKey = provider.apiKeys[0] ?? null;
        provider.clientKeys = found ? provider.vault.clientKeys : own.clientKeys;
        provider.vault.trouble = found ? '' : troubleOf(provider, secrets);
      }
    },
  };
}

function troubleOf({ name, vault }: ResolvedProvider, secrets: ProviderSecrets | undefined): string {
  if (secrets?.shut === 'no_master_key')
    return `The vault has a key for "${name}", but the master key it is sealed under is missing here: check vault.masterKey.`;
  if (secrets?.shut === 'cannot_open')
    return `The vault has a key for "${name}" that cannot be opened: it is damaged. Add it again with \`sightline vault add\`.`;
  return vault?.only ? `The vault has no key for "${name}" at this moment: \`sightline vault add ${name}\`.` : '';
}
