// What recording tells Prometheus, in its text format.
import type { Counters } from '../../contract/segment.ts';
import type { SharedStatus } from './shared-status.ts';

export interface MetricsFacts {
  counters: Counters;
  status: SharedStatus;
  lagBytes: number;
  bodiesLeftOut: number;
}

export function metricsText({ counters, status, lagBytes, bodiesLeftOut }: MetricsFacts): string {
  const rows: [name: string, kind: 'counter' | 'gauge', help: string, value: number][] = [
    ['exchanges_started_total', 'counter', 'Exchanges begun: complete + partial + gap + open', counters.started],
    ['exchanges_complete_total', 'counter', 'Exchanges recorded from beginning to end', counters.complete],
    ['exchanges_partial_total', 'counter', 'Exchanges of which only the beginning is recorded', counters.partial],
    ['exchanges_gap_total', 'counter', 'Exchanges that could not be recorded', counters.gap],
    [
      'exchanges_without_bodies_total',
      'counter',
      'Exchanges recorded without bodies because the worker was behind',
      bodiesLeftOut,
    ],
    ['exchanges_open', 'gauge', 'Exchanges running or not yet written down', counters.open],
    [
      'segments_waiting',
      'gauge',
      'Sealed segments on disk that the collector has not taken',
      status.get('waitingSegments'),
    ],
    ['segments_waiting_bytes', 'gauge', 'Bytes of all segments on disk', status.get('waitingBytes')],
    ['segments_delivered_total', 'counter', 'Segments the collector has taken', status.get('delivered')],
    ['segments_refused_total', 'counter', 'Segments the collector refused, kept aside', status.get('refused')],
    [
      'delivery_last_success_timestamp_seconds',
      'gauge',
      'When the collector last took a segment; 0 before the first',
      status.get('lastSuccessAt') / 1000,
    ],
    ['recording_worker_lag_bytes', 'gauge', 'Bytes handed to the recording worker and not yet handled', lagBytes],
  ];
  return rows
    .map(
      ([name, kind, help, value]) =>
        `# HELP sightline_${name} ${help}\n# TYPE sightline_${name} ${kind}\nsightline_${name} ${value}\n`,
    )
    .join('');
}
