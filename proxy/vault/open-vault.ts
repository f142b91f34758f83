// The vault at work in a proxy: what the access document has sealed, this process opens and hands to its providers.
import type { ResolvedProvider } from '../../configuration/provider.ts';
import type { NewEvent } from '../../contract/event.ts';
import { createProviderKeys } from './provider-keys.ts';
import { createVaultKeys, type VaultKeys, type VaultKeysOptions } from './vault-keys.ts';

export interface OpenVaultOptions extends Omit<VaultKeysOptions, 'onEvent'> {
  /** Their keys will change in place. */
  providers: readonly ResolvedProvider[];
  recorder: { event(event: NewEvent): void };
}

export function openVault({ providers, recorder, ...options }: OpenVaultOptions): VaultKeys {
  const providerKeys = createProviderKeys(providers);
  const vault = createVaultKeys({ ...options, onEvent: (event) => recorder.event(event) });
  const use = (): void => providerKeys.use(vault.current());
  vault.onChange(use);
  use();
  return vault;
}
