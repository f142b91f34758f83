// Builds the Store: chooses the engine, and is the only place that knows the tables by name on the way in.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import { pid } from 'node:process';
import type { z } from 'zod';
import type { ClickHouseConfiguration } from '../contract/configuration.ts';
import { type EmbeddedOptions, openEmbeddedEngine } from './embedded-engine.ts';
import { type Engine, type FileInsert, quoteString } from './engine.ts';
import { migrate } from './migrate.ts';
import { migrationsDirectory, readMigrations } from './migration-files.ts';
import { applyRetention, type RetentionDays } from './retention.ts';
import { openServerEngine } from './server-engine.ts';
import type { Store, StoreHealth } from './store.ts';
import { StoreError, toStoreError } from './store-error.ts';

export interface StoreOptions {
  configuration: z.infer<typeof ClickHouseConfiguration>;
  /** Folder of the embedded store; not touched when a server is configured. */
  dataDirectory: string;
  retentionDays: RetentionDays;
  onProblem(message: string): void;
  /** Longest wait for one answer of a server, in milliseconds. */
  serverTimeoutMs?: number;
  loadChdb?: EmbeddedOptions['loadChdb'];
}

/** Rejects with a StoreError when the embedded engine is missing or its folder is held by another process. */
export async function createStore(options: StoreOptions): Promise<Store> {
  const { configuration, dataDirectory, loadChdb, onProblem, serverTimeoutMs = 60_000 } = options;
  const engine =
    configuration.url === ''
      ? await openEmbeddedEngine({ dataDirectory, pid, loadChdb, onProblem })
      : openServerEngine({ url: configuration.url, timeoutMs: serverTimeoutMs });
  return storeOver(engine, options);
}

function storeOver(engine: Engine, { configuration, retentionDays, onProblem }: StoreOptions): Store {
  const { database, cluster } = configuration;
  const columns = incomingColumns(engine, database);
  return {
    kind: engine.kind,
    database,
    async migrate() {
      await migrate({ engine, database, cluster, steps: await readMigrations(migrationsDirectory), onProblem });
      await applyRetention(engine, { database, cluster }, retentionDays);
      columns.forget();
    },
    async insertSegment(name, file) {
      const doing = `Inserting segment ${name}`;
      const insert: FileInsert = {
        table: `${database}.incoming`,
        columns: await columns.get(doing),
        // A part of a segment is named `<segment>:<from>-<to>`; its rows still belong to the segment.
        constant: { column: 'segmentName', value: name.split(':', 1)[0]! },
        token: name,
        file: path.resolve(file),
      };
      await orStoreError(engine.insertFile(insert), doing);
    },
    insertRows: (table, rows) => orStoreError(engine.insertRows(`${database}.${table}`, rows), `Writing to ${table}`),
    read: (sql, parameters = {}) => orStoreError(engine.read(sql, { ...parameters, db: database }), 'Reading'),
    health: (timeoutMs) => health(engine, database, timeoutMs),
    close: () => engine.close(),
  };
}

/** The wire record's columns stand in one place, the migrations; here they are asked for once. */
function incomingColumns(engine: Engine, database: string) {
  let known: Promise<FileInsert['columns']> | null = null;
  const ask = async (doing: string): Promise<FileInsert['columns']> => {
    const where = `database = ${quoteString(database)} AND table = 'incoming'`;
    const sql = `SELECT name, type FROM system.columns WHERE ${where} ORDER BY position`;
    const found = await orStoreError(engine.query<{ name: string; type: string }>(sql), doing);
    if (found.length > 0) return found;
    throw new StoreError(
      'unavailable',
      `${doing}: the database ${database} has no table "incoming". Run migrate() first.`,
    );
  };
  return {
    get(doing: string): Promise<FileInsert['columns']> {
      const asked = known ?? ask(doing);
      known = asked;
      asked.catch(() => {
        if (known === asked) known = null;
      });
      return asked;
    },
    forget(): void {
      known = null;
    },
  };
}

async function health(engine: Engine, database: string, timeoutMs: number): Promise<StoreHealth> {
  const token = randomUUID();
  const insert = `INSERT INTO ${database}.probes (token) VALUES (${quoteString(token)})`;
  const select = `SELECT count() FROM ${database}.probes WHERE token = ${quoteString(token)}`;
  const { promise: late, resolve } = Promise.withResolvers<StoreHealth>();
  const timer = setTimeout(() => resolve({ ok: false, detail: `no answer within ${timeoutMs} ms` }), timeoutMs);
  const asked = engine.probe(insert, select).then(
    () => ({ ok: true, detail: '' }),
    (error: unknown) => ({ ok: false, detail: toStoreError(error, 'Writing a row').message }),
  );
  try {
    return await Promise.race([asked, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function orStoreError<Result>(promise: Promise<Result>, doing: string): Promise<Result> {
  try {
    return await promise;
  } catch (error) {
    throw toStoreError(error, doing);
  }
}
