// Migrations finish however often they are interrupted, rows are counted once even when a crash falls between two tables,
// and how long rows are kept follows the configuration.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pid } from 'node:process';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEmbeddedEngine } from '../../clickhouse/embedded-engine.ts';
import type { Engine } from '../../clickhouse/engine.ts';
import { migrate } from '../../clickhouse/migrate.ts';
import { type MigrationStep, migrationsDirectory, readMigrations } from '../../clickhouse/migration-files.ts';
import { applyRetention } from '../../clickhouse/retention.ts';
import { exchange, startOf, toLines } from './records.ts';

let folder: string;
let engine: Engine;
let steps: MigrationStep[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sightline-migrations-'));
  engine = await openEmbeddedEngine({ dataDirectory: folder, pid });
  steps = await readMigrations(migrationsDirectory);
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (database: string, over: Partial<Parameters<typeof migrate>[0]> = {}): Promise<void> =>
  migrate({ engine, database, cluster: '', steps, onProblem: (message) => expect.unreachable(message), ...over });

const schema = async (database: string): Promise<string[]> => {
  const sql = `SELECT create_table_query AS ddl FROM system.tables WHERE database = '${database}' ORDER BY name`;
  return (await engine.query<{ ddl: string }>(sql)).map((row) => row.ddl.replaceAll(database, 'any'));
};

/** Fails after `count` statements, as a container that is killed does: some statements ran but are not noted. */
const dyingAfter = (count: number): Engine => {
  let left = count;
  return {
    ...engine,
    command: async (sql) => {
      if (left === 0) throw new Error('killed');
      left -= 1;
      await engine.command(sql);
    },
  };
};

it('ends with the same schema wherever it was interrupted', async () => {
  await run('whole');
  const wanted = await schema('whole');
  const database = 'interrupted';
  // Each round goes one statement further than the one before; every second one dies between a step and its note.
  for (let statements = 0; statements < 2 + 2 * steps.length; statements += 3) {
    await expect(run(database, { engine: dyingAfter(statements % 7) })).rejects.toMatchObject({ name: 'StoreError' });
  }
  await run(database);
  expect(await schema(database)).toEqual(wanted);
});

it('may run in two processes at once', async () => {
  await Promise.all([run('twice'), run('twice')]);
  expect(await schema('twice')).toEqual(await schema('whole'));
});

it('reports a migration that was edited after it had been applied, and leaves the table alone', async () => {
  const problems: string[] = [];
  const edited = steps.map((step, index) => (index === 0 ? { ...step, checksum: 'other' } : step));
  await run('whole', { steps: edited, onProblem: (message) => problems.push(message) });
  expect(problems).toEqual([expect.stringContaining('0001-incoming, step 1 was changed after it had been applied')]);
});

it('holds no database name, and every step can run twice', () => {
  for (const { sql } of steps) {
    const [first] = sql.split('\n', 1);
    expect(first).toMatch(/^(CREATE (TABLE|MATERIALIZED VIEW) IF NOT EXISTS|ALTER TABLE|INSERT INTO) \{database\}\./);
    if (sql.startsWith('INSERT')) expect(sql).toContain('insert_deduplication_token');
    expect(sql).not.toMatch(/sightline/i);
  }
});

it('fills a rollup exactly once when a crash fell between the base table and it', async () => {
  await run('crashed');
  const view = 'crashed.minute_models_view';
  const [definition] = await engine.query<{ ddl: string }>(`SELECT create_table_query AS ddl FROM system.tables
    WHERE database = 'crashed' AND name = 'minute_models_view'`);
  const file = path.join(folder, 'crashed.ndjson');
  await writeFile(file, toLines(Array.from({ length: 40 }, (_, index) => exchange(index + 1))));
  const columns = await engine.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = 'crashed' AND table = 'incoming' ORDER BY position",
  );
  const constant = { column: 'segmentName', value: 'bootbootboot-00000001' };
  const insert = () => engine.insertFile({ table: 'crashed.incoming', columns, constant, token: constant.value, file });
  const counts = () =>
    engine.query(`SELECT (SELECT count() FROM crashed.exchanges)::UInt8 AS base,
      (SELECT sum(request_count) FROM crashed.minute_models)::UInt8 AS minutes,
      (SELECT sum(request_count) FROM crashed.quarter_costs)::UInt8 AS quarters`);

  await engine.command(`DROP VIEW ${view}`);
  await insert();
  expect(await counts()).toEqual([{ base: 40, minutes: 0, quarters: 40 }]);
  await engine.command(definition!.ddl);
  await insert();
  await insert();
  expect(await counts()).toEqual([{ base: 40, minutes: 40, quarters: 40 }]);
});

