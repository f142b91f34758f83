// Sightline keys as documents: made, shown once, rotated and revoked. What is kept of a key is its digest.
import { randomBytes } from 'node:crypto';
import { keyDigest } from '../../configuration/keys/key-digest.ts';
import { makeId, makeKey } from '../../configuration/keys/key-text.ts';
import { type KeyBinding, KeyRecord, type KeyView } from '../../contract/access/key.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { Documents } from '../documents/documents.ts';
import { CollectorError } from '../errors.ts';
import { keyEvent } from './key-event.ts';

export interface MadeKey {
  /** The only time that it is seen. */
  key: string;
  record: KeyView;
}

export interface KeyBook {
  /** With their digests, for proxies. */
  records(): readonly KeyRecord[];
  views(): KeyView[];
  create(binding: KeyBinding): Promise<MadeKey>;
  /** A new key of the same binding; the old one holds for `graceSeconds` more. */
  rotate(id: string, graceSeconds: number): Promise<MadeKey>;
  revoke(id: string): Promise<KeyView>;
}

export interface KeyBookOptions {
  documents: Documents;
  pepper: Buffer;
  clock: () => number;
  /** Awaited before the change: what cannot be written down is not done. */
  onEvent(event: NewEvent): Promise<void> | void;
  /** That many random bytes. */
  random?: (bytes: number) => Buffer;
}

const kind = 'key';

export function createKeyBook(options: KeyBookOptions): KeyBook {
  const { documents, pepper, clock, onEvent, random = randomBytes } = options;
  let parsed: { revision: number; records: readonly KeyRecord[] } | null = null;

  function records(): readonly KeyRecord[] {
    if (parsed?.revision !== documents.revision) {
      const found = documents.all(kind).map(({ body }) => KeyRecord.parse(body));
      parsed = { revision: documents.revision, records: found };
    }
    return parsed.records;
  }

  function known(id: string): KeyRecord {
    const record = records().find((one) => one.id === id);
    if (!record) throw new CollectorError('key_unknown', { id });
    return record;
  }

  /** A key of this binding that nobody has heard of yet. */
  function draw(binding: KeyBinding): { key: string; record: KeyRecord } {
    const key = makeKey(random);
    const digest = keyDigest(key, pepper);
    const made = { id: makeId('key', random), digest, last4: key.slice(-4), createdAt: clock() };
    return { key, record: KeyRecord.parse({ ...binding, ...made, revokedAt: null, replacedBy: null }) };
  }

  return {
    records,
    views: () => [...records()].sort((one, other) => other.createdAt - one.createdAt).map(viewOf),
    async create(binding) {
      const { key, record } = draw(binding);
      await onEvent(keyEvent('key.create', record, clock(), { name: record.name }));
      await documents.put(kind, record.id, record);
      return { key, record: viewOf(record) };
    },
    async rotate(id, graceSeconds) {
      const old = known(id);
      const now = clock();
      const ended = old.revokedAt ?? (old.replacedBy ? now : old.expiresAt);
      if (ended !== null && ended <= now) throw new CollectorError('key_ended', { id });
      const { key, record } = draw(old);
      await onEvent(keyEvent('key.rotate', old, now, { replacedBy: record.id, graceSeconds: String(graceSeconds) }));
      await documents.put(kind, record.id, record);
      const until = now + graceSeconds * 1000;
      const expiresAt = old.expiresAt === null ? until : Math.min(old.expiresAt, until);
      await documents.put(kind, id, { ...old, expiresAt, replacedBy: record.id });
      return { key, record: viewOf(record) };
    },
    async revoke(id) {
      const found = known(id);
      if (found.revokedAt !== null) return viewOf(found);
      const record = { ...found, revokedAt: clock() };
      await onEvent(keyEvent('key.revoke', record, clock(), { name: record.name }));
      await documents.put(kind, id, record);
      return viewOf(record);
    },
  };
}

function viewOf({ digest: _digest, ...view }: KeyRecord): KeyView {
  return view;
}
