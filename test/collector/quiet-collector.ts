// A collector over a store and an ingest that only pretend: for what has nothing to do with the data.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Store } from '../../clickhouse/store.ts';
import { type CollectorOptions, createCollector } from '../../collector/app.ts';
import { CollectorConfiguration } from '../../contract/configuration.ts';

export const pretendedStore: Store = {
  kind: 'embedded',
  database: 'sightline',
  migrate: async () => {},
  insertSegment: async () => {},
  insertRows: async () => {},
  read: async () => [],
  health: async () => ({ ok: true, detail: '' }),
  close: async () => {},
};

export const pretendedIngest: CollectorOptions['ingest'] = {
  async accept(name, stream) {
    let bytes = 0;
    for await (const chunk of stream) bytes += (chunk as Buffer).length;
    return { segment: name, records: bytes, duplicate: false };
  },
  waiting: () => 0,
  lagMs: () => null,
  deadRecords: () => 0,
  metrics: async () => 'sightline_pretended 1\n',
  onIngested: () => () => {},
};

type Changes = Partial<CollectorOptions['configuration']>;

/** Nothing is built in its dashboard folder unless one is given. */
export async function quietCollector(
  changes: Changes = {},
  options: Partial<CollectorOptions> = {},
): Promise<FastifyInstance> {
  return createCollector({
    store: pretendedStore,
    ingest: pretendedIngest,
    configuration: { ...CollectorConfiguration.parse({}), simulated: false, ...changes },
    version: '0.0.0',
    clock: Date.now,
    onProblem: () => {},
    dashboardDirectory: await mkdtemp(path.join(tmpdir(), 'sightline-dashboard-')),
    ...options,
  });
}
