// What is said to whom the gate does not let in. A key itself is in none of these sentences: they stand in records and logs.
import type { KeyRecord } from '../../contract/access/key.ts';
import { ProxyError } from '../errors.ts';

const called = ({ name, id }: KeyRecord): string => `"${name}" (${id})`;
const day = (at: number): string => new Date(at).toISOString().slice(0, 10);

export const keyBroken = (): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_WRONG',
    'The request carries something that begins as a Sightline key (sl_…) and is none: its checksum does not fit. Was it cut ' +
      'off or mistyped? A Sightline key is sent alone, where the SDK puts its API key.',
  );

export const keyStrange = (): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_WRONG',
    'No Sightline key of this kind is known here. `sightline keys list` shows the keys that there are; a proxy and its collector ' +
      'must read the same access.pepper.',
  );

export const severalKeys = (): ProxyError =>
  new ProxyError('SIGHTLINE_KEY_WRONG', 'The request carries several different Sightline keys; send one.');

export const keyRevoked = (record: KeyRecord): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_WRONG',
    `The Sightline key ${called(record)} was revoked on ${day(record.revokedAt ?? 0)}. Ask for another.`,
  );

export const keyExpired = (record: KeyRecord): ProxyError => {
  const successor = record.replacedBy ? ` It was replaced by ${record.replacedBy}.` : '';
  return new ProxyError(
    'SIGHTLINE_KEY_EXPIRED',
    `The Sightline key ${called(record)} expired on ${day(record.expiresAt ?? 0)}.${successor} Use its successor, or ask for another.`,
  );
};

/** Refused for what it does not know, not for what the key is: trying again may help. */
export const keysUnknown = (): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEYS_UNKNOWN',
    'This proxy has not heard yet which Sightline keys there are: its collector has not answered since it was started, and ' +
      'nothing is kept from before. Is recording.collectorUrl right, and the collector up?',
  );

export const notFromThere = (record: KeyRecord, address: string): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_NOT_ALLOWED',
    `The Sightline key ${called(record)} may not be used from ${address || 'an unknown address'}, only from ${record.networks.join(', ')}. ` +
      'Behind a reverse proxy, its address belongs into access.trustedProxies.',
  );

export const keyRequired = (brings: boolean): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_REQUIRED',
    `This call needs a Sightline key (sl_…): ${brings ? 'the keys that are configured here are used with one alone, and providers’ own keys are not taken (access.clientKeys)' : 'there is none in it'}. ` +
      'Send it where the SDK puts its API key; `sightline keys create` makes one.',
  );

export const notOpenTo = (address: string): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_REQUIRED',
    `Calls from ${address || 'an unknown address'} may not use the keys that are configured here: they are open to access.openTo alone. ` +
      'Make a Sightline key (`sightline keys create`) and send it, send a provider’s own key, or add the network.',
  );

/** A key of the client's own came, but what it asks for would be answered with ours. */
export const oursClosed = (provider: string): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_REQUIRED',
    `What is configured here for provider "${provider}" is used with a Sightline key (sl_…) alone, and the key that this call ` +
      'brought is not for that provider. Send a Sightline key where the SDK puts its API key; `sightline keys create` makes one.',
  );

export const storedElsewhere = (record: KeyRecord): ProxyError =>
  new ProxyError(
    'SIGHTLINE_KEY_NOT_ALLOWED',
    `The Sightline key ${called(record)} may not reach for what a provider stores (responses, files, batches …): keys of several ` +
      'tenants share the provider’s key, so an id could be another tenant’s. Send what is meant in the call itself, or, where ' +
      'tenants may see each other’s, set "access.stored" to "shared".',
  );

export const mayNotAsk = (record: KeyRecord, what: string): ProxyError => {
  const limits = [
    ...(record.models.length > 0 ? [`models ${record.models.join(', ')}`] : []),
    ...(record.providers.length > 0 ? [`providers ${record.providers.join(', ')}`] : []),
  ];
  return new ProxyError(
    'SIGHTLINE_KEY_NOT_ALLOWED',
    `The Sightline key ${called(record)} may not ask for ${what}; it is bound to ${limits.join(' and ')}.`,
  );
};
