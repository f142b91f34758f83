// ClickHouse inside this process (chDB). Writer, readers and probe are connections of their own: one connection runs one
// query at a time, and its settings stick.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Engine, type FileInsert, fileInsertParts, quoteString } from './engine.ts';
import { takeFolderLock } from './folder-lock.ts';
import { forgetGhostBlocks } from './ghost-blocks.ts';
import { readerSettings, toSetStatement, writerSettings } from './settings.ts';
import type { QueryParameters } from './store.ts';
import { StoreError, toStoreError } from './store-error.ts';
import { createTurnstile } from './turnstile.ts';

type ChdbModule = typeof import('chdb/connection');

export interface EmbeddedOptions {
  /** Folder for the store; made when missing. */
  dataDirectory: string;
  pid: number;
  /** Replaced in tests of platforms that have no chDB. */
  loadChdb?: () => Promise<ChdbModule>;
  /** Told of what could not be put right after a kill; the store opens all the same. */
  onProblem?(message: string): void;
}

const readers = 2;

/** Rejects with a StoreError when chDB is not installed, or another process holds the folder. */
export async function openEmbeddedEngine(options: EmbeddedOptions): Promise<Engine> {
  const chdb = await load(options.loadChdb ?? (() => import('chdb/connection')));
  const folder = path.resolve(options.dataDirectory, 'clickhouse');
  await mkdir(folder, { recursive: true });
  const lock = await takeFolderLock(`${folder}.lock`, options.pid);
  try {
    for (const problem of (await forgetGhostBlocks(folder)).problems) options.onProblem?.(problem);
    const clients = await openClients(chdb, folder);
    return assemble(clients, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function load(loadChdb: () => Promise<ChdbModule>): Promise<ChdbModule> {
  try {
    return await loadChdb();
  } catch (cause) {
    const advice = 'Run a ClickHouse server and set CLICKHOUSE_URL=http://user:password@host:8123 instead.';
    throw new StoreError(
      'unavailable',
      `The embedded store needs the npm package chdb, which is not installed here; it exists for Linux with glibc and macOS. ${advice}`,
      { cause },
    );
  }
}

interface Clients {
  writer: ClickHouseClient;
  probe: ClickHouseClient;
  readers: ClickHouseClient[];
}

async function openClients(chdb: ChdbModule, folder: string): Promise<Clients> {
  const open = async (settings: string): Promise<ClickHouseClient> => {
    // The package types its connection against another copy of client-common; the shape is the same.
    const connection = chdb.createChdbConnection({ path: folder }) as unknown;
    const client = createClient({ connection, log: { level: ClickHouseLogLevel.OFF } } as Parameters<
      typeof createClient
    >[0]);
    await client.command({ query: settings });
    return client;
  };
  try {
    const writer = await open(toSetStatement(writerSettings));
    const probe = await open(toSetStatement({ max_execution_time: 10 }));
    const pool: ClickHouseClient[] = [];
    while (pool.length < readers) pool.push(await open(toSetStatement(readerSettings)));
    return { writer, probe, readers: pool };
  } catch (cause) {
    const found = cause instanceof Error ? cause.message : String(cause);
    const advice = 'Another process may hold it, or it is damaged: stop the other process, or move the folder aside.';
    throw new StoreError('unavailable', `The embedded store at ${folder} cannot be opened (${found}). ${advice}`, {
      cause,
    });
  }
}

function assemble(clients: Clients, release: () => Promise<void>): Engine {
  const writers = createTurnstile([clients.writer]);
  const probes = createTurnstile([clients.probe]);
  const readerPool = createTurnstile(clients.readers);
  const run = (sql: string) => (client: ClickHouseClient) => client.command({ query: sql });

  return {
    kind: 'embedded',
    command: async (sql) => void (await writers.with(run(sql))),
    query: (sql) => writers.with((client) => select(client, sql)),
    read: (sql, parameters) => readerPool.with((client) => select(client, sql, parameters)),
    insertFile: async (insert) => void (await writers.with(run(insertFromFile(insert)))),
    insertRows: async (table, values) =>
      void (await writers.with((client) => client.insert({ table, values, format: 'JSONEachRow' }))),
    async probe(insert, selection) {
      await probes.with(async (client) => {
        await client.command({ query: insert });
        await select(client, selection);
      });
    },
    async close() {
      await Promise.all([writers.idle(), probes.idle(), readerPool.idle()]);
      for (const client of [...clients.readers, clients.probe, clients.writer]) await client.close();
      await release();
    },
  };
}

async function select<Row>(client: ClickHouseClient, sql: string, parameters?: QueryParameters): Promise<Row[]> {
  try {
    const result = await client.query({ query: sql, format: 'JSONEachRow', query_params: parameters });
    return await result.json<Row>();
  } catch (error) {
    await discardOutput(client);
    throw error;
  }
}

/**
 * chDB 3.4.0 keeps what a failed query had already written and puts it before the next answer of the same connection: a
 * question would be given the rows of another. So whatever is left is asked for and thrown away before anyone else asks.
 */
async function discardOutput(client: ClickHouseClient): Promise<void> {
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      const result = await client.query({ query: 'SELECT 1', format: 'TabSeparated' });
      if ((await result.text()).trim() === '1') return;
    } catch {}
  }
}

function insertFromFile(insert: FileInsert): string {
  const { names, structure } = fileInsertParts(insert);
  if (!path.isAbsolute(insert.file)) throw toStoreError(new Error(`not an absolute path: ${insert.file}`), 'Insert');
  return [
    `INSERT INTO ${insert.table} (${names})`,
    `SETTINGS insert_deduplication_token = ${quoteString(insert.token)}`,
    `SELECT *, ${quoteString(insert.constant.value)}`,
    `FROM file(${quoteString(insert.file)}, 'JSONEachRow', ${quoteString(structure)})`,
  ].join('\n');
}
