// One connection to Redis that nobody ever waits for: what cannot be said at once is not said, nothing queues up while the
// server is away, and the way back is tried with growing pauses.
import { createClient, type RedisClientType } from '@redis/client';

/** The plain protocol: pub/sub has a connection of its own, and servers before version 6 know no other. */
export type RedisConnection = RedisClientType<Record<string, never>, Record<string, never>, Record<string, never>, 2>;

export interface RedisClientOptions {
  /** redis[s]://[user:password@]host[:port][/number] */
  url: string;
  /** Uniform in 0 to 1. */
  random: () => number;
  /** Commands under way at the same time; one more is refused. */
  mostWaiting?: number;
  onReady(): void;
  /** Also for every attempt to come back that failed. */
  onLost(error: Error): void;
}

const firstPauseMs = 50;
const longestPauseMs = 5_000;
const connectTimeoutMs = 2_000;
/** A server that does not even answer a ping for this long is gone, whatever TCP says. */
const silenceMs = 10_000;
const pingEveryMs = 3_000;

export function connectRedis({ url, random, mostWaiting = 100, onReady, onLost }: RedisClientOptions): RedisConnection {
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostWaiting,
    disableClientInfo: true,
    maintNotifications: 'disabled',
    pingInterval: pingEveryMs,
    socket: {
      connectTimeout: connectTimeoutMs,
      socketTimeout: silenceMs,
      reconnectStrategy: (retries) => pauseMs(retries, random()),
    },
  }) as RedisConnection;
  client.on('ready', onReady);
  client.on('error', onLost);
  // Rejects only when it is closed before it was ever open; every other trouble is an 'error' event and another attempt.
  client.connect().catch(() => {});
  return client;
}

/** Doubles up to five seconds, and spreads, so that not all proxies come back in the same moment. */
export function pauseMs(retries: number, random: number): number {
  return Math.round(Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(retries, 10)) * (0.5 + random / 2));
}
