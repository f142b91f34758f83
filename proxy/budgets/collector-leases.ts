// Asks the collector for leases, and for what ClickHouse has recorded, on a connection of its own and under the ingest key.
// Never throws: an answer that is late or makes no sense is no answer.
import { Agent, request } from 'undici';
import { type CounterSeed, LeaseAnswer, type LeaseRequest, SeedAnswer } from '../../contract/access/lease.ts';
import type { LeaseSource } from './lease-source.ts';

export interface CollectorLeasesOptions {
  collectorUrl: string;
  /** Empty: none is asked. */
  ingestKey: string;
  deadlineMs?: number;
}

export interface CollectorLeases extends LeaseSource {
  /** What is recorded of these counters; tells the collector what this proxy says of them, too. Null: not to be had now. */
  seeds(request: LeaseRequest): Promise<CounterSeed[] | null>;
}

const usualDeadlineMs = 250;
/** After a miss nobody asks the collector for this long. */
const restMs = 250;

export function createCollectorLeases(options: CollectorLeasesOptions): CollectorLeases {
  const { collectorUrl, ingestKey, deadlineMs = usualDeadlineMs } = options;
  const base = collectorUrl.replace(/\/+$/, '');
  const agent = new Agent({ connections: 4, connect: { timeout: deadlineMs } });
  let restsUntil = 0;

  async function post(path: string, body: LeaseRequest): Promise<unknown> {
    if (performance.now() < restsUntil) return null;
    try {
      const answer = await request(base + path, {
        method: 'POST',
        dispatcher: agent,
        signal: AbortSignal.timeout(deadlineMs),
        headers: {
          'content-type': 'application/json',
          ...(ingestKey ? { authorization: `Bearer ${ingestKey}` } : {}),
        },
        body: JSON.stringify(body),
      });
      if (answer.statusCode === 200) return await answer.body.json();
      await answer.body.dump();
    } catch {
      restsUntil = performance.now() + restMs;
    }
    return null;
  }

  return {
    exchange: async (asked) => LeaseAnswer.safeParse(await post('/v1/leases', asked)).data ?? null,
    seeds: async (asked) => SeedAnswer.safeParse(await post('/v1/seeds', asked)).data?.seeds ?? null,
    close: () => agent.destroy(),
  };
}
