// Budgets as operators set and see them: through the API, the command line and the configuration.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { budgets as command } from '../../cli/budgets.ts';
import type { Terminal } from '../../cli/command.ts';
import type { AccessDocument } from '../../contract/access/access-document.ts';
import { Budget } from '../../contract/access/budget.ts';
import type { BudgetList, BudgetView } from '../../contract/access/budget-view.ts';
import { Configuration } from '../../contract/configuration.ts';
import type { ExchangeRecord } from '../../contract/exchange.ts';
import { compileBudget } from '../../proxy/budgets/compiled-budget.ts';
import { until } from '../cli/run.ts';
import { type House, openHouse } from '../questions/house.ts';
import { exchangeLine } from '../support/exchange-line.ts';

const root = path.resolve(import.meta.dirname, '../..');
const configured = Budget.parse({ name: 'in the file', for: { model: 'gpt-4o*' }, limitUsd: 1, per: 'month' });

describe('budgets of an operator', () => {
  let house: House;
  let url: string;
  beforeAll(async () => {
    house = await openHouse();
    const app = await house.another({}, { policies: { budgets: [configured], limits: [] } });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
  }, 60_000);
  afterAll(() => house.close());

  async function ask(method: string, name = '', body?: unknown) {
    const answer = await fetch(`${url}/api/budgets${name === '' ? '' : `/${encodeURIComponent(name)}`}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as never };
  }
  const problemOf = ({ body }: { body: { error: { code: string } } }): string => body.error.code;
  const terminal = (printed: string[]): Terminal => ({
    ...{ env: { SIGHTLINE_DATA: root }, cwd: '/', root, node: process.execPath, onStop: () => {} },
    print: (text) => void printed.push(text),
    say: (text) => void printed.push(text),
  });
  const run = async (...argv: string[]): Promise<string> => {
    const printed: string[] = [];
    const code = await command.run([...argv, '--collector', url], terminal(printed));
    return `${code}: ${printed.join('\n')}`;
  };

  it('are set, seen by proxies, and removed', async () => {
    const set = await ask('PUT', 'support day', { for: { team: 'support' }, limitUsd: 50, per: 'day' });
    expect([set.status, (set.body as BudgetView).source]).toEqual([200, 'api']);
    const access = (await (await fetch(`${url}/v1/access`)).json()) as AccessDocument;
    expect(access.budgets.map(({ name }) => name)).toEqual(['in the file', 'support day']);
    expect((await ask('DELETE', 'support day')).status).toBe(200);
    expect(problemOf(await ask('GET', 'support day'))).toBe('budget_unknown');
  });

  it('are leased to proxies alone: to whoever has the ingest key', async () => {
    const guarded = await house.another({ ingestKey: 'between-us', accessKey: 'dashboard' });
    for (const path of ['/v1/leases', '/v1/seeds']) {
      const asked = (key: string) =>
        guarded.inject({
          ...{ method: 'POST', url: path, payload: { boot: 'x', claims: [] } },
          headers: { authorization: `Bearer ${key}` },
        });
      expect((await asked('dashboard')).statusCode).toBe(401);
      expect((await asked('between-us')).statusCode).toBe(200);
    }
  });

  it('are not changed here where the configuration has them', async () => {
    expect(problemOf(await ask('PUT', 'in the file', { limitUsd: 9, per: 'day' }))).toBe('budget_configured');
    expect(problemOf(await ask('DELETE', 'in the file'))).toBe('budget_configured');
  });

  it('never say where the webhook is, so that nobody who may set one chooses what this machine calls', async () => {
    for (const field of ['webhook', 'url', 'link']) {
      const tried = await ask('PUT', 'spy', { limitUsd: 1, per: 'day', [field]: 'http://169.254.169.254/' });
      expect(tried.status).toBe(400);
      const step = { percent: 1, action: 'warn', [field]: 'http://169.254.169.254/' };
      expect((await ask('PUT', 'spy', { limitUsd: 1, per: 'day', steps: [step] })).status).toBe(400);
    }
  });

  it('show what was recorded of them, dated names of a model and gone proxies included', async () => {
    const now = Date.now();
    const line = (number: number, boot: string, model: string, costNanos: number) =>
      JSON.parse(
        exchangeLine({
          ...{ number, boot, outcome: 'success', startedAt: now, requestedModel: 'smart', responseModel: model },
          pricing: { costNanos, costSource: 'computed', priceVersion: 'test', breakdown: [], tier: '', counted: {} },
        }),
      ) as ExchangeRecord;
    await house.deliver('gone000001-00000001', [
      line(1, 'gone000001', 'gpt-4o-2024-08-06', 200_000_000),
      line(2, 'gone000001', 'gpt-4o', 50_000_000),
      line(3, 'gone000001', 'local', 900_000_000),
    ]);
    // A budget that is set makes the collector look at once.
    await ask('PUT', 'each model', { each: 'model', limitUsd: 2, per: 'month' });
    await until(
      'it to be read',
      async () => ((await ask('GET', 'in the file')).body as BudgetView).spend[0]?.spentNanos === 250_000_000,
    );
    expect(((await ask('GET', 'in the file')).body as BudgetView).spend[0]?.percent).toBe(25);
    await until(
      'each model to be read',
      async () => ((await ask('GET', 'each model')).body as BudgetView).spend.length === 2,
    );
    const { spend } = (await ask('GET', 'each model')).body as BudgetView;
    expect(spend.map(({ value, spentNanos }) => [value, spentNanos])).toEqual([
      ['local', 900_000_000],
      ['gpt-4o', 250_000_000],
    ]);
    await ask('DELETE', 'each model');
  });

  it('are set, listed and removed from the command line', async () => {
    expect(
      await run('set', 'support-day', '--team', 'support', '--usd', '50', '--per', 'day', '--warn', '80,90', '--soft'),
    ).toMatch(
      /^0: support-day: \$50 per day for team support \(soft\)\n {2}\$0\.00 spent \(0 %\)\n {2}begins anew \d{4}-/,
    );
    const { budgets } = (await ask('GET')).body as BudgetList;
    expect(budgets.find(({ budget }) => budget.name === 'support-day')?.budget.steps).toEqual([
      { percent: 80, action: 'warn' },
      { percent: 90, action: 'warn' },
    ]);
    expect(await run('list')).toContain(
      'in the file: $1 per month for model gpt-4o* (hard, in the configuration)\n  $0.25 spent (25 %)',
    );
    expect(await run('remove', 'support-day')).toBe('0: The budget "support-day" is gone.');
    expect(await run('remove', 'support-day')).toContain('1: there is no budget "support-day"');
    await expect(run('set', 'x', '--usd', 'much', '--per', 'day')).rejects.toThrow('--usd');
    await expect(run('set', 'x', '--usd', '1', '--per', 'year')).rejects.toThrow('--per');
    await expect(run('list', '--usd', '1')).rejects.toThrow('--usd belongs to "budgets set".');
  });

  it('take the three lines of the documents for fifty dollars a day, and leave the local model alone', () => {
    const docs = readFileSync(path.join(root, 'docs/budgets.md'), 'utf8');
    const example = /```json\n([\s\S]*?)```/.exec(docs)?.[1] ?? '';
    const { budgets } = Configuration.parse(JSON.parse(example));
    const [budget] = budgets;
    const compiled = compileBudget(budget as Budget, 'UTC');
    expect([budget?.limitUsd, budget?.per, compiled.stopNanos]).toEqual([50, 'day', 50_000_000_000]);
    const covers = (model: string) => compiled.matchesTarget({ provider: 'any', model });
    expect(['gpt-4o', 'gpt-4o-2024-08-06', 'llama-4'].map(covers)).toEqual([true, true, false]);
  });
});
