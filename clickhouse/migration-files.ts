// Reads migrations/*.sql into numbered steps: one step is one statement.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export interface MigrationStep {
  /** File name without extension, e.g. "0002-exchanges". */
  file: string;
  /** 1 for the first statement of the file. */
  step: number;
  /** The statement, still with {database}. */
  sql: string;
  /** Of the statement without comments and spacing, so that a reworded comment is no change. */
  checksum: string;
}

export const migrationsDirectory: string = path.join(import.meta.dirname, 'migrations');

/** All steps in order. A statement ends with a semicolon at the end of a line. */
export async function readMigrations(directory: string): Promise<MigrationStep[]> {
  const files = (await readdir(directory)).filter((name) => /^\d{4}-.+\.sql$/.test(name)).sort();
  const steps: MigrationStep[] = [];
  for (const name of files) {
    const text = await readFile(path.join(directory, name), 'utf8');
    splitStatements(text).forEach((sql, index) => {
      steps.push({ file: name.replace(/\.sql$/, ''), step: index + 1, sql, checksum: checksumOf(sql) });
    });
  }
  return steps;
}

function splitStatements(text: string): string[] {
  const withoutComments = text.replace(/^\s*--.*$/gm, '');
  return withoutComments
    .split(/;[ \t]*(?:\n|$)/)
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
}

const checksumOf = (sql: string): string =>
  createHash('sha256').update(sql.replace(/\s+/g, ' ')).digest('hex').slice(0, 16);
