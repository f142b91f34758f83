// Asking a real Redis that is there, full, hung, slow, gone and back: what it says, and that nobody waits for it.
import { createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  createRedisCommands,
  type RedisCommands,
  type RedisCommandsOptions,
  redisScript,
} from '../../proxy/shared/redis-commands.ts';
import { until } from '../cli/run.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';

const add = redisScript(`return redis.call('INCRBY', KEYS[1], ARGV[1])`);
const echo = redisScript(`return { ARGV[1], KEYS[1] }`, { binary: true });

describe.skipIf(redisServer === null)('commands to Redis', () => {
  let redis: Redis;
  const open: RedisCommands[] = [];

  const commandsTo = async (options: Partial<RedisCommandsOptions> = {}): Promise<RedisCommands> => {
    const commands = createRedisCommands({ url: redis.url, random: () => 0, restMs: 100, deadlineMs: 200, ...options });
    open.push(commands);
    await until('the connection', () => !commands.degraded());
    return commands;
  };

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterEach(() => {
    for (const commands of open.splice(0)) commands.close();
  });
  afterAll(() => redis?.close());

  it('keep any bytes for as long as they are told to', async () => {
    const commands = await commandsTo();
    const bytes = Buffer.from([0, 255, 13, 10, 200]);
    expect(await commands.set('kept', bytes, 60_000)).toBe(true);
    expect(await commands.get('kept')).toEqual(bytes);
    expect(await commands.ask(['PTTL', 'kept'])).toBeGreaterThan(50_000);
    expect(await commands.delete(['kept'])).toBe(true);
    expect(await commands.get('kept')).toBeNull();
    expect(commands.degraded()).toBe(false);
  });

  it('run a script that the server has never seen, and bring bytes back from it', async () => {
    const commands = await commandsTo();
    expect(await commands.run(add, ['count'], ['3'])).toBe(3);
    expect(await commands.run(add, ['count'], ['4'])).toBe(7);
    const bytes = Buffer.from([1, 250, 0]);
    expect(await commands.run(echo, ['name'], [bytes])).toEqual([bytes, Buffer.from('name')]);
  });

  it('give up after the deadline when Redis hangs, answer at once from then on, and come back by themselves', async () => {
    const said: (string | null)[] = [];
    const commands = await commandsTo({ deadlineMs: 25, onChange: (problem) => said.push(problem) });
    redis.freeze();
    expect(await commands.run(add, ['hung'], ['1'])).toBeNull();
    expect(commands.degraded()).toBe(true);
    // Not even a turn of the event loop: had they asked, a timer would have to fire first.
    let timers = 0;
    const timer = setTimeout(() => timers++, 0);
    for (let at = 0; at < 1000; at++) expect(await commands.get('anything')).toBeNull();
    expect(timers).toBe(0);
    clearTimeout(timer);
    redis.thaw();
    await until('Redis to be asked again', () => !commands.degraded());
    expect(await commands.run(add, ['thawed'], ['1'])).toBe(1);
    expect(said).toEqual(['no answer within 25 ms', null]);
  });

  it('go on after Redis was killed and came back knowing nothing, scripts included', async () => {
    const commands = await commandsTo();
    expect(await commands.run(add, ['before'], ['5'])).toBe(5);
    await redis.kill();
    await until('the loss to be noticed', () => commands.degraded());
    expect(await commands.run(add, ['before'], ['5'])).toBeNull();
    expect(await commands.set('a', 'b', 1000)).toBe(false);
    await redis.start();
    await until('Redis to be asked again', () => !commands.degraded());
    expect(await commands.run(add, ['before'], ['5'])).toBe(5);
  });

  it('stay away from a Redis that is full, although it still answers a ping', async () => {
    const said: (string | null)[] = [];
    const commands = await commandsTo({ onChange: (problem) => said.push(problem) });
    const operator = await commandsTo();
    await operator.ask(['CONFIG', 'SET', 'maxmemory', '1']);
    expect(await commands.set('more', 'text', 1000)).toBe(false);
    expect(commands.degraded()).toBe(true);
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('OOM');
    await operator.ask(['CONFIG', 'SET', 'maxmemory', '0']);
    await until('room to be noticed', () => !commands.degraded());
    expect(await commands.set('more', 'text', 1000)).toBe(true);
  });

  it('see a script that fails as a miss, never as an error of the call', async () => {
    const commands = await commandsTo();
    expect(await commands.run(redisScript('return redis.call("NOSUCH")'), [], [])).toBeNull();
    expect(commands.degraded()).toBe(true);
  });
});

it('answers null at once where nobody has ever listened', async () => {
  const commands = createRedisCommands({ url: 'redis://127.0.0.1:1', random: () => 0 });
  expect(commands.degraded()).toBe(true);
  expect(await commands.get('x')).toBeNull();
  expect(await commands.run(add, ['x'], ['1'])).toBeNull();
  commands.close();
});

describe('a Redis that takes longer than the deadline', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  let delayMs = 0;

  beforeAll(async () => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('data', (bytes) => {
        const asked = bytes.toString().split('\r\n*').length;
        const answer = (): void => void socket.write('+OK\r\n'.repeat(asked));
        if (delayMs === 0) answer();
        else setTimeout(answer, delayMs);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  it('is left alone until it is quick again, with one attempt at a time', async () => {
    const { port } = server.address() as { port: number };
    const commands = createRedisCommands({
      ...{ url: `redis://127.0.0.1:${port}`, random: () => 0, deadlineMs: 50, restMs: 20 },
    });
    await until('the connection', () => !commands.degraded());
    delayMs = 300;
    expect(await commands.ask(['PING'])).toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(commands.degraded()).toBe(true);
    delayMs = 0;
    await until('it to be quick again', () => !commands.degraded());
    expect(await commands.ask(['PING'])).toBe('OK');
    commands.close();
  });
});
