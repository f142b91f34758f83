// The statements for a cluster, which the embedded engine cannot run: their text, whole for one table and one view of
// each kind, and the rules that hold for all of them.
import { beforeAll, describe, expect, it } from 'vitest';
import { toExecutable } from '../../clickhouse/cluster-ddl.ts';
import { schemaText } from '../../clickhouse/migrate.ts';
import { migrationsDirectory, readMigrations } from '../../clickhouse/migration-files.ts';

const target = { database: 'sl', cluster: 'main' };
let statements: string[];
beforeAll(async () => {
  statements = schemaText(await readMigrations(migrationsDirectory), target);
});
const starting = (head: string): string => statements.find((text) => text.startsWith(head))!;

it('creates the database everywhere', () => {
  expect(statements[0]).toBe("CREATE DATABASE IF NOT EXISTS sl ON CLUSTER 'main' ENGINE = Atomic");
});

it('makes a table a replicated one and a Distributed one over it', () => {
  expect(starting("CREATE TABLE IF NOT EXISTS sl.bodies_local ON CLUSTER 'main'")).toBe(`\
CREATE TABLE IF NOT EXISTS sl.bodies_local ON CLUSTER 'main' (
  ts DateTime64(3, 'UTC') CODEC(Delta(8), ZSTD(1)),
  id UUID,
  tenant LowCardinality(String),
  request_body String CODEC(ZSTD(3)),
  response_body String CODEC(ZSTD(3)),
  answer String COMMENT 'JSON: Answer; empty when there is none' CODEC(ZSTD(3))
) ENGINE = ReplicatedMergeTree
PARTITION BY toDate(ts)
ORDER BY (tenant, toStartOfHour(ts), ts, id)
SETTINGS replicated_deduplication_window = 10000, ttl_only_drop_parts = 1`);
  expect(starting("CREATE TABLE IF NOT EXISTS sl.bodies ON CLUSTER 'main'")).toBe(`\
CREATE TABLE IF NOT EXISTS sl.bodies ON CLUSTER 'main' AS sl.bodies_local
ENGINE = Distributed('main', 'sl', 'bodies_local', rand())`);
});

it('sends a segment whole to one shard, where its deduplication token is known', () => {
  expect(starting('CREATE TABLE IF NOT EXISTS sl.incoming_local')).toMatch(/\) ENGINE = Null$/);
  expect(starting('CREATE TABLE IF NOT EXISTS sl.incoming ON')).toBe(`\
CREATE TABLE IF NOT EXISTS sl.incoming ON CLUSTER 'main' AS sl.incoming_local
ENGINE = Distributed('main', 'sl', 'incoming_local', cityHash64(segmentName))`);
});

it('lets views work on the server that holds the rows', () => {
  expect(starting('CREATE MATERIALIZED VIEW IF NOT EXISTS sl.bodies_view')).toBe(`\
CREATE MATERIALIZED VIEW IF NOT EXISTS sl.bodies_view ON CLUSTER 'main' TO sl.bodies_local AS
SELECT
  fromUnixTimestamp64Milli(least(greatest(startedAt, 0), 3600000000000), 'UTC') AS ts,
  id,
  attribution.tenant AS tenant,
  requestBody AS request_body,
  responseBody AS response_body,
  answer
FROM sl.incoming_local
WHERE kind = 'exchange' AND (requestBody != '' OR responseBody != '' OR answer != '')`);
});

describe('every statement', () => {
  it('runs on the cluster, idempotently, in the database it was asked for', () => {
    for (const text of statements) {
      expect(text).toMatch(
        /^CREATE (DATABASE|TABLE|MATERIALIZED VIEW) IF NOT EXISTS sl[\w.]* ON CLUSTER 'main'|^INSERT INTO sl\.\w+\n|^ALTER TABLE sl\.\w+ ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS /,
      );
      expect(text).not.toMatch(/\{(database|cluster)\}/);
    }
  });

  it('keeps nothing on one server alone', () => {
    const engines = statements.flatMap((text) => /ENGINE = (\w+)/.exec(text)?.[1] ?? []);
    const replicated = ['MergeTree', 'AggregatingMergeTree', 'ReplacingMergeTree'].map((kind) => `Replicated${kind}`);
    const allowed = ['Atomic', 'Null', ...replicated, 'Distributed'];
    expect(new Set(engines)).toEqual(new Set(allowed));
    for (const text of statements.filter((one) => one.includes('MATERIALIZED VIEW'))) {
      expect(text).toMatch(/ TO sl\.\w+_local AS/);
      expect(text).toMatch(/\nFROM sl\.(incoming|exchanges|attempts|decisions)_local\b/);
    }
  });
});

it('alters the local tables', () => {
  expect(toExecutable('ALTER TABLE {database}.bodies MODIFY TTL ts + INTERVAL 3 DAY', target)).toEqual([
    "ALTER TABLE sl.bodies_local ON CLUSTER 'main' MODIFY TTL ts + INTERVAL 3 DAY",
  ]);
});

it('adds a column to the table that rows are sent to as well', () => {
  expect(toExecutable('ALTER TABLE {database}.incoming ADD COLUMN IF NOT EXISTS a String', target)).toEqual([
    "ALTER TABLE sl.incoming_local ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a String",
    "ALTER TABLE sl.incoming ON CLUSTER 'main' ADD COLUMN IF NOT EXISTS a String",
  ]);
});

it('refuses to guess at a statement it has no form for', () => {
  expect(() => toExecutable('RENAME TABLE {database}.a TO {database}.b', target)).toThrow('no cluster form is known');
});

it('leaves statements for a single server as they were written', () => {
  expect(toExecutable('CREATE TABLE IF NOT EXISTS {database}.a (x UInt8)', { database: 'sl', cluster: '' })).toEqual([
    'CREATE TABLE IF NOT EXISTS sl.a (x UInt8)',
  ]);
});
