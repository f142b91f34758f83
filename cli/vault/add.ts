// `vault add`: reads a provider's key, seals it here, and sends the collector what it cannot open.
import { randomBytes } from 'node:crypto';
import { makeId } from '../../configuration/keys/key-text.ts';
import { type NewSecret, SecretView } from '../../contract/access/secret.ts';
import { seal } from '../../proxy/vault/envelope.ts';
import { textFlag } from '../command.ts';
import { readSecret } from './read-secret.ts';
import { masterKeys, momentFlag, type VaultAction, type VaultCall } from './vault-action.ts';

export const addSecret: VaultAction = async (call) => {
  const { word: provider, values, terminal } = call;
  const until = momentFlag(values, 'until') ?? null;
  const added = await addSealed(call, { from: momentFlag(values, 'from') ?? 0, until });
  if (values.json === true) terminal.print(JSON.stringify(added));
  else terminal.print(`Stored ${added.id} for ${provider}, sealed under the master key ${added.masterKeyId}.`);
  return 0;
};

/** Throws UsageProblem where what was read is no key, before anything is sent. */
export async function addSealed(call: VaultCall, span: Pick<NewSecret, 'from' | 'until'>): Promise<SecretView> {
  const { word: provider, values, terminal, loaded, api } = call;
  if (!loaded.providers.some(({ name }) => name === provider))
    terminal.say(
      `The configuration has no provider "${provider}"; the secret is stored and waits for one of that name.`,
    );
  const { current } = await masterKeys(call);
  const text = await readSecret(textFlag(values, 'file'), terminal);
  const belonging = { id: makeId('secret', randomBytes), tenant: 'default', provider };
  const secret: NewSecret = {
    ...{ id: belonging.id, provider, label: textFlag(values, 'label') ?? '' },
    // Of a short secret four characters would be too much of it.
    last4: text.length >= 16 ? text.slice(-4) : '',
    ...span,
    envelope: seal(text, current, belonging),
  };
  return api.ask({ method: 'POST', path: 'api/secrets', body: secret }, SecretView);
}
