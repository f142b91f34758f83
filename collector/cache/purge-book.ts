// Purges as documents: which cached answers are not served any longer. The same purge again moves the one that there is, so
// their number stays that of the things that were ever purged.
import { createHash, randomUUID } from 'node:crypto';
import { CachePurge } from '../../contract/access/access-document.ts';
import type { NewEvent } from '../../contract/event.ts';
import type { Documents } from '../documents/documents.ts';

export interface PurgeBook {
  /** For proxies. */
  all(): readonly CachePurge[];
  add(meant: PurgeWish): Promise<CachePurge>;
}

export type PurgeWish = Pick<CachePurge, 'tenant' | 'user' | 'namespace'>;

export interface PurgeBookOptions {
  documents: Documents;
  clock: () => number;
  /** Awaited before the change: what cannot be written down is not done. */
  onEvent(event: NewEvent): Promise<void> | void;
}

const kind = 'cache-purge';
/** No answer is kept for longer than this, so an older purge has nothing left to keep away. */
const longestLifeMs = 366 * 86_400_000;

export function createPurgeBook({ documents, clock, onEvent }: PurgeBookOptions): PurgeBook {
  return {
    all() {
      const found = documents.all(kind).map(({ body }) => CachePurge.parse(body));
      return found.filter(({ before }) => clock() - before < longestLifeMs);
    },
    async add({ tenant, user, namespace }) {
      const before = clock() + 1;
      const purge: CachePurge = { id: idOf({ tenant, user, namespace }), tenant, user, namespace, before };
      await onEvent({
        ...{ id: randomUUID(), startedAt: clock(), tenant, actor: 'operator', action: 'cache.purge' },
        subject: purge.id,
        // Whose answers they were is not for the log to keep.
        detail: { of: user === '' ? 'everybody' : 'one user', namespace },
      });
      await documents.put(kind, purge.id, purge);
      return purge;
    },
  };
}

function idOf({ tenant, user, namespace }: PurgeWish): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([tenant, user, namespace]))
    .digest('hex');
  return `purge_${digest.slice(0, 16)}`;
}
