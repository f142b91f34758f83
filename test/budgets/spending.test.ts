// What callers meet of budgets: refusals that say why, cheaper targets, and books that add up whatever becomes of a call.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { until } from '../cli/run.ts';
import { type BudgetHouse, openBudgetHouse } from './house.ts';
import { nanosOfTokens, type SpendingCall, spend } from './spending-upstream.ts';

const cent = nanosOfTokens(100) / 1e9;
const perDay = { per: 'day' as const };
const budgets = [
  { name: 'stops', for: { app: 'stops' }, limitUsd: 2 * cent, ...perDay },
  { name: 'soft', for: { app: 'soft' }, limitUsd: cent / 2, hard: false, ...perDay },
  { name: 'each user', for: { app: 'shared' }, each: 'user', limitUsd: cent, ...perDay },
  { name: 'big', for: { provider: 'spender', model: 'big*', app: 'fallback' }, limitUsd: cent, ...perDay },
  {
    name: 'thrifty',
    for: { app: 'thrifty' },
    limitUsd: cent,
    hard: false,
    steps: [{ percent: 10, action: 'cheaper' }],
    ...perDay,
  },
  {
    name: 'slow',
    for: { app: 'slow' },
    limitUsd: cent,
    hard: false,
    steps: [{ percent: 1, action: 'slow' }],
    ...perDay,
  },
  { name: 'fails', for: { app: 'fails' }, limitUsd: cent, ...perDay },
  { name: 'passes', for: { app: 'passes' }, limitUsd: 1.5 * cent, ...perDay },
  { name: 'warned', for: { app: 'warned' }, limitUsd: 2 * cent, hard: false, ...perDay },
  { name: 'early', for: { app: 'early' }, limitUsd: 2 * cent, steps: [{ percent: 50, action: 'stop' }], ...perDay },
];
const targets = [
  { provider: 'spender', model: 'big' },
  { provider: 'house', model: 'llama' },
];

