// GET /metrics in Prometheus' text format: what ingest knows, the conservation law of the newest boots, the event loop.
// Labels are bounded: boots are the only ones, and at most twenty.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { memoryUsage } from 'node:process';
import type { ConservationAnswer } from '../contract/questions/conservation.ts';
import { conservationOf } from './questions/conservation.ts';
import type { QuestionContext } from './questions/question.ts';

const mostBoots = 20;
const nanosPerSecond = 1e9;
/** Node measures from one timer of this length to the next, so that an idle loop would show it as delay. */
const resolutionMs = 10;

export interface Metrics {
  text(): Promise<string>;
  close(): void;
}

export interface MetricsOptions {
  context: QuestionContext;
  /** Prometheus text of ingest. */
  ingest: { metrics(): string | Promise<string> };
  liveListeners(): number;
}

export function createMetrics({ context, ingest, liveListeners }: MetricsOptions): Metrics {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  return {
    async text() {
      const [ingested, law] = await Promise.all([
        ingest.metrics(),
        conservationOf(context, mostBoots).catch(() => null),
      ]);
      const own = [
        ...gauge('sightline_collector_store_up', 'Whether the store answered this scrape', law ? 1 : 0),
        ...gauge('sightline_collector_live_listeners', 'Open live tails', liveListeners()),
        ...gauge('process_resident_memory_bytes', 'Resident memory', memoryUsage.rss()),
        ...quantiles(delay),
        ...(law ? lawLines(law) : []),
      ];
      delay.reset();
      return `${ingested.trimEnd()}\n${own.join('\n')}\n`.trimStart();
    },
    close: () => delay.disable(),
  };
}

function gauge(name: string, help: string, value: number): string[] {
  return [`# HELP ${name} ${help}.`, `# TYPE ${name} gauge`, `${name} ${value}`];
}

function quantiles(delay: ReturnType<typeof monitorEventLoopDelay>): string[] {
  const name = 'sightline_collector_event_loop_delay_seconds';
  const at = (percentile: number) =>
    delay.count === 0 ? 0 : Math.max(0, delay.percentile(percentile) / nanosPerSecond - resolutionMs / 1000);
  return [
    `# HELP ${name} Event loop delay since the last scrape.`,
    `# TYPE ${name} gauge`,
    ...[50, 99, 100].map((percentile) => `${name}{quantile="${percentile / 100}"} ${at(percentile)}`),
  ];
}

/** Boot ids are lower-case letters and digits by contract, so labels need no escaping. */
function lawLines({ rows }: ConservationAnswer): string[] {
  const exchanges = 'sightline_exchanges_counted';
  const holds = 'sightline_conservation_holds';
  const missing = 'sightline_segments_missing';
  const counted = rows.flatMap(({ boot, counters, stored }) =>
    Object.entries({ ...counters, stored }).map(
      ([state, value]) => `${exchanges}{boot="${boot}",state="${state}"} ${value}`,
    ),
  );
  return [
    `# HELP ${exchanges} Exchanges of a proxy boot as its newest segment counted them, and as they are stored.`,
    `# TYPE ${exchanges} gauge`,
    ...counted,
    `# HELP ${missing} Sequence numbers of a proxy boot that have not arrived.`,
    `# TYPE ${missing} gauge`,
    ...rows.map(({ boot, missingSegments }) => `${missing}{boot="${boot}"} ${missingSegments}`),
    `# HELP ${holds} 1 when started = complete + partial + gap + open and all of it is stored.`,
    `# TYPE ${holds} gauge`,
    ...rows.map((row) => `${holds}{boot="${row.boot}"} ${row.holds ? 1 : 0}`),
  ];
}
