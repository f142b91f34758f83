// The channel over Redis on which proxies tell each other what they saw. Saying and hearing have a connection each, because
// one that has subscribed may say nothing else. Redis is a convenience: when it is away, each proxy is right alone.
import type { Channel } from '../health/shared-health.ts';
import { connectRedis } from './redis-client.ts';

export interface RedisChannel extends Channel {
  /** Nothing is shared at the moment. */
  degraded(): boolean;
  close(): void;
}

export interface RedisChannelOptions {
  url: string;
  clock: () => number;
  /** Uniform in 0 to 1. */
  random: () => number;
  /** Called with the reason when sharing stops, and with null when it works again. */
  onChange?(problem: string | null): void;
}

/** An answer that takes longer means that what is said does not arrive. */
const patienceMs = 1_000;

export function createRedisChannel({ url, clock, random, onChange }: RedisChannelOptions): RedisChannel {
  const name = channelName(url);
  const listeners: ((text: string) => void)[] = [];
  let subscribed = false;
  /** When the message was sent that has not been answered yet. */
  let waitingSince: number | null = null;
  let reported = false;
  let closed = false;

  const report = (problem: string | null): void => {
    if (closed || reported === (problem !== null)) return;
    reported = problem !== null;
    onChange?.(problem);
  };
  const lost = (error: Error): void => report(error.message || error.name);
  const ready = (): void => {
    if (!degraded()) report(null);
  };
  const speaker = connectRedis({ url, random, onReady: ready, onLost: lost });
  // The client subscribes again by itself after it has lost its connection.
  const hearer = connectRedis({ url, random, onReady: () => void hear(), onLost: lost });
  const hear = async (): Promise<void> => {
    if (!subscribed) {
      subscribed = true;
      await hearer
        .subscribe(name, (text) => {
          for (const listener of listeners) listener(text);
        })
        .catch(() => {
          subscribed = false;
        });
    }
    ready();
  };
  const degraded = (): boolean => {
    const silent = waitingSince !== null && clock() - waitingSince > patienceMs;
    return silent || !subscribed || !speaker.isReady || !hearer.isReady;
  };

  return {
    degraded,
    subscribe: (listener) => void listeners.push(listener),
    publish(text) {
      // Only the newest word counts, so nothing is sent behind one that still hangs.
      if (!speaker.isReady || waitingSince !== null) return;
      waitingSince = clock();
      speaker
        .publish(name, text)
        .catch(lost)
        .finally(() => {
          waitingSince = null;
          ready();
        });
    },
    close() {
      closed = true;
      speaker.destroy();
      hearer.destroy();
    },
  };
}

/** Pub/sub does not know Redis's numbered databases; houses that share a server by number must not hear each other. */
export function channelName(url: string): string {
  const number = new URL(url).pathname.replaceAll('/', '') || '0';
  return `sightline:${number}:health`;
}
