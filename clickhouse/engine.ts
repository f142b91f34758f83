// What the store needs from an engine, the same for the embedded one and a server.
import type { QueryParameters } from './store.ts';

/** One insert of a whole file of NDJSON lines. */
export interface FileInsert {
  /** Qualified table. */
  table: string;
  /** Columns of the table that the lines may carry, with their types; keys that are not among them are skipped. */
  columns: { name: string; type: string }[];
  /** Column that is not in the lines but the same for the whole file, and its value. */
  constant: { column: string; value: string };
  /** The deduplication token: the same token again changes nothing. */
  token: string;
  /** Absolute path. */
  file: string;
}

export interface Engine {
  readonly kind: 'embedded' | 'server';
  /** A statement without a result, on the writer. */
  command(sql: string): Promise<void>;
  /** A SELECT on the writer: sees what the writer just did. For migrations, not for questions. */
  query<Row>(sql: string): Promise<Row[]>;
  /** A SELECT on a reader: read-only and bounded. */
  read<Row>(sql: string, parameters: QueryParameters): Promise<Row[]>;
  insertFile(insert: FileInsert): Promise<void>;
  /** A few rows, as one block; resolves when they are in. */
  insertRows(table: string, rows: Record<string, unknown>[]): Promise<void>;
  /** Statement on a connection of its own, so that it says how the engine is and not how long the queue is. */
  probe(insert: string, select: string): Promise<void>;
  close(): Promise<void>;
}

/** `insert` list and `structure` of a file insert, both quoted. */
export function fileInsertParts({ columns, constant }: FileInsert): { names: string; structure: string } {
  const fromFile = columns.filter((column) => column.name !== constant.column);
  return {
    names: [...fromFile.map((column) => column.name), constant.column].map(quoteIdentifier).join(', '),
    structure: fromFile.map((column) => `${quoteIdentifier(column.name)} ${column.type}`).join(', '),
  };
}

export const quoteIdentifier = (name: string): string => `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

export const quoteString = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
