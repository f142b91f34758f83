// A ClickHouse server or cluster over HTTP. The same segment file goes as the body of one INSERT, under the same
// deduplication token as the embedded engine would use.
import { createReadStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { type Engine, type FileInsert, fileInsertParts, quoteString } from './engine.ts';
import { readerSettings, type Settings, writerSettings } from './settings.ts';
import type { QueryParameters } from './store.ts';
import { createTurnstile } from './turnstile.ts';

export interface ServerOptions {
  /** http(s)://user:password@host:8123 */
  url: string;
  /** Longest wait for one answer; a server that fell silent is given up after it and asked again. */
  timeoutMs: number;
}

const concurrentReads = 8;

/** Opens no connection yet: a server that is away is reported by the first call. */
export function openServerEngine({ url, timeoutMs }: ServerOptions): Engine {
  const open = (settings: Settings): ClickHouseClient =>
    createClient({
      url,
      application: 'sightline',
      request_timeout: timeoutMs,
      max_open_connections: concurrentReads,
      clickhouse_settings: settings as Record<string, string>,
      // Every failure comes back as a StoreError; its own lines on stderr would say it twice.
      log: { level: ClickHouseLogLevel.OFF },
    });
  // Under readonly=1 a server refuses the settings that travel with the same request; 2 forbids writes just as well.
  const reader = open({ ...readerSettings, readonly: 2 });
  const writer = open(writerSettings);
  const writers = createTurnstile([writer]);
  const readerPool = createTurnstile(Array.from({ length: concurrentReads }, () => reader));

  return {
    kind: 'server',
    command: async (sql) => void (await writers.with((client) => client.command({ query: sql }))),
    query: (sql) => writers.with((client) => select(client, sql)),
    read: (sql, parameters) => readerPool.with((client) => select(client, sql, parameters)),
    insertFile: (insert) => writers.with((client) => sendFile(client, insert)),
    insertRows: async (table, values) =>
      void (await writers.with((client) => client.insert({ table, values, format: 'JSONEachRow' }))),
    async probe(insert, selection) {
      await writer.command({ query: insert });
      await select(writer, selection);
    },
    async close() {
      await Promise.all([writers.idle(), readerPool.idle()]);
      await Promise.all([reader.close(), writer.close()]);
    },
  };
}

async function select<Row>(client: ClickHouseClient, sql: string, parameters?: QueryParameters): Promise<Row[]> {
  const result = await client.query({ query: sql, format: 'JSONEachRow', query_params: parameters });
  return result.json<Row>();
}

async function sendFile(client: ClickHouseClient, insert: FileInsert): Promise<void> {
  const { names, structure } = fileInsertParts(insert);
  const lines = createReadStream(insert.file);
  try {
    const { stream } = await client.exec({
      query: [
        `INSERT INTO ${insert.table} (${names})`,
        `SELECT *, ${quoteString(insert.constant.value)} FROM input(${quoteString(structure)}) FORMAT JSONEachRow`,
      ].join(' '),
      values: lines,
      // Without wait_end_of_query the head says 200 before the insert has ended, and a failure comes after it.
      clickhouse_settings: { insert_deduplication_token: insert.token, wait_end_of_query: 1 },
    });
    stream.resume();
    await finished(stream);
  } finally {
    lines.destroy();
  }
}
