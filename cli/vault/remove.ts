// `vault remove`: takes a secret back.
import { SecretView } from '../../contract/access/secret.ts';
import type { VaultAction } from './vault-action.ts';

export const removeSecret: VaultAction = async ({ word: id, api, values, terminal }) => {
  const removed = await api.ask({ method: 'DELETE', path: `api/secrets/${encodeURIComponent(id)}` }, SecretView);
  if (values.json === true) terminal.print(JSON.stringify(removed));
  else terminal.print(`Removed ${id} of ${removed.provider}. Revoke it with the provider, too, if it got out.`);
  return 0;
};
