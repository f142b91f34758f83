// A process of its own for the doctor: opens the store, writes and reads a row, and says how it went as one JSON line.
// Settings come on stdin, because a database URL may hold a password. The embedded engine is tried in a scratch folder
// beside the real one, so that nothing of the real one is touched or locked.
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { createStore } from '../../clickhouse/create-store.ts';
import { withoutCredentials } from '../../configuration/secrets.ts';

const { url, cluster, database, data } = JSON.parse(await text(process.stdin)) as Record<
  'url' | 'cluster' | 'database' | 'data',
  string
>;
const scratch = url === '' ? await mkdtemp(path.join(data, '.doctor-')) : null;
try {
  process.stdout.write(`${JSON.stringify(await probe())}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ ok: false, detail: withoutCredentials((error as Error).message) })}\n`);
} finally {
  if (scratch) await rm(scratch, { recursive: true, force: true });
}
process.exit(0);

async function probe(): Promise<{ ok: boolean; detail: string }> {
  const store = await createStore({
    configuration: { url, cluster, database },
    dataDirectory: scratch ?? data,
    retentionDays: { exchanges: 90, bodies: 30, rollups: 730 },
    onProblem: (message) => void process.stderr.write(`${message}\n`),
    serverTimeoutMs: 10_000,
  });
  try {
    if (scratch) await store.migrate();
    else await store.read('SELECT 1 AS one');
    const health = await store.health(10_000);
    if (health.ok || scratch) return { ok: health.ok, detail: withoutCredentials(health.detail) };
    // A server that nobody has set up yet has no tables to write to; the collector makes them when it starts.
    const unset = /UNKNOWN_(TABLE|DATABASE)|does not exist/i.test(health.detail);
    return unset ? { ok: true, detail: 'its tables are made when the collector starts' } : health;
  } finally {
    await store.close();
  }
}
