// What the cache counts about itself, for /metrics.
import { Counter, Gauge, Registry } from 'prom-client';
import type { CacheUse } from '../../contract/exchange.ts';

export interface CacheMetrics {
  note(use: CacheUse): void;
  text(): Promise<string>;
}

export function createCacheMetrics(answers: { readonly bytes: number; readonly size: number }): CacheMetrics {
  const registry = new Registry();
  const registers = [registry];
  const calls = new Counter({
    name: 'sightline_cache_calls_total',
    help: 'Calls that the cache was asked for, by what it did',
    labelNames: ['status'],
    registers,
  });
  const saved = new Counter({
    name: 'sightline_cache_saved_dollars_total',
    help: 'What the answers had cost that were given again',
    registers,
  });
  const verdicts = new Counter({
    name: 'sightline_cache_near_total',
    help: 'Answers to questions that mean the same, held against a fresh one',
    labelNames: ['verdict'],
    registers,
  });
  new Gauge({
    name: 'sightline_cache_bytes',
    help: 'Answers kept in memory',
    registers,
    collect() {
      this.set(answers.bytes);
    },
  });
  new Gauge({
    name: 'sightline_cache_answers',
    help: 'How many answers are kept in memory',
    registers,
    collect() {
      this.set(answers.size);
    },
  });
  return {
    note({ status, savedNanos, near }) {
      calls.inc({ status });
      if (savedNanos) saved.inc(savedNanos / 1e9);
      if (near && near.same !== null) verdicts.inc({ verdict: near.same ? 'same' : 'other' });
    },
    text: () => registry.metrics(),
  };
}
