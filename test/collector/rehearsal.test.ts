// Trying a policy: recorded decisions taken again under other routes, against sums done by hand.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPriceBook } from '../../catalog/prices.ts';
import { rehearse } from '../../collector/rehearsal/rehearse.ts';
import { loadConfiguration } from '../../configuration/load.ts';
import type { Decision } from '../../contract/decision.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import type { Problem } from '../../contract/questions/problem.ts';
import type { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';
import { RouteConfiguration } from '../../contract/routes.ts';
import { unknownUsage } from '../../contract/usage.ts';
import { exchange } from '../clickhouse/records.ts';
import { type House, openHouse } from '../questions/house.ts';
import { toSegments, uuidv7 } from '../questions/synthetic.ts';

const day = 86_400_000;
const start = Date.UTC(2026, 4, 4);
const window = { from: start, to: start + 7 * day };

/** Dollars per million: 1 and 2 on the left, 10 and 20 on the right; nobody has priced "free". */
const prices = createPriceBook({
  overlay: {
    version: 'test',
    rows: [
      { provider: 'left', model: 'm', from: '2020-01-01', tier: 'standard', input: '1', output: '2', source: '' },
      { provider: 'right', model: 'm', from: '2020-01-01', tier: 'standard', input: '10', output: '20', source: '' },
    ],
  },
});
const server = (name: string) => ({ dialect: 'openai', baseUrl: `http://${name}.internal/v1` });
const file = {
  providers: { left: server('left'), right: { ...server('right'), selfHosted: true }, free: server('free') },
};
const folder = mkdtempSync(path.join(tmpdir(), 'sightline-rehearsal-'));
writeFileSync(path.join(folder, 'sightline.config.json'), JSON.stringify(file));
const { providers } = loadConfiguration({ env: {}, cwd: folder });
rmSync(folder, { recursive: true });

interface Called {
  model: string;
  route: string;
  chosen: string | null;
  tokens: [number | null, number | null];
  app?: string;
}

let made = 0;
function call({ model, route, chosen, tokens: [input, output], app = 'desk' }: Called): ExchangeRecord {
  const number = ++made;
  const startedAt = start + number * 3_600_000;
  const base = exchange(number);
  const candidate = { region: '', probability: 1, score: null, health: null, expectedNanos: null, excluded: null };
  const decision: Decision = {
    ...{ route, strategy: 'fixed', kind: 'pinned', unit: '', draw: null, weightsVersion: '', meaning: null },
    candidates: chosen ? [{ ...candidate, provider: chosen, model: 'm', detail: '' }] : [],
    plan: chosen ? [0] : [],
  };
  return exchange(number, {
    ...{ id: uuidv7(startedAt, number), startedAt, decision, requestedModel: model },
    provider: chosen ?? '',
    attribution: { ...base.attribution, app, task: 'support' },
    usage: { ...unknownUsage, inputUncached: input, outputText: output },
  });
}

const times = (count: number, make: () => ExchangeRecord) => Array.from({ length: count }, make);
const records = [
  ...times(10, () => call({ model: 'smart', route: 'old', chosen: 'left', tokens: [100, 50] })),
  ...times(2, () => call({ model: 'smart', route: 'old', chosen: 'left', tokens: [100, null] })),
  ...times(3, () => call({ model: 'right/m', route: '', chosen: 'right', tokens: [100, 50] })),
  ...times(4, () => call({ model: 'smart', route: 'old', chosen: null, tokens: [100, 50], app: 'lost' })),
];

let house: House;
let url: string;
beforeAll(async () => {
  house = await openHouse(() => window.to);
  for (const segment of toSegments(records, 1000)) await house.deliver(segment.name, segment.records);
  const app = await house.another({}, { providers, prices });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
afterAll(() => house.close());

async function post(body: unknown, accept = 'application/json'): Promise<Response> {
  const headers = { 'content-type': 'application/json', accept };
  return fetch(`${url}/api/routing/try`, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function tried(routes: unknown): Promise<RehearsalAnswer> {
  const answer = await post({ ...window, routes });
  expect(answer.status, answer.status === 200 ? '' : await answer.clone().text()).toBe(200);
  return (await answer.json()) as RehearsalAnswer;
}

const left = { provider: 'left', model: 'm' };
const right = { provider: 'right', model: 'm' };
const free = { provider: 'free', model: 'm' };

describe('trying a policy', () => {
  it('moves shares and costs as the weights say', async () => {
    const split = {
      name: 'split',
      match: { model: 'smart' },
      targets: [
        { ...left, weight: 1 },
        { ...right, weight: 3 },
      ],
    };
    const answer = await tried([split]);
    expect(answer).toMatchObject({ ...window, recorded: 19, replayed: 19, nobody: 0, excluded: [], unheard: [] });
    expect(answer.routes).toEqual([
      { name: 'split', requests: 16 },
      { name: '', requests: 3 },
    ]);
    // 16 of "smart" in quarters, and the three that name the right one.
    expect(answer.targets).toEqual([
      { ...right, before: 3, after: 15 },
      { ...left, before: 12, after: 4 },
    ]);
    // A call costs 100 × $1/M + 50 × $2/M = 200 000 nanos on the left and ten times that on the right; two have no size.
    // Before: 10 × 200 000 + 3 × 2 000 000. After: 14 × (50 000 + 1 500 000) + 3 × 2 000 000.
    expect(answer.cost).toEqual({
      before: { nanos: '8000000', unknown: 2 },
      after: { nanos: '27700000', unknown: 2 },
      both: { requests: 13, beforeNanos: '8000000', afterNanos: '21500000' },
    });
  });

  it('counts who would have nobody, and why', async () => {
    const home = { name: 'home', match: { app: 'desk' }, targets: [left], constraints: { selfHostedOnly: true } };
    const answer = await tried([home]);
    expect(answer.nobody).toBe(19);
    // Those of the app "lost" name an alias that no route takes any more: nobody serves "smart" by that name.
    expect(answer.excluded).toEqual([{ reason: 'self_hosted_only', requests: 15 }]);
    expect(answer.cost.after).toEqual({ nanos: null, unknown: 0 });
    expect(answer.cost.both).toEqual({ requests: 0, beforeNanos: null, afterNanos: null });
  });

  it('keeps an unknown price null and counts it', async () => {
    const answer = await tried([{ name: 'all', match: {}, targets: [free] }]);
    expect(answer.cost.after).toEqual({ nanos: null, unknown: 19 });
    expect(answer.cost.before.nanos).toBe('8000000');
    expect(answer.cost.both.requests).toBe(0);
    expect(answer.targets[0]).toEqual({ ...free, before: 0, after: 19 });
  });

  it('asks the cheapest of each very call, and a chain only where no target is left', async () => {
    const cheapest = { name: 'cheapest', match: { model: 'smart' }, strategy: 'cheapest', targets: [right, left] };
    expect((await tried([cheapest])).targets).toEqual([
      { ...left, before: 12, after: 16 },
      { ...right, before: 3, after: 3 },
    ]);
    const chain = {
      name: 'chain',
      match: {},
      targets: [left],
      fallback: [right],
      constraints: { selfHostedOnly: true },
    };
    expect((await tried([chain])).targets).toContainEqual({ ...right, before: 3, after: 19 });
  });

  it('says which conditions nothing recorded can meet', async () => {
    const routes = [
      { name: 'tools', match: { needs: ['tools'], header: { 'x-plan': 'pro' } }, targets: [left] },
      { name: 'rest', match: { needs: ['stream'] }, targets: [right], strategy: 'fastest' },
    ];
    const answer = await tried({ routes });
    expect(answer.unheard).toEqual([{ route: 'tools', conditions: ['header', 'needs'] }]);
    expect(answer.routes.map(({ requests }) => requests)).toEqual([0, 19, 0]);
    expect(answer.notes.join(' ')).toMatch(/Health is ignored.*"fastest"/s);
  });

  it('matches on meaning by what is kept of the prompt', async () => {
    const examples = ['question number one', 'a question with a number', 'question twelve', 'question'];
    const answer = await tried([{ name: 'asking', match: { examples, threshold: 0.1 }, targets: [left] }]);
    expect(answer.routes[0]!.requests).toBeGreaterThan(0);
    expect(answer.notes.join(' ')).toContain('first 200 characters');
  });

  it('lists all that is wrong with the routes at once', async () => {
    const wrong = [
      { name: 'a', targets: [{ provider: 'lfet', model: 'm' }] },
      { name: 'a', targets: [left], strategy: 'tiers' },
    ];
    const answer = await post({ ...window, routes: wrong });
    expect(answer.status).toBe(400);
    const { error } = (await answer.json()) as Problem;
    expect(error.code).toBe('routes_invalid');
    expect(error.problems?.map(({ path }) => path)).toEqual([
      'routes[0].targets[0].provider',
      'routes[1].name',
      'routes[1].tiers',
    ]);
    expect(error.problems?.[0]?.fix).toContain('"left"');
    expect(error.message).toContain('3 problems');
  });

  it.each([['text'], [null], [7], [{ routes: 'x' }], [[{ nmae: 'x' }]]])('refuses %j as routes', async (routes) => {
    const answer = await post({ ...window, routes });
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as Problem).error.code).toBe('routes_invalid');
  });

  it('says how far it is, line by line, and then the same answer', async () => {
    const routes = [{ name: 'all', match: {}, targets: [left] }];
    const text = await (await post({ ...window, routes }, 'application/x-ndjson')).text();
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.length).toBeGreaterThan(2);
    expect(lines.slice(0, -1).every(({ progress }) => progress.of === 19)).toBe(true);
    expect(lines.at(-2).progress.replayed).toBe(19);
    expect(lines.at(-1).answer).toEqual(await tried(routes));
  });

  it('switches nothing on: the records stay as they were', async () => {
    const before = await house.ask(`/api/flow?from=${window.from}&to=${window.to}`);
    await tried([{ name: 'all', match: {}, targets: [right] }]);
    expect(await house.ask(`/api/flow?from=${window.from}&to=${window.to}`)).toEqual(before);
  });
});

describe('a window with more than it may look at', () => {
  const many = Array.from({ length: 6000 }, (_, index) => {
    const record = call({ model: 'smart', route: 'old', chosen: 'left', tokens: [100, 50] });
    const startedAt = start + 20 * day + index * 60_000;
    return { ...record, startedAt, id: uuidv7(startedAt, index + 1), number: index + 1000, boot: 'manymanymany' };
  });
  const later = { from: start + 20 * day, to: start + 27 * day };
  const routes = [RouteConfiguration.parse({ name: 'all', targets: [left] })];
  const rehearsal = (most: number, now: () => number) =>
    rehearse({ context: { store: house.store }, world: { providers, prices }, routes, window: later, most, now });

  async function finish(steps: ReturnType<typeof rehearse>): Promise<RehearsalAnswer> {
    for (;;) {
      const step = await steps.next();
      if (step.done) return step.value;
    }
  }

  beforeAll(async () => {
    for (const [at, segment] of toSegments(many, 2000).entries())
      await house.deliver(`manymanymany-${String(at).padStart(8, '0')}`, segment.records.slice(0, -1));
  });

  it('takes an even sample, the same one each time', async () => {
    const answer = await finish(rehearsal(2000, () => 0));
    expect(answer.recorded).toBe(6000);
    expect(answer.replayed).toBeLessThanOrEqual(2000);
    expect(answer.replayed).toBeGreaterThan(1800);
    expect((await finish(rehearsal(2000, () => 0))).replayed).toBe(answer.replayed);
    expect((await finish(rehearsal(6000, () => 0))).replayed).toBe(6000);
  });

  it('lets everybody else have their turn after every few milliseconds', async () => {
    let milliseconds = 0;
    let sinceTurn = 0;
    let longest = 0;
    let running = true;
    const turn = (): void => {
      sinceTurn = 0;
      if (running) setImmediate(turn);
    };
    setImmediate(turn);
    // Every look at the clock finds that a millisecond has passed: one call.
    const answer = await finish(
      rehearsal(6000, () => {
        longest = Math.max(longest, ++sinceTurn);
        return milliseconds++;
      }),
    );
    running = false;
    expect(answer.replayed).toBe(6000);
    expect(longest).toBeLessThan(20);
  });

  it('stops when whoever asked goes away', async () => {
    let reads = 0;
    const read: House['store']['read'] = (sql, parameters) => {
      reads++;
      return house.store.read(sql, parameters);
    };
    const world = { providers, prices };
    const steps = rehearse({
      context: { store: { ...house.store, read } },
      world,
      routes,
      window: later,
      now: () => 0,
    });
    await steps.next();
    await steps.next();
    const readUntilThen = reads;
    await steps.return(undefined as never);
    expect((await steps.next()).done).toBe(true);
    expect(reads).toBe(readUntilThen);
  });
});
