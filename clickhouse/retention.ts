// How long rows live. The TTL is not in the migrations, because it is the operator's and may change between two starts.
import { type DdlTarget, toExecutable } from './cluster-ddl.ts';
import type { Engine } from './engine.ts';
import { quoteString } from './engine.ts';
import { toStoreError } from './store-error.ts';

/** Days that rows are kept, as in collector.retentionDays. */
export interface RetentionDays {
  exchanges: number;
  bodies: number;
  rollups: number;
}

interface TableLife {
  table: string;
  column: string;
  days: number;
}

/** DateTime ends in 2106 and wraps round: rows with a longer life than this would expire at once. */
const mostDays = 7300;

/** Proof of completeness (segments, gaps) lives as long as the sums it vouches for. */
const lives = (keep: RetentionDays): TableLife[] => [
  { table: 'exchanges', column: 'ts', days: keep.exchanges },
  { table: 'attempts', column: 'ts', days: keep.exchanges },
  { table: 'decisions', column: 'ts', days: keep.exchanges },
  { table: 'bodies', column: 'ts', days: Math.min(keep.bodies, keep.exchanges) },
  { table: 'segments', column: 'sealed_at', days: keep.rollups },
  { table: 'gaps', column: 'ts', days: keep.rollups },
  { table: 'audit_events', column: 'ts', days: keep.rollups },
  { table: 'minute_models', column: 'minute', days: keep.rollups },
  { table: 'quarter_costs', column: 'quarter', days: keep.rollups },
  { table: 'hour_costs', column: 'hour', days: keep.rollups },
  { table: 'day_costs', column: 'day', days: keep.rollups },
  { table: 'quarter_attempts', column: 'quarter', days: keep.rollups },
  { table: 'quarter_spend', column: 'quarter', days: keep.rollups },
  { table: 'quarter_user_spend', column: 'quarter', days: keep.rollups },
  { table: 'quarter_cache', column: 'quarter', days: keep.rollups },
  { table: 'quarter_routing', column: 'quarter', days: keep.rollups },
];

/** Sets the TTL of every table that has another one; returns the tables it changed. */
export async function applyRetention(engine: Engine, target: DdlTarget, keep: RetentionDays): Promise<string[]> {
  const changed: string[] = [];
  try {
    const current = await currentEngines(engine, target);
    for (const { table, column, days: wanted } of lives(keep)) {
      const days = Math.min(wanted, mostDays);
      // ClickHouse shows `INTERVAL 90 DAY` as `toIntervalDay(90)`.
      if (current.get(table)?.includes(`TTL toDateTime(${column}) + toIntervalDay(${days})`)) continue;
      // Rewriting what is stored goes on in the background: a collector over a full store must not wait for it to start.
      const statement = `ALTER TABLE {database}.${table} MODIFY TTL toDateTime(${column}) + INTERVAL ${days} DAY SETTINGS alter_sync = 0`;
      for (const sql of toExecutable(statement, target)) await engine.command(sql);
      changed.push(table);
    }
  } catch (error) {
    throw toStoreError(error, 'Setting how long rows are kept');
  }
  return changed;
}

async function currentEngines(engine: Engine, { database, cluster }: DdlTarget): Promise<Map<string, string>> {
  const sql = `SELECT name, engine_full FROM system.tables WHERE database = ${quoteString(database)}`;
  const rows = await engine.query<{ name: string; engine_full: string }>(sql);
  const suffix = cluster === '' ? /$/ : /_local$/;
  return new Map(
    rows.filter((row) => suffix.test(row.name)).map((row) => [row.name.replace(suffix, ''), row.engine_full]),
  );
}
