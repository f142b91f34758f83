// Turns the statements of migrations/*.sql, written for one server, into those for a cluster: every table becomes a
// replicated `<table>_local` and a Distributed one of the plain name over it, so questions and inserts stay as they are.
// The embedded engine cannot execute these; golden tests hold their text.

export interface DdlTarget {
  database: string;
  /** Name of the cluster; empty: one server, statements stay as written. */
  cluster: string;
}

const createTable = /^CREATE TABLE IF NOT EXISTS \{database\}\.(\w+)/;
const createView = /^CREATE MATERIALIZED VIEW IF NOT EXISTS \{database\}\.(\w+) TO \{database\}\.(\w+)/;
const alterTable = /^ALTER TABLE \{database\}\.(\w+)/;

/** One statement as written in a migration -> the statements to execute, in order. */
export function toExecutable(statement: string, { database, cluster }: DdlTarget): string[] {
  const statements = cluster === '' ? [statement] : forCluster(statement, cluster);
  return statements.map((text) => text.replaceAll('{database}', database));
}

function forCluster(statement: string, cluster: string): string[] {
  const on = `ON CLUSTER '${cluster}'`;
  const table = createTable.exec(statement)?.[1];
  if (table) return [replicated(statement, table, on), distributed(table, cluster)];
  if (createView.test(statement)) {
    // A view fires on the server that holds the rows, so it reads and writes the local tables.
    const head = `CREATE MATERIALIZED VIEW IF NOT EXISTS {database}.$1 ${on} TO {database}.$2_local`;
    return [statement.replace(createView, head).replace(/^FROM \{database\}\.(\w+)/m, 'FROM {database}.$1_local')];
  }
  if (alterTable.test(statement)) {
    const local = statement.replace(alterTable, `ALTER TABLE {database}.$1_local ${on}`);
    // What is stored has one form to change; what rows look like is known to the Distributed table, too.
    if (!statement.includes(' ADD COLUMN ')) return [local];
    return [local, statement.replace(alterTable, `ALTER TABLE {database}.$1 ${on}`)];
  }
  // Reads and writes the Distributed tables: sums may lie on any shard, questions add them up.
  if (statement.startsWith('INSERT INTO')) return [statement];
  if (statement.startsWith('CREATE DATABASE')) return [statement.replace(/(\{database\})/, `$1 ${on}`)];
  throw new Error(`no cluster form is known for: ${statement.slice(0, 80)}`);
}

function replicated(statement: string, table: string, on: string): string {
  return statement
    .replace(createTable, `CREATE TABLE IF NOT EXISTS {database}.${table}_local ${on}`)
    .replace(/ENGINE = (\w*MergeTree)/, 'ENGINE = Replicated$1')
    .replace('non_replicated_deduplication_window', 'replicated_deduplication_window');
}

/**
 * A segment's rows must always reach the same shard, because the deduplication token is known per shard: so the record
 * is sharded by the segment's name. Nothing else is inserted through a Distributed table but single rows.
 */
function distributed(table: string, cluster: string): string {
  const key = table === 'incoming' ? 'cityHash64(segmentName)' : 'rand()';
  return [
    `CREATE TABLE IF NOT EXISTS {database}.${table} ON CLUSTER '${cluster}' AS {database}.${table}_local`,
    `ENGINE = Distributed('${cluster}', '{database}', '${table}_local', ${key})`,
  ].join('\n');
}
