// Asks Redis for what proxies share, and never for longer than a moment: each call has a deadline, and after one miss nothing
// is asked for a second, so that a Redis that hangs costs one call its deadline and no other call anything. What to do
// without Redis is the business of whoever asks: null means that it cannot be had now.
import { within } from './deadline.ts';
import { connectRedis } from './redis-client.ts';
import { createRest } from './redis-rest.ts';
import type { Script } from './redis-script.ts';

export { redisScript, type Script } from './redis-script.ts';

export type RedisValue = string | Buffer;

export interface RedisCommands {
  /** The script's answer (text, numbers, lists of them); null: not available now, so a script never answers nil. */
  run(script: Script, keys: string[], values: RedisValue[]): Promise<unknown | null>;
  /** Any command; `binary`: its texts come as Buffers. Null: not available now, or nothing there. */
  ask(command: RedisValue[], binary?: boolean): Promise<unknown | null>;
  /** Null: nothing there, or not available now. */
  get(key: string): Promise<Buffer | null>;
  /** False: it was not kept. */
  set(key: string, value: RedisValue, ttlMs: number): Promise<boolean>;
  delete(keys: string[]): Promise<boolean>;
  /** Nothing is shared at the moment: every call answers null at once. */
  degraded(): boolean;
  close(): void;
}

export interface RedisCommandsOptions {
  /** redis[s]://[user:password@]host[:port][/number] */
  url: string;
  /** Uniform in 0 to 1. */
  random: () => number;
  deadlineMs?: number;
  restMs?: number;
  /** Called with the reason when Redis is done without, and with null when it is asked again. */
  onChange?(problem: string | null): void;
}

/** Many times a usual answer within one data centre, and less than anybody notices. */
const usualDeadlineMs = 25;
const usualRestMs = 1_000;
/** Calls under way at the same time; a longer queue means that Redis does not keep up. */
const mostWaiting = 5_000;
/** A write, because a server that is full still answers a ping. */
const probe = ['SET', 'sightline:probe', '1', 'PX', '1000'];
/** 36 is `$`, the bulk string of RESP. */
const binaryTexts = { typeMapping: { 36: Buffer } } as const;

export function createRedisCommands(options: RedisCommandsOptions): RedisCommands {
  const { url, random, deadlineMs = usualDeadlineMs, restMs = usualRestMs, onChange } = options;
  const client = connectRedis({
    ...{ url, random, mostWaiting },
    onReady: () => rest.probeNow(),
    onLost: (error) => rest.begin(reasonOf(error)),
  });
  const rest = createRest({ restMs, probe: () => within(client.sendCommand(probe), deadlineMs), onChange });

  const send = (command: RedisValue[], binary: boolean): Promise<unknown> =>
    client.sendCommand(command, binary ? binaryTexts : undefined);
  const degraded = (): boolean => rest.resting() || !client.isReady;
  const inTime = async (asking: () => Promise<unknown>): Promise<unknown | null> => {
    if (degraded()) return null;
    try {
      return (await within(asking(), deadlineMs)) ?? null;
    } catch (error) {
      rest.begin(reasonOf(error));
      return null;
    }
  };
  const ask = (command: RedisValue[], binary = false): Promise<unknown | null> => inTime(() => send(command, binary));

  return {
    ask,
    degraded,
    run: ({ text, sha1, binary }, keys, values) =>
      inTime(async () => {
        const given = [String(keys.length), ...keys, ...values];
        try {
          return await send(['EVALSHA', sha1, ...given], binary);
        } catch (error) {
          // A server that was started anew has forgotten it.
          if (!reasonOf(error).startsWith('NOSCRIPT')) throw error;
          return await send(['EVAL', text, ...given], binary);
        }
      }),
    get: async (key) => (await ask(['GET', key], true)) as Buffer | null,
    set: async (key, value, ttlMs) =>
      (await ask(['SET', key, value, 'PX', String(Math.max(1, Math.round(ttlMs)))])) !== null,
    delete: async (keys) => keys.length === 0 || (await ask(['UNLINK', ...keys])) !== null,
    close() {
      rest.close();
      client.destroy();
    },
  };
}

const reasonOf = (error: unknown): string =>
  error instanceof Error ? error.message || error.name : 'it does not answer';
