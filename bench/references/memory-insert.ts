// What ingest is measured against: the same records, already parsed in a Memory table, go by one INSERT … SELECT into the
// same schema in a fresh store, with the engine's own settings. Does one round per line on stdin and answers each with a
// line of JSON: {"rows", "seconds"}.
import path from 'node:path';
import { createInterface } from 'node:readline';
import { openEmbeddedEngine } from '../../clickhouse/embedded-engine.ts';
import { quoteString } from '../../clickhouse/engine.ts';
import { migrate } from '../../clickhouse/migrate.ts';
import { migrationsDirectory, readMigrations } from '../../clickhouse/migration-files.ts';

const { DATA = '', THREADS = '0' } = process.env;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const engine = await openEmbeddedEngine({ dataDirectory: DATA, pid: process.pid });
const steps = await readMigrations(migrationsDirectory);
await migrate({ engine, database: 'sightline', cluster: '', steps, onProblem: say });
const columns = await engine.query<{ name: string; type: string }>(
  "SELECT name, type FROM system.columns WHERE database = 'sightline' AND table = 'incoming' AND name != 'segmentName' ORDER BY position",
);
const structure = columns.map(({ name, type }) => `${name} ${type}`).join(', ');
const names = columns.map(({ name }) => name).join(', ');
await engine.command(`CREATE TABLE sightline.held ENGINE = Memory AS SELECT *, '' AS segmentName
FROM file(${quoteString(path.join(DATA, '*.ndjson'))}, 'JSONEachRow', ${quoteString(structure)})`);
const [held] = await engine.query<{ rows: number }>('SELECT count() AS rows FROM sightline.held');
// The writer's connection is set for blocks that deduplicate; the reference runs as the engine would by itself.
const defaults = `max_threads = ${THREADS}, max_insert_threads = 0, max_insert_block_size = 1048449, min_insert_block_size_rows = 1048449,
  min_insert_block_size_bytes = 268402944, insert_deduplicate = 0`;
say('ready');
let round = 0;
for await (const _line of createInterface({ input: process.stdin })) {
  const began = performance.now();
  round += 1;
  await engine.command(
    `INSERT INTO sightline.incoming (${names}, segmentName) SETTINGS ${defaults} SELECT ${names}, 'round-${round}' FROM sightline.held`,
  );
  say(JSON.stringify({ rows: Number(held?.rows), seconds: (performance.now() - began) / 1000 }));
}
await engine.close();
