// Who is told that a budget is nearly used up: once for each step, budget and period, whoever notices and however often.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counterName, counterPrefix } from '../../catalog/spending/counter.ts';
import { createWarnings } from '../../collector/budgets/warnings.ts';
import { type Alert, createWebhook } from '../../collector/budgets/webhook.ts';
import { Budget } from '../../contract/access/budget.ts';
import type { NewEvent } from '../../contract/event.ts';
import { until } from '../cli/run.ts';

const day = 86_400_000;
const budget = Budget.parse({ name: 'b', limitUsd: 1, per: 'day', steps: [{ percent: 50, action: 'warn' }] });

function world() {
  const events: NewEvent[] = [];
  const alerts: Alert[] = [];
  const state = { spent: 0, now: 10 * day, broken: false };
  const ledger = {
    counters: () => [counterName(counterPrefix(budget, 'UTC'), '', state.now - (state.now % day))],
    view: (counter: string) => ({ counter, settledNanos: state.spent, leasedNanos: 0 }),
  };
  const store = { read: async () => events.map(({ id }) => ({ event: id })) as never };
  const make = () =>
    createWarnings({
      ...{ ledger, store, budgets: () => [budget], timezone: 'UTC', clock: () => state.now, link: 'http://here/spend' },
      onEvent(event) {
        if (state.broken) throw new Error('not written');
        events.push(event);
      },
      onAlert: (alert) => void alerts.push(alert),
    });
  return { events, alerts, state, make };
}

describe('warnings', () => {
  it('come once for a step, a budget and a period, over restarts', async () => {
    const { events, alerts, state, make } = world();
    const first = make();
    state.spent = 0.49e9;
    await first.look();
    expect(alerts).toEqual([]);
    state.spent = 0.5e9;
    await Promise.all([first.look(), first.look()]);
    await make().look();
    expect(alerts).toMatchObject([{ budget: 'b', percent: 50, action: 'warn', spentUsd: 0.5, limitUsd: 1 }]);
    state.spent = 1e9;
    await make().look();
    state.now += day;
    state.spent = 0.6e9;
    await make().look();
    expect(events.map(({ action }) => action)).toEqual(['budget.warn', 'budget.stop', 'budget.warn']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(3);
  });

  it('tell nobody of what could not be written down, until it is', async () => {
    const { alerts, state, make } = world();
    const warnings = make();
    Object.assign(state, { spent: 0.6e9, broken: true });
    await warnings.look();
    expect(alerts).toEqual([]);
    state.broken = false;
    await warnings.look();
    expect(alerts).toHaveLength(1);
  });
});

describe('the webhook', () => {
  let server: Server;
  let url: string;
  const seen: string[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      seen.push(request.url ?? '');
      if (request.url === '/moved') response.writeHead(302, { location: '/secret' }).end();
      else response.writeHead(seen.length < 3 ? 503 : 200).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => void server.close());
  const alert: Alert = {
    ...{ budget: 'b', value: '', action: 'warn', percent: 80, spentUsd: 1, limitUsd: 1, link: '' },
    period: { per: 'day', startsAt: 0, endsAt: day },
  };

  it('is told again until it has understood, and no further', async () => {
    const webhook = createWebhook({ url: `${url}/hook`, onProblem: () => {}, pauses: [5, 5, 5, 5] });
    webhook.send(alert);
    await until('three attempts', () => seen.length === 3);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(seen).toEqual(['/hook', '/hook', '/hook']);
    await webhook.close();
  });

  it('is never followed elsewhere, and given up aloud without its address', async () => {
    const problems: string[] = [];
    const webhook = createWebhook({ url: `${url}/moved`, onProblem: (text) => void problems.push(text), pauses: [1] });
    webhook.send(alert);
    await until('it to be given up', () => problems.length === 1);
    expect(seen.filter((path) => path === '/secret')).toEqual([]);
    expect(problems[0]).toBe('The webhook was not told of budget "b" at 80 %: it answered 302');
    await webhook.close();
  });
});
