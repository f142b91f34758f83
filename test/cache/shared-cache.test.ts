// Two proxies with one Redis between them give each other's answers again; without it each gives its own.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRedisCommands, type RedisCommands } from '../../proxy/shared/redis-commands.ts';
import { chatBody } from '../failover/failover-house.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';

describe.skipIf(redisServer === null)('with a Redis', () => {
  let redis: Redis;
  let upstream: FaultyUpstream;
  const houses: ProxyHouse[] = [];
  const connections: RedisCommands[] = [];
  beforeAll(async () => {
    [redis, upstream] = [await startRedis(), await startFaultyUpstream()];
    upstream.respond(answer({ pieces: [chatBody('kept by all')], framing: 'length' }));
    for (let i = 0; i < 2; i++) {
      const commands = createRedisCommands({ url: redis.url, random: Math.random });
      connections.push(commands);
      const providers = { openai: { baseUrl: `${upstream.url}/v1`, apiKey: 'none' } };
      const configuration = { providers, cache: { automatic: true } };
      houses.push(await openHouse({ configuration, redis: commands, pepper: Buffer.alloc(32, 9) }));
    }
  });
  afterAll(async () => {
    for (const house of houses) await house.close();
    for (const commands of connections) commands.close();
    await upstream.close();
    await redis.close();
  });

  const ask = async (at: number, content: string): Promise<string | null> => {
    const response = await fetch(`${houses[at]?.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', temperature: 0, messages: [{ role: 'user', content }] }),
    });
    await response.text();
    return response.headers.get('x-sightline-cache');
  };
  const until = async (reached: () => boolean): Promise<void> => {
    while (!reached()) await new Promise((resolve) => setTimeout(resolve, 10));
  };

  it('shares answers through Redis, where nobody can read them, and does without it', async () => {
    await until(() => connections.every((one) => !one.degraded()));
    expect(await ask(0, 'one')).toBe('miss');
    let stored: unknown = null;
    while (!Array.isArray(stored) || stored.length === 0)
      stored = await connections[0]?.ask(['KEYS', 'sightline:cache:*']);
    expect(await ask(1, 'one')).toBe('hit');
    const value = await connections[0]?.get(String(stored[0]));
    expect(value?.includes('kept by all')).toBe(false);
    await redis.kill();
    expect(await ask(0, 'two')).toBe('miss');
    expect(await ask(0, 'two')).toBe('hit');
    expect(await ask(1, 'one')).toBe('hit');
  });
});
