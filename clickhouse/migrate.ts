// Brings the schema up to date, statement by statement. Every statement can run twice (IF NOT EXISTS), each is noted in
// `schema_migrations` after it ran, and there is no "dirty" mark: whatever was interrupted is simply done again.
import { type DdlTarget, toExecutable } from './cluster-ddl.ts';
import { type Engine, quoteString } from './engine.ts';
import type { MigrationStep } from './migration-files.ts';
import { StoreError, toStoreError } from './store-error.ts';

export interface MigrateOptions extends DdlTarget {
  engine: Engine;
  steps: MigrationStep[];
  onProblem(message: string): void;
}

const databaseStatement = 'CREATE DATABASE IF NOT EXISTS {database} ENGINE = Atomic';
const ledgerStatement = `CREATE TABLE IF NOT EXISTS {database}.schema_migrations (
  file String,
  step UInt32,
  checksum String,
  at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
) ENGINE = MergeTree
ORDER BY (file, step)`;

/** Every statement of a fresh installation, ready to execute: what an operator without DDL rights hands to theirs. */
export const schemaText = (steps: MigrationStep[], target: DdlTarget): string[] =>
  [databaseStatement, ledgerStatement, ...steps.map((step) => step.sql)].flatMap((sql) => toExecutable(sql, target));

/** Rejects with a StoreError that names the step. Safe when two processes run it at once. */
export async function migrate({ engine, steps, onProblem, ...target }: MigrateOptions): Promise<void> {
  const execute = async (sql: string, doing: string): Promise<void> => {
    for (const statement of toExecutable(sql, target)) await tolerant(engine, statement, doing);
  };
  await execute(databaseStatement, 'Creating the database');
  await execute(ledgerStatement, 'Creating the list of migrations');
  const done = await appliedSteps(engine, target.database);

  for (const { file, step, sql, checksum } of steps) {
    const known = done.get(`${file}#${step}`);
    if (known !== undefined) {
      if (known !== checksum) onProblem(changedAfterwards(file, step));
      continue;
    }
    await execute(sql, `Migration ${file}, step ${step}`);
    const values = `(${quoteString(file)}, ${step}, ${quoteString(checksum)})`;
    const note = `INSERT INTO {database}.schema_migrations (file, step, checksum) VALUES ${values}`;
    await tolerant(engine, note.replace('{database}', target.database), `Noting migration ${file}, step ${step}`);
  }
}

async function appliedSteps(engine: Engine, database: string): Promise<Map<string, string>> {
  const sql = `SELECT file, step, any(checksum) AS checksum FROM ${database}.schema_migrations GROUP BY file, step`;
  try {
    const rows = await engine.query<{ file: string; step: number; checksum: string }>(sql);
    return new Map(rows.map((row) => [`${row.file}#${row.step}`, row.checksum]));
  } catch (error) {
    throw toStoreError(error, 'Reading the list of migrations');
  }
}

/** 57 TABLE_ALREADY_EXISTS and 82 DATABASE_ALREADY_EXISTS: another process created it between our look and our try. */
async function tolerant(engine: Engine, statement: string, doing: string): Promise<void> {
  try {
    await engine.command(statement);
  } catch (error) {
    const problem = toStoreError(error, doing);
    if (problem.code === '57' || problem.code === '82') return;
    // A statement of ours has no content that could be at fault.
    throw problem.kind === 'poison' ? new StoreError('unavailable', problem.message, problem) : problem;
  }
}

const changedAfterwards = (file: string, step: number): string =>
  `migration ${file}, step ${step} was changed after it had been applied; the database keeps the form it was applied in. ` +
  'Put the old text back and write the change as a new migration.';
