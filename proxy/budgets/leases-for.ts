// Whom a proxy asks for its parts of budgets: Redis where there is one, and the collector where there is none or it is away.
import type { RecordingConfiguration } from '../../contract/configuration.ts';
import type { RedisCommands } from '../shared/redis-commands.ts';
import { createCollectorLeases } from './collector-leases.ts';
import { firstOf, type LeaseSource } from './lease-source.ts';
import { createRedisLeases } from './redis-leases.ts';

export interface LeasesForOptions {
  recording: Pick<RecordingConfiguration, 'collectorUrl' | 'ingestKey'>;
  /** Null: there is none. */
  redis: RedisCommands | null;
  /** Epoch milliseconds. */
  clock: () => number;
}

export function leasesFor({ recording, redis, clock }: LeasesForOptions): LeaseSource {
  const collector = createCollectorLeases(recording);
  if (!redis) return collector;
  return firstOf([createRedisLeases({ redis, seeds: collector.seeds, clock }), collector]);
}
