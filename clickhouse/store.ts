// The one way to the database. Two shapes stand behind it: the embedded engine (chDB, in this process) and a server or
// cluster over HTTP. Writer, readers and exports have connections of their own, because the embedded connection runs one
// query at a time.

/** Named parameters of a query, bound by type in the SQL as {name:Type}. */
export type QueryParameters = Record<string, string | number | boolean | null | string[] | number[]>;

export interface StoreHealth {
  ok: boolean;
  detail: string;
}

export interface Store {
  readonly kind: 'embedded' | 'server';
  /** Name of the database; every statement qualifies its tables with it through {db:Identifier}, bound by the store. */
  readonly database: string;
  /** Brings the schema up to date. Idempotent, step by step; safe when two start at once. */
  migrate(): Promise<void>;
  /**
   * Takes in one sealed segment file under its name as deduplication token: again with the same name changes nothing.
   * Rejects with a StoreError; `StoreError.kind` is 'poison' when the content is at fault and 'unavailable' otherwise.
   */
  insertSegment(name: string, file: string): Promise<void>;
  /** Takes in a few rows of one table, by column names, as one block; resolves when they are stored. */
  insertRows(table: string, rows: Record<string, unknown>[]): Promise<void>;
  /** Runs one SELECT on a reader: read-only, bounded in time, memory and rows. 64-bit integers come back as strings. */
  read<Row>(sql: string, parameters?: QueryParameters): Promise<Row[]>;
  /** Writes and reads a row on the way, within `timeoutMs`. */
  health(timeoutMs: number): Promise<StoreHealth>;
  close(): Promise<void>;
}
