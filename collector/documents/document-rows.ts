// Documents as rows: how the newest version of each is found, and how a row is written.
import type { Store } from '../../clickhouse/store.ts';

/** A document that is in force. Whoever uses it checks `body` against its schema. */
export interface StoredDocument {
  id: string;
  version: number;
  /** Epoch milliseconds. */
  writtenAt: number;
  body: unknown;
}

export interface DocumentRow {
  kind: string;
  id: string;
  version: number;
  /** JSON text. */
  body: string;
  deleted: boolean;
  writtenAt: number;
  writer: string;
}

/** Of two rows of one document with one version, which two collectors wrote at the same moment, both know the same winner. */
export function isNewer(one: DocumentRow, other: DocumentRow): boolean {
  return one.version === other.version ? one.writer > other.writer : one.version > other.version;
}

// An alias may not be called as a column that argMax reads: ClickHouse would read the alias.
const newest = `
SELECT
  kind,
  id,
  max(version) AS newest_version,
  argMax((body, deleted, toUnixTimestamp64Milli(written_at), writer), (version, writer)) AS newest
FROM {db:Identifier}.documents
GROUP BY kind, id`;

interface NewestRow {
  kind: string;
  id: string;
  /** 64-bit integers come as text. */
  newest_version: string;
  newest: [string, boolean, string, string];
}

export async function newestDocuments(store: Pick<Store, 'read'>): Promise<DocumentRow[]> {
  const rows = await store.read<NewestRow>(newest);
  return rows.map(({ kind, id, newest_version, newest: [body, deleted, writtenAt, writer] }) => ({
    ...{ kind, id, body, deleted, writer, version: Number(newest_version), writtenAt: Number(writtenAt) },
  }));
}

/** By the table's column names. */
export function rowOf({ writtenAt, ...row }: DocumentRow): Record<string, unknown> {
  return { ...row, written_at: writtenAt };
}
