// `vault list`: what the vault holds, and which of it is in force.
import { z } from 'zod';
import { SecretView } from '../../contract/access/secret.ts';
import { inForce } from '../../proxy/vault/in-force.ts';
import type { CollectorApi } from '../collector-api.ts';
import type { VaultAction } from './vault-action.ts';

export const listSecrets: VaultAction = async ({ api, values, terminal }) => {
  const secrets = await storedSecrets(api);
  if (values.json === true) terminal.print(JSON.stringify({ secrets }));
  else
    terminal.print(
      secrets.length === 0 ? 'The vault is empty.' : secrets.map((one) => line(one, Date.now())).join('\n'),
    );
  return 0;
};

export async function storedSecrets(api: CollectorApi): Promise<SecretView[]> {
  return (await api.ask({ method: 'GET', path: 'api/secrets' }, z.object({ secrets: z.array(SecretView) }))).secrets;
}

function line(secret: SecretView, now: number): string {
  const { id, provider, last4, label, masterKeyId } = secret;
  const shown = last4 ? `…${last4}` : '';
  return `${id}  ${provider.padEnd(12)} ${shown.padEnd(6)} ${spanOf(secret, now).padEnd(34)} key ${masterKeyId}  ${label}`.trimEnd();
}

function spanOf(secret: SecretView, now: number): string {
  const state = inForce(secret, now);
  if (state === 'soon') return `from ${new Date(secret.from).toISOString()}`;
  if (secret.until === null) return 'in force';
  return `${state === 'now' ? 'until' : 'ended'} ${new Date(secret.until).toISOString()}`;
}
