// One budget, three proxies, and one of them killed in the middle: nobody spends what is not there, nobody is refused what is,
// and nothing stays held. Once with Redis and once with the collector alone.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BudgetList, BudgetSpend } from '../../contract/access/budget-view.ts';
import { createRedisCommands, type RedisCommands } from '../../proxy/shared/redis-commands.ts';
import { until } from '../cli/run.ts';
import { openHouse, type ProxyHouse } from '../support/proxy-house.ts';
import { type Redis, redisServer, startRedis } from '../support/redis.ts';
import { createHousehold, type Household, type Service } from '../support/services.ts';
import {
  nanosOfTokens,
  type Outcome,
  overlay,
  type SpendingUpstream,
  spend,
  startSpendingUpstream,
} from './spending-upstream.ts';

const streams = 200;
const maxTokens = 100;
const heldEach = nanosOfTokens(maxTokens);
const tight = { 'x-sightline-app': 'tight' };
/** Every tenth answer takes more than its request allows: that, and nothing else, may go over the limit. */
const tokensOf = (number: number): number => (number % 10 === 0 ? 130 : 40 + (number % 50));
const overEach = nanosOfTokens(130) - heldEach;

const budget = (name: string, limitUsd: number) => ({ name, for: { app: name }, limitUsd, per: 'month' });
const budgets = [
  budget('roomy', (streams * heldEach + (streams / 10) * overEach) / 1e9),
  budget('tight', (streams * heldEach) / 4e9),
  budget('small', (5 * heldEach) / 1e9),
];

describe.each([
  { ledger: 'the collector', withRedis: false },
  { ledger: 'Redis', withRedis: true },
])('three proxies that share budgets by way of $ledger', ({ withRedis }) => {
  if (withRedis && redisServer === null) return;
  let folder: string;
  let redis: Redis | null = null;
  let upstream: SpendingUpstream;
  let household: Household;
  let collector: Service;
  let mortal: Service;
  const houses: ProxyHouse[] = [];
  const commands: RedisCommands[] = [];

  beforeAll(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'sightline-budgets-'));
    writeFileSync(path.join(folder, 'prices.json'), JSON.stringify(overlay));
    [upstream, redis] = await Promise.all([startSpendingUpstream(), withRedis ? startRedis() : null]);
    const configuration = {
      providers: { spender: { dialect: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test' } },
      prices: { overlay: path.join(folder, 'prices.json') },
      ...(redis && { redis: { url: redis.url } }),
      budgets,
    };
    household = await createHousehold(path.join(folder, 'data'), configuration);
    collector = await household.start('collector');
    mortal = await household.start('proxy');
    const recording = { collectorUrl: household.collectorUrl };
    for (let count = 0; count < 2; count++) {
      const shared = redis && createRedisCommands({ url: redis.url, random: Math.random, deadlineMs: 1_000 });
      if (shared) commands.push(shared);
      houses.push(
        await openHouse({ configuration: { ...configuration, recording }, ...(shared && { redis: shared }) }),
      );
    }
    await until('whoever grants to have settled', async () => {
      for (const url of urls()) await spend(url, { maxTokens: 1, tokens: 0 }, { 'x-sightline-app': 'small' });
      return (await spentOf('small')) !== null && performance.now() > began + 4_000;
    });
  }, 60_000);
  afterAll(async () => {
    for (const house of houses) await house.close();
    for (const one of commands) one.close();
    await mortal?.end('SIGTERM');
    await collector?.end('SIGTERM');
    await Promise.all([redis?.close(), upstream?.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const began = performance.now();
  const urls = (): string[] => [household.proxyUrl, ...houses.map(({ url }) => url)];
  const send = (app: string, number: number, ms: number, url = urls()[number % 3] as string): Promise<Outcome> =>
    spend(url, { maxTokens, tokens: tokensOf(number), ms }, { 'x-sightline-app': app });
  const burst = (app: string, ms: number): Promise<Outcome>[] =>
    Array.from({ length: streams }, (_, number) => send(app, number, ms));

  async function spentOf(app: string): Promise<BudgetSpend | null> {
    const answer = await fetch(`${household.collectorUrl}/api/budgets`);
    const { budgets: views } = (await answer.json()) as BudgetList;
    return views.find(({ budget: { name } }) => name === app)?.spend[0] ?? null;
  }
  const costOf = (outcomes: readonly Outcome[]): number =>
    outcomes.reduce((sum, { complete }, number) => sum + (complete ? nanosOfTokens(tokensOf(number)) : 0), 0);
  const refused = (outcomes: readonly Outcome[]): Outcome[] => outcomes.filter(({ status }) => status === 429);

  it('refuses none of 200 streams that fit exactly', async () => {
    const outcomes = await Promise.all(burst('roomy', 400));
    expect(refused(outcomes).map(({ message }) => message)).toEqual([]);
    expect(outcomes.filter(({ complete }) => complete).length).toBe(streams);
  }, 60_000);

  it('stays within the bound while one of them is killed, and has nothing held after its time', async () => {
    const sent = burst('tight', 800);
    await until('calls to be under way', () => upstream.running() >= 10);
    await mortal.end('SIGKILL');
    const outcomes = await Promise.all(sent);
    expect(refused(outcomes).length).toBeGreaterThan(0);
    for (const { code, headers, message } of refused(outcomes)) {
      expect([code, headers.get('x-should-retry')]).toEqual(['SIGHTLINE_BUDGET_EXCEEDED', 'false']);
      expect(message).toMatch(/^The budget "tight" has no room for this call/);
    }
    const limit = (streams * heldEach) / 4;
    const over = outcomes.filter(({ complete }, number) => complete && number % 10 === 0).length * overEach;
    expect(costOf(outcomes)).toBeLessThanOrEqual(limit + over);
    await until('nothing to be held', async () => (await spentOf('tight'))?.heldNanos === 0, 30_000);
    expect((await spentOf('tight'))?.spentNanos).toBe(costOf(outcomes));
  }, 90_000);

  it('takes a restarted proxy as one that has spent nothing, and neither doubles nor forgets what it had spent', async () => {
    const spentBefore = (await spentOf('tight'))?.spentNanos ?? 0;
    const limit = (streams * heldEach) / 4;
    mortal = await household.start('proxy');
    let spent = spentBefore;
    // Half of what is left, then the rest to the last token.
    for (const part of [2, 1]) {
      const tokens = Math.floor((limit - spent) / nanosOfTokens(part));
      expect((await spend(household.proxyUrl, { maxTokens: tokens, tokens }, tight)).message).toBe('');
      spent += nanosOfTokens(tokens);
      await until('its cost to be known', async () => (await spentOf('tight'))?.spentNanos === spent);
    }
    expect((await spend(household.proxyUrl, { maxTokens, tokens: maxTokens }, tight)).status).toBe(429);
    expect((await spentOf('tight'))?.spentNanos).toBe(spent);
  }, 90_000);
});
