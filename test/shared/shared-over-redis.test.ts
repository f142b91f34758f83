// Proxies that share what they see over a real Redis, and what is left of them when it goes away.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HealthSnapshot } from '../../proxy/health/evidence-of-others.ts';
import { readSnapshot } from '../../proxy/health/shared-health.ts';
import { channelName, createRedisChannel, type RedisChannel } from '../../proxy/shared/redis-channel.ts';
import { pauseMs } from '../../proxy/shared/redis-client.ts';
import { until } from '../cli/run.ts';
import { answer } from '../support/faulty-behaviours.ts';
import { type FaultyUpstream, startFaultyUpstream } from '../support/faulty-upstream.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';
import { createHousehold } from '../support/services.ts';
import { chatAnswer, chatRequest } from '../support/wire-samples.ts';

describe.skipIf(redisServer === null)('two proxies over one Redis', () => {
  let redis: Redis;
  let first: FaultyUpstream;
  let second: FaultyUpstream;
  const channels: RedisChannel[] = [];
  const heard: HealthSnapshot[] = [];
  const houses: ProxyHouse[] = [];

  beforeAll(async () => {
    [redis, first, second] = await Promise.all([startRedis(), startFaultyUpstream(), startFaultyUpstream()]);
    first.respond(answer({ status: 500, pieces: ['{"error":{"message":"down"}}'] }));
    second.respond(answer({ pieces: [chatAnswer] }));
    for (let at = 0; at < 2; at++) {
      const channel = createRedisChannel({ url: redis.url, clock: Date.now, random: Math.random });
      channels.push(channel);
      houses.push(await openHouse({ configuration: twoProviders(), channel }));
    }
    const bystander = createRedisChannel({ url: redis.url, clock: Date.now, random: Math.random });
    bystander.subscribe((text) => void heard.push(readSnapshot(text) as HealthSnapshot));
    channels.push(bystander);
    await until('all to be connected', () => channels.every((channel) => !channel.degraded()));
  });
  afterAll(async () => {
    for (const house of houses) await house.close();
    for (const channel of channels) channel.close();
    await Promise.all([redis?.close(), first?.close(), second?.close()]);
  });

  const isFailing = ({ key, failures }: HealthSnapshot['targets'][number]): boolean =>
    key.startsWith('first') && failures >= 2;
  const twoProviders = () => ({
    providers: {
      first: { dialect: 'openai', baseUrl: `${first.url}/v1`, apiKey: 'sk-1' },
      second: { dialect: 'openai', baseUrl: `${second.url}/v1`, apiKey: 'sk-2' },
    },
    routes: [
      {
        name: 'both',
        match: { model: 'smart' },
        targets: [
          { provider: 'first', model: 'one' },
          { provider: 'second', model: 'two' },
        ],
      },
    ],
  });
  const ask = async (house: ProxyHouse | undefined) => {
    const answered = await fetch(`${house?.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: chatRequest({ model: 'smart' }),
    });
    await answered.text();
    return { status: answered.status, id: answered.headers.get('x-sightline-id') ?? '' };
  };
  const degradedAt = async (house: ProxyHouse | undefined): Promise<string[]> =>
    ((await (await fetch(`${house?.url}/readyz`)).json()) as { degraded: string[] }).degraded;
  const excludedAt = async (house: ProxyHouse | undefined) => {
    const { id } = await ask(house);
    const record = await house!.record(id);
    return record.decision?.candidates.find(({ provider }) => provider === 'first')?.excluded ?? null;
  };

  it('stop sending to a target that one of them found to be down', async () => {
    const [one, other] = houses;
    // All at once, so that none of them knows yet what became of the others.
    const asks = Array.from({ length: 6 }, () => ask(one));
    for (const { status } of await Promise.all(asks)) expect(status).toBe(200);
    const asked = first.requests.length;
    expect(asked).toBeGreaterThan(0);
    const told = () => heard.some(({ boot, targets }) => boot === one?.recorder.boot && targets.some(isFailing));
    await until('the news to have gone round', told);
    const excluded = await Promise.all([excludedAt(other), excludedAt(other), excludedAt(other)]);
    expect(excluded).toEqual(['unhealthy', 'unhealthy', 'unhealthy']);
    expect(first.requests.length).toBe(asked);
  });

  it('go on without an error when Redis is killed, say so, and come back by themselves', async () => {
    expect(await Promise.all(houses.map(degradedAt))).toEqual([[], []]);
    await redis.kill();
    const asks = Array.from({ length: 20 }, (_, at) => ask(houses[at % 2]));
    expect((await Promise.all(asks)).map(({ status }) => status)).toEqual(asks.map(() => 200));
    await until('both to say so', async () => (await Promise.all(houses.map(degradedAt))).flat().length === 2);
    expect(await (await fetch(`${houses[0]?.url}/metrics`)).text()).toMatch(/^sightline_redis_degraded 1$/m);
    await redis.start();
    await until('both to be back', async () => (await Promise.all(houses.map(degradedAt))).flat().length === 0);
    expect(await (await fetch(`${houses[0]?.url}/metrics`)).text()).toMatch(/^sightline_redis_degraded 0$/m);
  });

  it('notice a Redis that accepts everything and answers nothing', async () => {
    redis.freeze();
    expect((await ask(houses[0])).status).toBe(200);
    await until('both to say so', async () => (await Promise.all(houses.map(degradedAt))).flat().length === 2);
    expect((await ask(houses[1])).status).toBe(200);
    redis.thaw();
    await until('both to be back', async () => (await Promise.all(houses.map(degradedAt))).flat().length === 0);
  });
});

describe('a channel to a Redis that was never there', () => {
  it('says nothing, hears nothing, queues nothing, and tells why once', async () => {
    const told: (string | null)[] = [];
    const onChange = (problem: string | null): void => void told.push(problem);
    // Port 9 is "discard" (RFC 863), which nobody runs.
    const channel = createRedisChannel({ url: 'redis://127.0.0.1:9', clock: Date.now, random: () => 0, onChange });
    channel.subscribe(() => expect.unreachable());
    await until('it to have noticed', () => told.length > 0);
    for (let message = 0; message < 1_000; message++) channel.publish('heard by nobody');
    expect(channel.degraded()).toBe(true);
    expect(told).toEqual([expect.stringContaining('ECONNREFUSED')]);
    channel.close();
  });

  it('is tried again at growing distances, up to five seconds', () => {
    expect([0, 1, 2, 5, 10, 1_000].map((retries) => pauseMs(retries, 1))).toEqual([50, 100, 200, 1_600, 5_000, 5_000]);
    expect(pauseMs(10, 0)).toBe(2_500);
  });
});

it('keeps houses apart that share a server by the number of its database', () => {
  const [zero, none, two] = ['redis://cache:6379/0', 'redis://cache:6379', 'rediss://u:p@cache/2'].map(channelName);
  expect(zero).toBe(none);
  expect(two).not.toBe(zero);
});

it('is what the proxy as a process does without when nobody answers at REDIS_URL', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-no-redis-'));
  const household = await createHousehold(path.join(folder, 'data'), { redis: { url: 'redis://:canary@127.0.0.1:9' } });
  const proxy = await household.start('proxy');
  await until('it to say so', () => proxy.log().includes('redis: away'));
  const ready = await fetch(`${proxy.url}/readyz`);
  expect([ready.status, ((await ready.json()) as { degraded: string[] }).degraded]).toEqual([200, ['redis']]);
  await proxy.end('SIGTERM');
  expect(proxy.log()).not.toContain('canary');
  rmSync(folder, { recursive: true, force: true });
});
