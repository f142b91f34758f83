// The page Spend in a real browser: figures, splits, drilling down, budgets, savings, an invoice dropped on it.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type DashboardApi, type DashboardOptions, startDashboardApi } from '../support/dashboard-api.ts';
import { buildDashboard } from '../support/dashboard-build.ts';
import { eventually, openPage, type WatchedPage } from '../support/dashboard-page.ts';
import { namedKey } from '../support/dashboard-spend.ts';

let browser: Browser;
let running: { api: DashboardApi; watched: WatchedPage }[] = [];

beforeAll(async () => {
  await buildDashboard();
  browser = await launchBrowser();
}, 120_000);
afterEach(async () => {
  for (const { api, watched } of running) {
    await watched.close();
    await api.close();
  }
  running = [];
});
afterAll(() => browser?.close());

async function open({
  at = 'spend',
  expected,
  ...options
}: DashboardOptions & { at?: string; expected?: RegExp } = {}) {
  const api = await startDashboardApi(options);
  const watched = await openPage(browser, api.url + at, { expected });
  running.push({ api, watched });
  return { api, ...watched };
}

const tile = (page: Page, name: string) => page.locator(`[data-spend-tile=${name}]`);
const asked = (page: Page) => new URL(page.url()).searchParams;
const invoice = (text: string) => ({ name: 'invoice.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });

describe('the figures at the top', () => {
  test('say what was spent, what the month will have cost, what was saved and what is unknown', async () => {
    const { page, misdeeds } = await open();
    await eventually(() => tile(page, 'spent').textContent()).toMatch(/\$[\d,]+\.\d\d/);
    await eventually(() => tile(page, 'forecast').textContent()).toMatch(
      /\$720\.00.*\$650\.00 to \$790\.00.*80% of the budget “everything”/,
    );
    await eventually(() => tile(page, 'saved').textContent()).toMatch(/\$31\.00.*41%/);
    expect(misdeeds).toEqual([]);
  });

  test('lead from tokens without a price to their requests, and back out of that filter', async () => {
    const { page } = await open();
    await tile(page, 'unpriced').getByRole('link').click();
    await eventually(() => asked(page).get('unpriced')).toBe('1');
    await page.locator('[data-index]').first().waitFor();
    expect(await page.locator('[data-index="0"]').textContent()).toContain('—');
    await page.locator('button[data-unpriced]').click();
    await eventually(() => asked(page).get('unpriced')).toBeNull();
  });
});

describe('the split', () => {
  test('is by team at first, and each row leads to its requests with the filters kept', async () => {
    const { page } = await open({ at: 'spend?range=7d&model=gpt-5.6-luna' });
    const rows = page.locator('[data-spend-row]');
    await rows.first().waitFor();
    expect(await rows.first().textContent()).toContain('support');
    await rows.first().getByRole('link').click();
    await eventually(() => page.url()).toContain('/requests?');
    expect([asked(page).get('team'), asked(page).get('model'), asked(page).get('range')]).toEqual([
      ...['support', 'gpt-5.6-luna', '7d'],
    ]);
  });

  test('calls a key by its name, and filters by its id', async () => {
    const { page } = await open({ at: 'spend?by=key' });
    await page.getByRole('link', { name: namedKey.name }).click();
    await eventually(() => asked(page).get('key')).toBe(namedKey.id);
    await eventually(() =>
      page.getByRole('button', { name: `Remove filter Key ${namedKey.id}` }).textContent(),
    ).toContain(namedKey.name);
  });

  test('can be by kind of token, in the chart and as a table of tokens and money', async () => {
    const { page } = await open();
    await page.getByRole('button', { name: 'Token kind' }).click();
    await eventually(() => asked(page).get('by')).toBe('kind');
    const kinds = page.locator('[data-kind]');
    await kinds.first().waitFor();
    expect(await page.locator('[data-kind=outputReasoning]').textContent()).toMatch(/Reasoning.*\$.*18%/);
    // Fees are charged by the thing: they have no tokens, which is not 0 tokens.
    expect(await page.locator('[data-kind=fees] td').first().textContent()).toBe('');
  });

  test('says how to be told apart where nobody says whose the calls are', async () => {
    const { page } = await open({ anonymous: true });
    await eventually(() => page.locator('[data-recipe]').textContent()).toContain('sightline keys create');
  });

  test('can be taken along as CSV and in FOCUS columns, for the range and filters one sees', async () => {
    const { page } = await open({ at: 'spend?team=support' });
    for (const name of ['spend.csv', 'focus.csv']) {
      const link = page.locator(`a[href*="${name}"]`);
      await link.waitFor();
      const address = new URL((await link.getAttribute('href'))!);
      expect(address.searchParams.get('team')).toBe('support');
      expect(Number(address.searchParams.get('to'))).toBeGreaterThan(Number(address.searchParams.get('from')));
    }
  });
});

describe('budgets', () => {
  test('say when they were or will be hit, and which cannot be told', async () => {
    const { page } = await open();
    const budget = (name: string) => page.locator(`[data-budget="${name}"]`);
    await budget('gpt-4o').waitFor();
    expect(await budget('gpt-4o').textContent()).toMatch(/104%.*Passed \d\d:\d\d/);
    expect(await budget('each key').textContent()).toMatch(
      /Support desk.*82%.*warns only.*Will be hit .*\d\d:\d\d, at the pace/,
    );
    expect(await budget('each key').locator('[data-ahead]').count()).toBe(1);
    expect(await budget('everything').textContent()).toContain('Will not be hit');
    expect(await budget('house').textContent()).toMatch(/—.*not known.*12 requests without a price/);
  });

  test('can be set with three lines, which the page shows where there is none', async () => {
    const { page } = await open({ calm: true });
    await eventually(() => page.locator('[data-no-budget]').textContent()).toContain('"limitUsd": 50');
    await eventually(() => tile(page, 'forecast').textContent()).toMatch(/—.*three whole days/);
  });
});

describe('savings', () => {
  test('by cache and routing, and what switching lost, each unknown said', async () => {
    const { page } = await open();
    const saving = (name: string) => page.locator(`[data-saving=${name}]`);
    await saving('misses').waitFor();
    expect(await saving('cache').textContent()).toMatch(/\$31\.00.*4 answers of unknown cost/);
    expect(await saving('routing').textContent()).toMatch(/\$28\.00.*860 of 900 decisions/);
    expect(await saving('likeliest').textContent()).toContain('$1.00 more');
    expect(await saving('prompt').textContent()).toContain('38%');
    expect(await saving('misses').textContent()).toMatch(/\$2\.00.*31 switches.*claude-opus-5 → openai/);
  });
});

describe('an invoice', () => {
  test('dropped on the page names what differs and which kind of token is responsible', async () => {
    const { page, misdeeds } = await open();
    await page.locator('input[type=file]').setInputFiles(invoice('day,model,cost\n'));
    const found = page.locator('[data-invoice]');
    await found.waitFor();
    expect(await found.textContent()).toMatch(/\$20\.00 higher than the record.*1 line left out/);
    expect(await page.locator('[data-invoice-row]').count()).toBe(1);
    expect(await page.locator('[data-invoice-row]').textContent()).toMatch(/\+\$20\.00.*Input from prompt cache/);
    await page.getByRole('button', { name: 'Show all 2' }).click();
    await eventually(() => page.locator('[data-invoice-row]').count()).toBe(2);
    expect(await page.locator('[data-invoice-row]').last().textContent()).toContain('<b>gpt</b>');
    expect(misdeeds).toEqual([]);
  });

  test('that is none says so and lets one try again', async () => {
    const { page } = await open({ expected: /400/ });
    await page.locator('input[type=file]').setInputFiles(invoice('wrong'));
    await eventually(() => page.getByRole('alert').textContent()).toContain('That is no invoice. Send the CSV');
    await page.locator('input[type=file]').setInputFiles(invoice('right'));
    await page.locator('[data-invoice]').waitFor();
  });
});

describe('one exchange', () => {
  test('shows its key, what was expected, what the cache did and which budgets took part', async () => {
    const { page } = await open({
      at: 'requests?tab=cost',
      disturb: (exchange) => ({
        ...exchange,
        attribution: { ...exchange.attribution, key: namedKey.id },
        estimate: { inputTokens: 900, countedTokens: 880, outputTokens: 4000, costNanos: 31_000_000 },
        cache: { status: 'hit', namespace: 'faq', ageMs: 90_000, from: exchange.id, savedNanos: 2_500_000 },
        policies: ['red team: slow'],
      }),
    });
    await page.locator('[data-index="0"]').click();
    await eventually(() => page.locator('[data-estimate]').textContent()).toMatch(/900.*4,000.*\$0\.031/);
    expect(await page.locator('[data-cache]').textContent()).toMatch(/Answered from the cache.*saved \$0\.0025.*faq/);
    expect(await page.locator('[data-policies]').textContent()).toContain('red team: slow');
    await eventually(() => page.getByRole('link', { name: namedKey.name }).count()).toBe(1);
  });
});

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each([
    ['full', {}, '[data-budget]'],
    ['without spend', { calm: true }, '[data-no-budget]'],
    ['failing', { mode: 'error' as const }, 'text=ClickHouse does not answer'],
  ])('the page %s has no violation of WCAG 2.2 AA', async (_, options, sign) => {
    const api = await startDashboardApi(options);
    const watched = await openPage(browser, `${api.url}spend`, { colorScheme });
    running.push({ api, watched });
    await watched.page.locator(sign).first().waitFor();
    await watched.page.waitForTimeout(250);
    expect(await watched.accessibility()).toEqual([]);
  });
});
