// What ingest counts, as Prometheus text.
import { Counter, Gauge, Registry } from 'prom-client';

export interface IngestGauges {
  segments: number;
  bytes: number;
  /** Seconds that the oldest waiting segment has been waiting; 0 when none waits. */
  lagSeconds: number;
  dead: number;
}

export interface IngestMetrics {
  segmentIn(records: number, at: number): void;
  duplicate(): void;
  refused(kind: string): void;
  failed(kind: string): void;
  text(): Promise<string>;
}

export function createIngestMetrics(gauges: () => IngestGauges): IngestMetrics {
  const registry = new Registry();
  const registers = [registry];
  const segments = new Counter({
    name: 'sightline_ingest_segments_total',
    help: 'Segments that ClickHouse acknowledged',
    registers,
  });
  const records = new Counter({
    name: 'sightline_ingest_records_total',
    help: 'Lines of those segments',
    registers,
  });
  const duplicates = new Counter({
    name: 'sightline_ingest_duplicates_total',
    help: 'Segments that were sent again and had been taken in before',
    registers,
  });
  const refused = new Counter({
    name: 'sightline_ingest_refused_total',
    help: 'Segments that were not taken in, by reason; their proxy keeps them',
    labelNames: ['reason'],
    registers,
  });
  const failures = new Counter({
    name: 'sightline_ingest_insert_failures_total',
    help: 'Inserts that ClickHouse did not acknowledge and that are tried again',
    labelNames: ['kind'],
    registers,
  });
  const lastAt = new Gauge({
    name: 'sightline_ingest_last_insert_timestamp_seconds',
    help: 'When ClickHouse last acknowledged a segment',
    registers,
  });
  const sampled = (name: string, help: string, read: (now: IngestGauges) => number): Gauge =>
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read(gauges()));
      },
    });
  sampled('sightline_ingest_segments_waiting', 'Segments on disk, not yet in ClickHouse', (now) => now.segments);
  sampled('sightline_ingest_waiting_bytes', 'Bytes of the segments that wait', (now) => now.bytes);
  sampled('sightline_ingest_lag_seconds', 'Age of the oldest segment that waits', (now) => now.lagSeconds);
  sampled('sightline_ingest_dead_records', 'Records set aside in dead-letter files', (now) => now.dead);

  return {
    segmentIn(lines, at) {
      segments.inc();
      records.inc(lines);
      lastAt.set(at / 1000);
    },
    duplicate: () => duplicates.inc(),
    refused: (reason) => refused.inc({ reason }),
    failed: (kind) => failures.inc({ kind }),
    text: () => registry.metrics(),
  };
}
