// Whose key opens the provider's door. A configured key goes only to its own provider's base URL, which comes from the
// operator's configuration and never from a client; a client's key goes only to the provider whose path it called.
import type { IncomingHttpHeaders } from 'node:http';
import type { ApiKey } from '../../configuration/api-key.ts';
import type { ResolvedProvider, ServiceAccount } from '../../configuration/provider.ts';
import { ProxyError } from '../errors.ts';

export interface Credential {
  /** Headers to add, flat; empty when the client's own credentials pass as they came. */
  headers: string[];
  /** The client's credential headers stay here. */
  dropClients: boolean;
  /** The configured key in `headers`; null where none is. Whoever sends them counts a use of it. */
  key: ApiKey | null;
}

const passAsItCame: Credential = Object.freeze({ headers: [], dropClients: false, key: null });

/** The key a client brought, wherever its SDK puts it; empty when there is none. */
export function clientKey(headers: IncomingHttpHeaders, search: string): string {
  const bearer = headers.authorization;
  if (bearer) return bearer.replace(/^Bearer\s+/i, '');
  for (const name of ['x-api-key', 'api-key', 'x-goog-api-key'] as const) {
    const value = headers[name];
    if (typeof value === 'string' && value) return value;
  }
  return search ? (new URLSearchParams(search).get('key') ?? '') : '';
}

/**
 * Chooses between the configured key and the client's own. A Sightline key (sl_…) never leaves the house.
 * Throws SIGHTLINE_KEY_MISSING where neither exists and the provider is known to want one.
 */
export function chooseCredential(provider: ResolvedProvider, own: string): Credential {
  if (usesClientsKey({ provider, own: true }, own)) return passAsItCame;
  const { apiKey: key } = provider;
  if (key !== null) return { headers: keyHeader(provider.keyHeader, key.reveal()), dropClients: true, key };
  const openedOtherwise = provider.aws !== null || provider.serviceAccount !== null;
  if (troubleOf(provider) !== '' && !openedOtherwise)
    throw new ProxyError('SIGHTLINE_KEY_MISSING', troubleOf(provider));
  if (provider.keyHeader === 'none' || provider.selfHosted || openedOtherwise)
    return { headers: [], dropClients: true, key: null };
  throw new ProxyError(
    'SIGHTLINE_KEY_MISSING',
    `No key for provider "${provider.name}": the request carries none${own ? ' of the provider’s own' : ' that may go there'}, and none is ` +
      `configured. Send the provider's key as its SDK does, or set "apiKey" of providers.${provider.name}.`,
  );
}

/** Why the vault does not give the key that it should; '' when nothing is wrong. */
const troubleOf = ({ vault }: ResolvedProvider): string => vault?.trouble ?? '';

/** True where an access token of the configured service account goes, since no key does. */
export function needsToken(
  provider: ResolvedProvider,
  { dropClients }: Credential,
): provider is ResolvedProvider & { serviceAccount: ServiceAccount } {
  return provider.serviceAccount !== null && provider.apiKey === null && dropClients;
}

/** True where the key that the client brought goes along, so that none of the configured ones is used. */
export function usesClientsKey(
  { provider, own }: { provider: ResolvedProvider; own: boolean },
  brought: string,
): boolean {
  const usable = own && brought !== '' && !brought.startsWith('sl_');
  const opened = provider.apiKey !== null || provider.serviceAccount !== null || troubleOf(provider) !== '';
  return usable && (provider.clientKeys === 'prefer' || !opened);
}

/** The key that a client brought stays with the provider whose path it called: nobody else gets to see it. */
export function credentialFor(
  { provider, own }: { provider: ResolvedProvider; own: boolean },
  brought: string,
  /** Name of the configured key that goes. */
  key = '',
): Credential {
  const apiKey = provider.apiKeys.find(({ name }) => name === key) ?? provider.apiKey;
  return chooseCredential(apiKey === provider.apiKey ? provider : { ...provider, apiKey }, own ? brought : '');
}

function keyHeader(style: string, key: string): string[] {
  return style === 'authorization-bearer' ? ['authorization', `Bearer ${key}`] : style === 'none' ? [] : [style, key];
}

/** The query string without a `key` parameter, for when the configured key goes instead of the client's. */
export function withoutKey(search: string): string {
  if (!search.includes('key=')) return search;
  const kept = search
    .slice(1)
    .split('&')
    .filter((part) => !part.startsWith('key='));
  return kept.length ? `?${kept.join('&')}` : '';
}
