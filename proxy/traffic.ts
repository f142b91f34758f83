// What the proxy counts about its own traffic, for /metrics. Labels are closed sets, so cardinality stays bounded.
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Outcome } from '../contract/words.ts';

export interface CountedExchange {
  route: { dialect: string };
  provider: { name: string } | null;
  outcome: Outcome;
  errorCode: string;
  overheadMicros: number | null;
  firstByteMs: number | null;
  capture: string;
}

export interface Traffic {
  begun(): void;
  /** `totalMs`: from the first byte of the request to the last of the answer. */
  ended(exchange: CountedExchange, totalMs: number): void;
  /** Exchanges that have begun and not ended. */
  readonly running: number;
  metrics(): Promise<string>;
}

const seconds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300];
const shortSeconds = [0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25];

export function createTraffic(): Traffic {
  const registers = [new Registry()];
  const exchanges = new Counter({
    name: 'sightline_exchanges_total',
    help: 'Exchanges by dialect, provider and outcome',
    labelNames: ['dialect', 'provider', 'outcome'],
    registers,
  });
  const errors = new Counter({
    name: 'sightline_errors_total',
    help: 'Exchanges that Sightline refused or cut short, by its own error code',
    labelNames: ['code'],
    registers,
  });
  const unrecorded = new Counter({
    name: 'sightline_exchanges_unrecorded_total',
    help: 'Exchanges that were not recorded because capture was off',
    registers,
  });
  const duration = new Histogram({
    name: 'sightline_exchange_duration_seconds',
    help: 'From the first byte of the request to the last of the answer',
    labelNames: ['dialect'],
    buckets: seconds,
    registers,
  });
  const overhead = new Histogram({
    name: 'sightline_overhead_seconds',
    help: 'Time from the complete request to the upstream call',
    buckets: shortSeconds,
    registers,
  });
  const running = new Gauge({ name: 'sightline_exchanges_running', help: 'Exchanges under way', registers });
  let count = 0;
  return {
    begun() {
      count += 1;
    },
    ended(exchange, totalMs) {
      count -= 1;
      const { dialect } = exchange.route;
      exchanges.inc({ dialect, provider: exchange.provider?.name ?? '', outcome: exchange.outcome });
      duration.observe({ dialect }, totalMs / 1000);
      if (exchange.errorCode) errors.inc({ code: exchange.errorCode });
      if (exchange.capture === 'off') unrecorded.inc();
      if (exchange.overheadMicros !== null) overhead.observe(exchange.overheadMicros / 1e6);
    },
    get running() {
      return count;
    },
    metrics() {
      running.set(count);
      return (registers[0] as Registry).metrics();
    },
  };
}
