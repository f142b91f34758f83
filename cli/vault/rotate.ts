// `vault rotate`: seals every data key under the present master key, one secret after the other. Each is stored whole before
// the next begins, and what is under the new key already is passed over: interrupted anywhere, it is simply run again.
import { SealedSecret, SecretView } from '../../contract/access/secret.ts';
import { EnvelopeProblem, rewrap } from '../../proxy/vault/envelope.ts';
import type { MasterKey } from '../../proxy/vault/master-key.ts';
import { type CollectorApi, CollectorRefused } from '../collector-api.ts';
import { storedSecrets } from './list.ts';
import { masterKeys, type VaultAction } from './vault-action.ts';

type Outcome = 'rotated' | 'skipped' | 'failed';

export const rotateVault: VaultAction = async (call) => {
  const { api, values, terminal } = call;
  const keys = await masterKeys(call);
  const count: Record<Outcome, number> = { rotated: 0, skipped: 0, failed: 0 };
  for (const view of await storedSecrets(api)) {
    const outcome = view.masterKeyId === keys.current.id ? 'skipped' : await rotateOne(api, view.id, keys);
    count[outcome === 'rotated' || outcome === 'skipped' ? outcome : 'failed'] += 1;
    if (outcome !== 'skipped') terminal.say(`${view.id} (${view.provider}): ${outcome}`);
  }
  const { rotated, skipped, failed } = count;
  if (values.json === true) terminal.print(JSON.stringify({ masterKeyId: keys.current.id, ...count }));
  else
    terminal.print(`${rotated} rotated, ${skipped} under the master key ${keys.current.id} already, ${failed} failed.`);
  return failed === 0 ? 0 : 1;
};

interface Keys {
  current: MasterKey;
  find(id: string): MasterKey | null;
}

/** `rotated`, `skipped`, or what stood in the way. */
async function rotateOne(api: CollectorApi, id: string, keys: Keys): Promise<string> {
  const path = `api/secrets/${encodeURIComponent(id)}`;
  const secret = await api.ask({ method: 'GET', path }, SealedSecret);
  const { envelope } = secret;
  if (envelope.masterKeyId === keys.current.id) return 'skipped';
  const from = keys.find(envelope.masterKeyId);
  if (!from) return `the master key ${envelope.masterKeyId} is unknown here; add it to vault.previousMasterKeys`;
  try {
    const body = {
      rewrapped: { envelope: rewrap(envelope, { from, to: keys.current }, secret), instead: envelope.wrappedKey },
    };
    await api.ask({ method: 'PUT', path, body }, SecretView);
    return 'rotated';
  } catch (error) {
    if (error instanceof EnvelopeProblem) return error.message;
    // Somebody else was here meanwhile: whatever they did is looked at once more.
    if (error instanceof CollectorRefused && error.code === 'secret_changed') return rotateOne(api, id, keys);
    throw error;
  }
}