describe('a call under budgets', () => {
  let house: BudgetHouse;
  let hook: Server;
  const alerts: { budget: string; percent: number; spentUsd: number; link: string }[] = [];
  let failing = 1;

  beforeAll(async () => {
    hook = createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      response.writeHead(failing-- > 0 ? 500 : 204).end();
      if (failing < 0) alerts.push(JSON.parse(body));
    });
    await new Promise<void>((resolve) => hook.listen(0, '127.0.0.1', resolve));
    house = await openBudgetHouse({
      budgets,
      webhook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
      configuration: { recording: { capture: 'off' }, routes: [{ name: 'smart', match: { model: 'smart' }, targets }] },
    });
  }, 60_000);
  afterAll(async () => {
    await house.close();
    hook.close();
  });

  const call: SpendingCall = { maxTokens: 100, tokens: 100 };
  const say = (app: string, changes: Partial<SpendingCall> = {}, headers = {}) =>
    spend(house.proxy.url, { ...call, ...changes }, { 'x-sightline-app': app, ...headers });
  const settled = (name: string, nanos: number) =>
    until(`${nanos} to be spent of ${name}`, async () => {
      const { spend } = await house.view(name);
      return spend.reduce((sum, { spentNanos }) => sum + spentNanos, 0) === nanos;
    });
  const record = (outcome: { headers: Headers }) => house.record(outcome.headers.get('x-sightline-id') ?? '');

  it('is refused once the budget has no room for its worst case, and told which, how much and until when', async () => {
    for (let count = 0; count < 2; count++) expect((await say('stops')).complete).toBe(true);
    await settled('stops', nanosOfTokens(200));
    const refused = await say('stops');
    expect([refused.status, refused.code, refused.headers.get('x-should-retry')]).toEqual([
      ...[429, 'SIGHTLINE_BUDGET_EXCEEDED', 'false'],
    ]);
    expect(refused.message).toMatch(
      /^The budget "stops" has no room .* up to \$0\.010: \$0\.020 of \$0\.020 spent this day, \$0\.00 held .* \d{4}-.*T00:00:00\.000Z\.$/,
    );
    expect((await record(refused)).policies).toEqual(['stops: stop']);
  });

  it('is let through when a smaller answer fits', async () => {
    expect((await say('fails', { maxTokens: 101 })).status).toBe(429);
    expect((await say('fails', { maxTokens: 100, tokens: 1 })).status).toBe(200);
    await settled('fails', nanosOfTokens(1));
  });

  it('gives back what it held when nobody answers', async () => {
    expect((await say('fails', { maxTokens: 99, model: 'dead/x' })).status).toBe(502);
    // It is let in only if nothing is held any more.
    await until('it to be given back', async () => (await say('fails', { maxTokens: 99, tokens: 1 })).status === 200);
    await settled('fails', nanosOfTokens(2));
  });

  it('is never refused by a soft budget', async () => {
    for (let count = 0; count < 3; count++) expect((await say('soft')).status).toBe(200);
    await settled('soft', nanosOfTokens(300));
  });

  it('stops where a step says so, before the limit', async () => {
    expect((await say('early')).status).toBe(200);
    expect((await say('early', { maxTokens: 1 })).status).toBe(429);
  });

  it('has a budget for each user where the budget says so', async () => {
    const as = (user: string) => say('shared', {}, { 'x-sightline-user': user });
    expect((await as('ann')).status).toBe(200);
    expect((await as('ben')).status).toBe(200);
    expect((await as('ann')).status).toBe(429);
    await settled('each user', nanosOfTokens(200));
    expect((await house.view('each user')).spend.map(({ value }) => value)).toEqual(['ann', 'ben']);
  });

  it('goes to the target that is within its budget when another is used up, and the record says why', async () => {
    expect((await say('fallback', { model: 'smart' })).headers.get('x-sightline-provider')).toBe('spender');
    const other = await say('fallback', { model: 'smart' });
    expect([other.status, other.headers.get('x-sightline-provider')]).toEqual([200, 'house']);
    const { policies, decision, capture } = await record(other);
    expect(policies).toEqual(['big: stop spender/big']);
    expect(decision?.candidates[0]).toMatchObject({ excluded: 'price_cap', detail: 'the budget "big" is used up' });
    // What somebody counts cannot stay out of the books.
    expect(capture).toBe('metadata');
    expect((await say('fallback', { model: 'spender/big' })).status).toBe(429);
  });

  it('goes to the cheapest target of its route past a step that says so', async () => {
    expect((await say('thrifty', { model: 'smart' })).headers.get('x-sightline-provider')).toBe('spender');
    await settled('thrifty', nanosOfTokens(100));
    const cheap = await say('thrifty', { model: 'smart' });
    expect(cheap.headers.get('x-sightline-provider')).toBe('house');
    const { policies, decision } = await record(cheap);
    expect([policies, decision?.strategy]).toEqual([['thrifty: cheaper'], 'thrift']);
  });

  it('waits a little past a step that slows', async () => {
    await say('slow');
    await settled('slow', nanosOfTokens(100));
    expect((await record(await say('slow'))).policies).toEqual(['slow: slow']);
  });

  it('settles on what it had used by then when its client goes away', async () => {
    const controller = new AbortController();
    const response = await fetch(`${house.proxy.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-sightline-app': 'passes' },
      body: JSON.stringify({
        model: 'spender/big',
        max_tokens: 100,
        stream: true,
        messages: [{ role: 'user', content: '{"tokens":100,"ms":4000}' }],
      }),
      signal: controller.signal,
    });
    await response.body?.getReader().read();
    controller.abort();
    const { outcome, pricing } = await house.record(response.headers.get('x-sightline-id') ?? '');
    expect([outcome, pricing.costSource]).toEqual(['aborted', 'estimated']);
    await settled('passes', pricing.costNanos ?? -1);
    await until('nothing to be held', async () => (await house.view('passes')).spend[0]?.heldNanos === 0);
  });

  it('is counted on the short way round, and refused there once the budget is used up', async () => {
    const passing = (tokens: number) =>
      fetch(`${house.proxy.url}/spender/v1/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-sightline-app': 'passes' },
        body: JSON.stringify({
          model: 'big',
          stream: true,
          messages: [{ role: 'user', content: `{"tokens":${tokens}}` }],
        }),
      });
    const [before = { spentNanos: 0 }] = (await house.view('passes')).spend;
    const first = await passing(150);
    expect(first.status).toBe(200);
    await first.text();
    await settled('passes', before.spentNanos + nanosOfTokens(150));
    const second = await passing(1);
    expect([second.status, second.headers.get('x-sightline-error'), second.headers.get('x-should-retry')]).toEqual([
      ...[429, 'SIGHTLINE_BUDGET_EXCEEDED', 'false'],
    ]);
  });

  it('has the webhook told once of every step, and again until it has understood', async () => {
    await say('warned', { tokens: 170, maxTokens: 200 });
    await settled('warned', nanosOfTokens(170));
    await until('the webhook to be told', () => alerts.some(({ budget }) => budget === 'warned'));
    await say('warned', { tokens: 1 });
    await settled('warned', nanosOfTokens(171));
    const told = alerts.filter(({ budget }) => budget === 'warned');
    expect(told).toHaveLength(1);
    expect(told[0]).toMatchObject({ percent: 80, spentUsd: 0.017, link: expect.stringMatching(/\/spend$/) });
  });
});
