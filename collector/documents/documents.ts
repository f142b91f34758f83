// What operators set while everything runs: keys, budgets, secrets. Each is a document of one kind, kept as rows that are
// only ever added to; all of it lies in memory, read at the start and again every few seconds where another collector may
// write to the same server.
import { randomUUID } from 'node:crypto';
import type { Store } from '../../clickhouse/store.ts';
import { CollectorError } from '../errors.ts';
import { type DocumentRow, isNewer, newestDocuments, rowOf, type StoredDocument } from './document-rows.ts';

export interface Documents {
  /** Rises with every change that this collector knows of. */
  readonly revision: number;
  /** False until the documents have been read once: until then nobody may be told that there are none. */
  readonly known: boolean;
  /** What is in force, sorted by id. Throws `store_unavailable` while nothing is known. */
  all(kind: string): readonly StoredDocument[];
  get(kind: string, id: string): StoredDocument | null;
  /** Resolves when it is stored for good; only then it is in force here. */
  put(kind: string, id: string, body: unknown): Promise<void>;
  remove(kind: string, id: string): Promise<void>;
  /** Reads what others wrote. Rejects with a StoreError. */
  reread(): Promise<void>;
  onChange(listener: () => void): () => void;
  close(): void;
}

export interface DocumentsOptions {
  store: Pick<Store, 'kind' | 'insertRows' | 'read'>;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
  /** Stands with each row; left out: made up. */
  writer?: string;
  rereadMs?: number;
}

/** Reads the documents once; a store that is away is asked again until it answers. Never rejects. */
export async function openDocuments(options: DocumentsOptions): Promise<Documents> {
  const documents = new StoredDocuments(options);
  await documents.begin();
  return documents;
}

class StoredDocuments implements Documents {
  revision = 0;
  known = false;
  readonly #options: DocumentsOptions;
  readonly #writer: string;
  readonly #newest = new Map<string, DocumentRow>();
  readonly #inForce = new Map<string, readonly StoredDocument[]>();
  readonly #listeners = new Set<() => void>();
  /** Writes go one after the other, so that the versions of one document rise in their order. */
  #writing: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | null = null;
  #saidAway = false;

  constructor(options: DocumentsOptions) {
    this.#options = options;
    this.#writer = options.writer ?? randomUUID();
  }

  async begin(): Promise<void> {
    await this.#refresh();
    this.#timer = setInterval(() => void this.#refresh(), this.#options.rereadMs ?? 2000).unref();
  }

  all(kind: string): readonly StoredDocument[] {
    this.#mustBeKnown();
    return this.#inForce.get(kind) ?? [];
  }

  get(kind: string, id: string): StoredDocument | null {
    return this.all(kind).find((document) => document.id === id) ?? null;
  }

  put(kind: string, id: string, body: unknown): Promise<void> {
    return this.#write({ kind, id, body: JSON.stringify(body), deleted: false });
  }

  remove(kind: string, id: string): Promise<void> {
    return this.#write({ kind, id, body: '', deleted: true });
  }

  async reread(): Promise<void> {
    this.#take(await newestDocuments(this.#options.store));
    this.known = true;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    if (this.#timer) clearInterval(this.#timer);
  }

  #write(written: Pick<DocumentRow, 'kind' | 'id' | 'body' | 'deleted'>): Promise<void> {
    const { store, clock } = this.#options;
    const writing = this.#writing.then(async () => {
      this.#mustBeKnown();
      const now = clock();
      const before = this.#newest.get(keyOf(written))?.version ?? 0;
      const row = { ...written, version: Math.max(now, before + 1), writtenAt: now, writer: this.#writer };
      await store.insertRows('documents', [rowOf(row)]);
      this.#take([row]);
    });
    this.#writing = writing.catch(() => {});
    return writing;
  }

  #take(rows: readonly DocumentRow[]): void {
    const changed = new Set<string>();
    for (const row of rows) {
      const known = this.#newest.get(keyOf(row));
      if (known && !isNewer(row, known)) continue;
      this.#newest.set(keyOf(row), row);
      changed.add(row.kind);
    }
    if (changed.size === 0) return;
    for (const kind of changed) this.#inForce.set(kind, inForce(this.#newest.values(), kind));
    this.revision += 1;
    for (const listener of this.#listeners) listener();
  }

  /** The embedded store has one writer, which is this one: it is read once and then known. */
  async #refresh(): Promise<void> {
    if (this.known && this.#options.store.kind === 'embedded') return;
    try {
      await this.reread();
      this.#saidAway = false;
    } catch (error) {
      if (!this.#saidAway) this.#options.onProblem(`The documents cannot be read: ${(error as Error).message}`);
      this.#saidAway = true;
    }
  }

  #mustBeKnown(): void {
    if (!this.known) throw new CollectorError('store_unavailable', { found: 'the documents have not been read' }, 2);
  }
}

const keyOf = ({ kind, id }: { kind: string; id: string }): string => `${kind}\n${id}`;

function inForce(rows: Iterable<DocumentRow>, kind: string): readonly StoredDocument[] {
  const found: StoredDocument[] = [];
  for (const row of rows) {
    if (row.kind !== kind || row.deleted) continue;
    found.push({ id: row.id, version: row.version, writtenAt: row.writtenAt, body: JSON.parse(row.body) as unknown });
  }
  return found.sort((one, other) => (one.id < other.id ? -1 : 1));
}
