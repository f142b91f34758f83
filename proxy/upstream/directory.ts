// The providers of this proxy, by name and by dialect family, with their addresses parsed once.
import { defaultProvider } from '../../configuration/default-provider.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { Configuration } from '../../contract/configuration.ts';
import type { Family } from '../model-routes.ts';
import { type Address, parseAddress } from './address.ts';

export interface Directory {
  forFamily(family: Family): ResolvedProvider | null;
  named(name: string): ResolvedProvider | null;
  names(): string[];
  all(): readonly ResolvedProvider[];
  address(provider: ResolvedProvider): Address;
}

export function createDirectory(given: readonly ResolvedProvider[], configuration: Configuration): Directory {
  // Copies: their keys change while the proxy runs.
  const providers = given.map((provider) => ({ ...provider, vault: provider.vault && { ...provider.vault } }));
  const byName = new Map(providers.map((provider) => [provider.name, provider]));
  const addresses = new Map(providers.map((provider) => [provider.name, parseAddress(provider.baseUrl)]));
  const families = {
    openai: defaultProvider(providers, configuration, 'openai'),
    anthropic: defaultProvider(providers, configuration, 'anthropic'),
    gemini: defaultProvider(providers, configuration, 'gemini'),
  };
  return {
    forFamily: (family) => families[family],
    named: (name) => byName.get(name) ?? null,
    names: () => [...byName.keys()],
    all: () => providers,
    address: (provider) => addresses.get(provider.name) as Address,
  };
}
