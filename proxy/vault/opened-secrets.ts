// Which secrets of the access document are open in this process. Each envelope is opened once; one that stays shut is tried
// again when it, or the master keys, change. Every opening and every failure is an event.
import { ApiKey } from '../../configuration/api-key.ts';
import type { SealedSecret } from '../../contract/access/secret.ts';
import type { NewEvent } from '../../contract/event.ts';
import { EnvelopeProblem, open } from './envelope.ts';
import type { KeyRing } from './key-ring.ts';

export type Shut = 'no_master_key' | 'cannot_open';

export type Opened = { key: ApiKey } | { shut: Shut };

export interface OpenedSecrets {
  /** Opens what is new and forgets what is not among them. The same order. */
  take(secrets: readonly SealedSecret[]): Opened[];
  /** Of all that are open. */
  keys(): ApiKey[];
}

export interface OpenedSecretsOptions {
  ring: Pick<KeyRing, 'find'>;
  clock: () => number;
  /** A new UUID. */
  newId: () => string;
  onEvent(event: NewEvent): void;
}

interface Known {
  /** What it was when it was opened, or failed to be. */
  envelope: SealedSecret['envelope'];
  belongs: string;
  opened: Opened;
}

export function createOpenedSecrets({ ring, clock, newId, onEvent }: OpenedSecretsOptions): OpenedSecrets {
  const known = new Map<string, Known>();

  const tell = (action: 'secret.open' | 'secret.open.failed', secret: SealedSecret, why?: string): void => {
    const { id, tenant, provider, envelope } = secret;
    const detail = { provider, masterKey: envelope.masterKeyId, ...(why && { why }) };
    onEvent({ id: newId(), startedAt: clock(), tenant, actor: 'proxy', action, subject: id, detail });
  };

  function tryOpen(secret: SealedSecret): Opened {
    const masterKey = ring.find(secret.envelope.masterKeyId);
    if (!masterKey) return { shut: 'no_master_key' };
    try {
      const text = open(secret.envelope, masterKey, secret);
      return canBeSent(text) ? { key: new ApiKey(secret.id, text) } : { shut: 'cannot_open' };
    } catch (error) {
      if (error instanceof EnvelopeProblem) return { shut: 'cannot_open' };
      throw error;
    }
  }

  function openedOf(secret: SealedSecret): Opened {
    const before = known.get(secret.id);
    const belongs = JSON.stringify([secret.tenant, secret.provider]);
    if (before && before.belongs === belongs && stillHolds(before, secret)) {
      before.envelope = secret.envelope;
      return before.opened;
    }
    const opened = tryOpen(secret);
    known.set(secret.id, { envelope: secret.envelope, belongs, opened });
    if ('key' in opened) tell('secret.open', secret);
    else if (!sameFailure(before, secret, opened)) tell('secret.open.failed', secret, opened.shut);
    return opened;
  }

  return {
    take(secrets) {
      const present = new Set(secrets.map(({ id }) => id));
      for (const id of known.keys()) if (!present.has(id)) known.delete(id);
      return secrets.map(openedOf);
    },
    keys: () => [...known.values()].flatMap(({ opened }) => ('key' in opened ? [opened.key] : [])),
  };
}

/** Something that no header can hold (RFC 9110, 5.5) would break every call. */
export const canBeSent = (text: string): boolean => /^[\x21-\x7e\x80-\xff]+$/.test(text);

/** A data key that was wrapped anew leaves the secret as it was: what is open stays open, whatever master key is known. */
function stillHolds({ envelope, opened }: Known, secret: SealedSecret): boolean {
  return 'key' in opened && envelope.sealed === secret.envelope.sealed;
}

function sameFailure(before: Known | undefined, { envelope }: SealedSecret, now: { shut: Shut }): boolean {
  if (!before || 'key' in before.opened || before.opened.shut !== now.shut) return false;
  return before.envelope.wrappedKey === envelope.wrappedKey && before.envelope.sealed === envelope.sealed;
}
