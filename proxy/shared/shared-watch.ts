// The watch over targets, shared with other proxies where there is a channel to them.
import { EvidenceOfOthers } from '../health/evidence-of-others.ts';
import { type Channel, publishEveryMs, shareHealth } from '../health/shared-health.ts';
import { createTargetWatch, type TargetWatch, type TargetWatchOptions } from '../target-watch.ts';
import type { RedisChannel } from './redis-channel.ts';

export interface SharedWatchOptions extends Omit<TargetWatchOptions, 'others'> {
  /** Null: this proxy is right alone. */
  channel: Channel | null;
  /** Unique to this start of this proxy. */
  boot: string;
}

export interface SharedWatch {
  watch: TargetWatch;
  stop(): void;
}

export function createSharedWatch({ channel, boot, clock, random }: SharedWatchOptions): SharedWatch {
  if (!channel) return { watch: createTargetWatch({ clock, random }), stop: () => {} };
  const others = new EvidenceOfOthers();
  const watch = createTargetWatch({ clock, random, others: (key, now) => others.of(key, now) });
  const { publish } = shareHealth({ health: watch.room, others, channel, boot, clock });
  const timer = setInterval(publish, publishEveryMs);
  timer.unref();
  return { watch, stop: () => clearInterval(timer) };
}

/** Prometheus text. */
export const channelMetrics = (channel: Pick<RedisChannel, 'degraded'>): string =>
  [
    '# HELP sightline_redis_degraded 1 while nothing is shared with other proxies because Redis is away',
    '# TYPE sightline_redis_degraded gauge',
    `sightline_redis_degraded ${channel.degraded() ? 1 : 0}\n`,
  ].join('\n');
