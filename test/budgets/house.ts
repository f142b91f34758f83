// A proxy, the real collector over the real embedded store, and providers with known prices, for tests of budgets.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Budget } from '../../contract/access/budget.ts';
import type { BudgetView } from '../../contract/access/budget-view.ts';
import type { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import type { AccessWatch } from '../../proxy/access/access-watch.ts';
import { openHouse as openCollector } from '../questions/house.ts';
import { openHouse as openProxy, type ProxyHouse } from '../support/proxy-house.ts';
import { overlay, type SpendingUpstream, startSpendingUpstream } from './spending-upstream.ts';

export interface BudgetHouse {
  proxy: ProxyHouse;
  upstream: SpendingUpstream;
  collectorUrl: string;
  view(name: string): Promise<BudgetView>;
  /** The record of an exchange, once the collector has it. */
  record(id: string): Promise<ExchangeAnswer>;
  close(): Promise<void>;
}

export interface BudgetHouseOptions {
  budgets: unknown[];
  configuration?: Record<string, unknown>;
  access?: AccessWatch;
  webhook?: string;
}

export async function openBudgetHouse(options: BudgetHouseOptions): Promise<BudgetHouse> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sightline-budget-house-'));
  writeFileSync(path.join(folder, 'prices.json'), JSON.stringify(overlay));
  const [upstream, collector] = await Promise.all([startSpendingUpstream(), openCollector()]);
  const { budgets } = options;
  const app = await collector.another(
    {},
    {
      policies: { budgets: budgets.map((one) => Budget.parse(one)), limits: [] },
      alerts: { webhook: options.webhook ?? '' },
    },
  );
  const collectorUrl = await app.listen({ host: '127.0.0.1', port: 0 });
  const provider = { dialect: 'openai', baseUrl: `${upstream.url}/v1`, apiKey: 'sk-test' };
  const { configuration = {}, access } = options;
  const proxy = await openProxy({
    configuration: {
      providers: {
        spender: provider,
        other: provider,
        house: { ...provider, selfHosted: true },
        dead: { ...provider, baseUrl: 'http://127.0.0.1:1/v1' },
      },
      prices: { overlay: path.join(folder, 'prices.json') },
      budgets,
      ...configuration,
      recording: { collectorUrl, ...(configuration.recording as object) },
    },
    ...(access && { access }),
  });
  return {
    ...{ proxy, upstream, collectorUrl },
    async view(name) {
      const answer = await fetch(`${collectorUrl}/api/budgets/${encodeURIComponent(name)}`);
      if (answer.status !== 200) throw new Error(await answer.text());
      return (await answer.json()) as BudgetView;
    },
    async record(id) {
      for (;;) {
        const answer = await fetch(`${collectorUrl}/api/exchanges/${id}`);
        if (answer.status === 200) return (await answer.json()) as ExchangeAnswer;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async close() {
      await proxy.close();
      await collector.close();
      await upstream.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