it('fills the hours and days of a store that had none, once, and counts on from there', async () => {
  const target = { engine, database: 'grown', cluster: '', onProblem: () => undefined };
  const older = steps.filter((step) => step.file < '0008');
  await migrate({ ...target, steps: older });
  const columns = await engine.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = 'grown' AND table = 'incoming' ORDER BY position",
  );
  const insert = async (name: string, numbers: number[]) => {
    const file = path.join(folder, `${name}.ndjson`);
    // Sixteen hours apart: the records lie in many hours, days and two months.
    const records = numbers.map((number) => exchange(number, { startedAt: startOf(0) + number * 57_600_000 }));
    await writeFile(file, toLines(records));
    const constant = { column: 'segmentName', value: name };
    await engine.insertFile({ table: 'grown.incoming', columns, constant, token: name, file });
  };
  const sums = (table: string, tables = `grown.${table}`) =>
    engine.query(`SELECT sum(request_count)::UInt32 AS requests, sum(cost_sum)::UInt32 AS cost,
      quantilesTDigestMerge(0.5)(total_ms_state)[1] > 0 AS timed FROM ${tables}`);

  await insert(
    'bootbootboot-00000001',
    Array.from({ length: 60 }, (_, index) => index + 1),
  );
  await migrate({ ...target, steps });
  await engine.command("DELETE FROM grown.schema_migrations WHERE file LIKE '0008%'");
  await migrate({ ...target, steps });
  await insert(
    'bootbootboot-00000002',
    Array.from({ length: 40 }, (_, index) => index + 61),
  );

  const quarters = await sums('quarter_costs');
  expect(quarters).toEqual([{ requests: 100, cost: expect.any(Number), timed: 1 }]);
  expect(await sums('hour_costs')).toEqual(quarters);
  expect(await sums('day_costs')).toEqual(quarters);
});

it('keeps rows as long as configured, and changes nothing when nothing changed', async () => {
  const target = { database: 'whole', cluster: '' };
  const keep = { exchanges: 90, bodies: 30, rollups: 730 };
  expect(await applyRetention(engine, target, keep)).toHaveLength(16);
  expect(await applyRetention(engine, target, keep)).toEqual([]);
  expect(await applyRetention(engine, target, { ...keep, bodies: 10 })).toEqual(['bodies']);
});

it('drops what is past its retention: bodies first, exchanges later, sums last', async () => {
  await run('aged');
  const day = 24 * 3600 * 1000;
  const file = path.join(folder, 'aged.ndjson');
  const ages = [1, 40, 100];
  await writeFile(
    file,
    toLines(ages.map((days, index) => exchange(index + 1, { startedAt: Date.now() - days * day }))),
  );
  const columns = await engine.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = 'aged' AND table = 'incoming' ORDER BY position",
  );
  const constant = { column: 'segmentName', value: 'bootbootboot-00000001' };
  await applyRetention(engine, { database: 'aged', cluster: '' }, { exchanges: 90, bodies: 30, rollups: 730 });
  await engine.insertFile({ table: 'aged.incoming', columns, constant, token: 'aged', file });
  for (const table of ['exchanges', 'bodies', 'attempts', 'minute_models']) {
    await engine.command(`OPTIMIZE TABLE aged.${table} FINAL`);
  }
  const sql = `SELECT (SELECT count() FROM aged.bodies)::UInt8 AS bodies, (SELECT count() FROM aged.exchanges)::UInt8 AS exchanges,
    (SELECT count() FROM aged.attempts)::UInt8 AS attempts, (SELECT sum(request_count) FROM aged.minute_models)::UInt8 AS sums`;
  expect(await engine.query(sql)).toEqual([{ bodies: 1, exchanges: 2, attempts: 2, sums: 3 }]);
});

it('fills the rollups of spend of a store that had none, once, and counts on from there', async () => {
  const target = { engine, database: 'spending', cluster: '', onProblem: () => undefined };
  await migrate({ ...target, steps: steps.filter((step) => step.file < '0013') });
  const columns = await engine.query<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = 'spending' AND table = 'incoming' ORDER BY position",
  );
  const insert = async (name: string, numbers: number[]) => {
    const file = path.join(folder, `${name}.ndjson`);
    const cache = { status: 'hit', namespace: '', ageMs: 1, from: '', savedNanos: 5 } as const;
    await writeFile(
      file,
      toLines(numbers.map((number) => exchange(number, { startedAt: startOf(0) + number * 57_600_000, cache }))),
    );
    const constant = { column: 'segmentName', value: name };
    await engine.insertFile({ table: 'spending.incoming', columns, constant, token: name, file });
  };
  const sums = async (table: string, cost: string, saved: string, count: string) =>
    engine.query(`SELECT ${count}::UInt32 AS requests, sum(${cost})::UInt32 AS cost, sum(${saved})::UInt32 AS saved
      FROM spending.${table}`);

  const numbers = Array.from({ length: 100 }, (_, index) => index + 1);
  await insert('spentspent00-00000001', numbers.slice(0, 60));
  await migrate({ ...target, steps });
  await engine.command("DELETE FROM spending.schema_migrations WHERE file >= '0013'");
  await migrate({ ...target, steps });
  await insert('spentspent00-00000002', numbers.slice(60));

  const raw = await sums('exchanges', 'cost_nanos', 'saved_nanos', 'count()');
  expect(raw).toEqual([{ requests: 100, cost: expect.any(Number), saved: 500 }]);
  expect(await sums('quarter_spend', 'cost_sum', 'saved_sum', 'sum(request_count)')).toEqual(raw);
  expect(await sums('quarter_user_spend', 'cost_sum', 'saved_sum', 'sum(request_count)')).toEqual(raw);
  const cached = await engine.query('SELECT sum(saved_sum)::UInt32 AS saved FROM spending.quarter_cache');
  expect(cached).toEqual([{ saved: 500 }]);
});
