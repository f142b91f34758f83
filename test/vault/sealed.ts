// Sealed secrets, master keys and an access document that tests can change.
import { type AccessDocument, emptyAccess } from '../../contract/access/access-document.ts';
import type { SealedSecret } from '../../contract/access/secret.ts';
import type { AccessWatch } from '../../proxy/access/access-watch.ts';
import { seal } from '../../proxy/vault/envelope.ts';
import type { KeyRing } from '../../proxy/vault/key-ring.ts';
import { type MasterKey, masterKeyOf } from '../../proxy/vault/master-key.ts';

export const masterKey = (fill: number): MasterKey => masterKeyOf(Buffer.alloc(32, fill));

export interface SealedOptions extends Partial<Omit<SealedSecret, 'envelope'>> {
  text?: string;
  under?: MasterKey;
}

export function sealedSecret(letter: string, { text, under, ...changes }: SealedOptions = {}): SealedSecret {
  const secret = {
    ...{ id: `secret_${letter.repeat(12)}`, tenant: 'default', provider: 'openai', label: '', last4: '' },
    ...{ createdAt: 1, from: 0, until: null, ...changes },
  };
  return { ...secret, envelope: seal(text ?? `sk-canary-${letter}`, under ?? masterKey(1), secret) };
}

export interface SettableAccess extends AccessWatch {
  set(changes: Partial<AccessDocument>): void;
}

export function settableAccess(secrets: SealedSecret[] = []): SettableAccess {
  let document: AccessDocument = { ...emptyAccess, version: '1', secrets };
  const listeners = new Set<(document: AccessDocument) => void>();
  return {
    current: () => document,
    known: () => true,
    stale: () => false,
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    set(changes) {
      document = { ...document, ...changes, version: String(Number(document.version) + 1) };
      for (const listener of listeners) listener(document);
    },
  };
}

export interface SettableRing extends KeyRing {
  /** Known from the next reading on. */
  next: MasterKey[];
  readings: number;
}

/** Knows these keys at once; the first one seals. */
export function settableRing(...keys: MasterKey[]): SettableRing {
  let known = keys;
  return {
    next: keys,
    readings: 0,
    get current() {
      return known[0] ?? null;
    },
    get problem() {
      return known.length === 0 ? 'vault.masterKey: expected a key, found nothing.' : null;
    },
    find: (id) => known.find((key) => key.id === id) ?? null,
    async reload() {
      this.readings += 1;
      known = this.next;
    },
  };
}
