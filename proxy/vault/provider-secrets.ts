// What the vault has for each provider at one moment. Pure.
import type { ApiKey } from '../../configuration/api-key.ts';
import type { SealedSecret } from '../../contract/access/secret.ts';
import type { Opened, Shut } from './opened-secrets.ts';

/** What the vault has for one provider. */
export interface ProviderSecrets {
  keys: readonly ApiKey[];
  /** Why some of its secrets stay shut; null when none does. */
  shut: Shut | null;
}

export interface Active {
  secret: SealedSecret;
  opened: Opened;
}

export function byProvider(active: readonly Active[]): Map<string, ProviderSecrets> {
  const found = new Map<string, { keys: ApiKey[]; shut: Shut | null }>();
  for (const { secret, opened } of active) {
    const one = found.get(secret.provider) ?? { keys: [], shut: null };
    if ('key' in opened) one.keys.push(opened.key);
    else one.shut ??= opened.shut;
    found.set(secret.provider, one);
  }
  return found;
}

export function sameSecrets(
  one: ReadonlyMap<string, ProviderSecrets>,
  other: ReadonlyMap<string, ProviderSecrets>,
): boolean {
  if (one.size !== other.size) return false;
  return [...one].every(([provider, { keys, shut }]) => {
    const found = other.get(provider);
    return found?.shut === shut && found.keys.length === keys.length && keys.every((key, at) => key === found.keys[at]);
  });
}
