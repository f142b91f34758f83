// Sealed secrets as documents: taken in, changed and removed. The collector keeps envelopes that it cannot open; it sees to it
// that a rotation of the master key changes nothing else.
import { randomUUID } from 'node:crypto';
import { type NewSecret, SealedSecret, type SecretChange, type SecretView } from '../../contract/access/secret.ts';
import type { EventAction, NewEvent } from '../../contract/event.ts';
import type { Documents } from '../documents/documents.ts';
import { CollectorError } from '../errors.ts';

export interface SecretBook {
  /** With their envelopes, for proxies. Throws `store_unavailable` while nothing is known. */
  all(): readonly SealedSecret[];
  one(id: string): SealedSecret;
  views(): SecretView[];
  create(secret: NewSecret): Promise<SecretView>;
  change(id: string, change: SecretChange): Promise<SecretView>;
  remove(id: string): Promise<SecretView>;
}

export interface SecretBookOptions {
  documents: Pick<Documents, 'all' | 'put' | 'remove' | 'revision'>;
  clock: () => number;
  /** Awaited before the change: what cannot be written down is not done. */
  onEvent(event: NewEvent): Promise<void> | void;
}

const kind = 'secret';

export function createSecretBook({ documents, clock, onEvent }: SecretBookOptions): SecretBook {
  let parsed: { revision: number; secrets: readonly SealedSecret[] } | null = null;

  function all(): readonly SealedSecret[] {
    if (parsed?.revision !== documents.revision) {
      const secrets = documents.all(kind).map(({ body }) => SealedSecret.parse(body));
      parsed = { revision: documents.revision, secrets };
    }
    return parsed.secrets;
  }

  function one(id: string): SealedSecret {
    const secret = all().find((candidate) => candidate.id === id);
    if (!secret) throw new CollectorError('secret_unknown', { id });
    return secret;
  }

  const tell = (action: EventAction, { id, tenant, provider, envelope }: SealedSecret, more = {}) =>
    onEvent({
      ...{ id: randomUUID(), startedAt: clock(), tenant, actor: 'operator', action, subject: id },
      detail: { provider, masterKey: envelope.masterKeyId, ...more },
    });

  return {
    all,
    one,
    views: () => [...all()].sort((a, b) => b.createdAt - a.createdAt).map(viewOf),
    async create(given) {
      const secret = SealedSecret.parse({ ...given, tenant: 'default', createdAt: clock() });
      if (all().some(({ id }) => id === secret.id)) throw new CollectorError('secret_changed', { id: secret.id });
      checkSpan(secret);
      await tell('secret.create', secret, { label: secret.label });
      await documents.put(kind, secret.id, secret);
      return viewOf(secret);
    },
    async change(id, { rewrapped, ...more }) {
      const before = one(id);
      const secret = SealedSecret.parse({ ...before, ...more, ...(rewrapped && rewrap(before, rewrapped)) });
      checkSpan(secret);
      if (rewrapped) await tell('secret.rotate', secret, { before: before.envelope.masterKeyId });
      if (Object.keys(more).length > 0) await tell('secret.change', secret, spoken(more));
      await documents.put(kind, id, secret);
      return viewOf(secret);
    },
    async remove(id) {
      const secret = one(id);
      await tell('secret.remove', secret);
      await documents.remove(kind, id);
      return viewOf(secret);
    },
  };
}

/** Refuses what was made of another version, and whatever is not the same sealed secret. */
function rewrap({ id, envelope: before }: SealedSecret, { envelope, instead }: NonNullable<SecretChange['rewrapped']>) {
  if (instead !== before.wrappedKey || envelope.sealed !== before.sealed)
    throw new CollectorError('secret_changed', { id });
  return { envelope };
}

function checkSpan({ from, until }: SealedSecret): void {
  if (until !== null && until <= from)
    throw new CollectorError('secret_invalid', { found: `it would end (${until}) before it begins (${from})` });
}

const spoken = (change: object): Record<string, string> =>
  Object.fromEntries(Object.entries(change).map(([name, value]) => [name, String(value)]));

function viewOf({ envelope, ...secret }: SealedSecret): SecretView {
  return { ...secret, masterKeyId: envelope.masterKeyId };
}
