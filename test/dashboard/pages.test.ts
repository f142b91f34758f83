// The dashboard in a real browser, against a stand-in for the collector that answers as the contract says.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { accessKey, type DashboardApi, type DashboardOptions, startDashboardApi } from '../support/dashboard-api.ts';
import { buildDashboard } from '../support/dashboard-build.ts';
import { eventually, openPage, type WatchedPage } from '../support/dashboard-page.ts';

let browser: Browser;
let running: { api: DashboardApi; watched: WatchedPage }[] = [];

beforeAll(async () => {
  await buildDashboard();
  browser = await launchBrowser();
});
afterEach(async () => {
  for (const { api, watched } of running) {
    await watched.close();
    await api.close();
  }
  running = [];
});
afterAll(() => browser?.close());

type Opening = DashboardOptions & { at?: string; expected?: RegExp; view?: Parameters<typeof openPage>[2] };

async function open({ at = '', expected, view, ...options }: Opening = {}) {
  const api = await startDashboardApi(options);
  const watched = await openPage(browser, api.url + at, { ...view, expected });
  running.push({ api, watched });
  return { api, ...watched };
}

/** What the tests use of an element; this side knows no DOM types. */
interface Scrolled {
  scrollTop: number;
  scrollHeight: number;
}

const tiles = (page: Page) => page.locator('[data-tile]');
const rows = (page: Page) => page.locator('[data-index]');

describe('overview', () => {
  test('shows five figures with a change and a course, and charts once they are loaded', async () => {
    const { page, misdeeds } = await open();
    await eventually(() => tiles(page).count()).toBe(5);
    await eventually(() => tiles(page).first().textContent()).toMatch(/Spend\s*\$\d+\.\d\d/);
    expect(await tiles(page).nth(2).textContent()).toMatch(/\d\.\d%/);
    await eventually(() => page.locator('canvas').count()).toBe(3);
    expect(misdeeds).toEqual([]);
  });

  test('a row of the top models leads to the requests of that model', async () => {
    const { page } = await open();
    await page.getByRole('region', { name: 'Top models' }).getByRole('link', { name: 'gpt-5.6-luna' }).click();
    await eventually(() => page.url()).toContain('/requests?model=gpt-5.6-luna');
    await eventually(() => rows(page).count()).toBeGreaterThan(3);
    for (const text of await rows(page).allInnerTexts()) expect(text).toContain('gpt-5.6-luna');
  });

  test('a chart turns into a table with the same buckets', async () => {
    const { page } = await open();
    const chart = page.getByRole('region', { name: 'Spend over time' }).first();
    await chart.getByRole('button', { name: 'Show as table' }).click();
    await eventually(() => chart.getByRole('row').count()).toBeGreaterThan(90);
    expect(await chart.getByRole('columnheader', { name: 'claude-opus-5' }).count()).toBe(1);
  });

  test('calls without a price are named, not hidden', async () => {
    const { page } = await open();
    await eventually(() => page.locator('[data-note=unpriced]').textContent()).toMatch(
      /calls without a price.*llama-4-scout/s,
    );
  });

  test('simulated traffic is announced on every page', async () => {
    const { page } = await open({ simulated: true });
    await page.getByText('Simulated traffic').waitFor();
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await rows(page).first().waitFor();
    expect(await page.getByText('Simulated traffic').isVisible()).toBe(true);
  });
});

describe('filters and range', () => {
  test('land in the URL, survive a reload and are kept on the next page', async () => {
    const { page } = await open({ at: 'requests' });
    await page.locator('[data-facet=team]').click();
    await page.getByRole('button', { name: /^support/ }).click();
    await page.getByRole('button', { name: '7 d' }).click();
    await eventually(() => page.url()).toMatch(/team=support.*range=7d/);
    await page.reload();
    await eventually(() => page.locator('[data-facet=team]').textContent()).toContain('support');
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await eventually(() => page.url()).toMatch(/\/\?.*team=support/);
    expect(page.url()).toContain('range=7d');
    await page.goBack();
    await eventually(() => page.url()).toContain('/requests?');
  });

  test('filters that leave nothing over can be relaxed with one click each', async () => {
    const { page } = await open({ at: 'requests?team=support&app=ledger' });
    await page.getByText('The filters leave nothing over').waitFor();
    await page.getByRole('button', { name: 'App: ledger' }).last().click();
    await eventually(() => rows(page).count()).toBeGreaterThan(3);
    expect(page.url()).not.toContain('app=');
  });

  test('the text search goes into the URL', async () => {
    const { page } = await open({ at: 'requests' });
    await rows(page).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('parcel');
    await eventually(() => page.url()).toContain('text=parcel');
    await eventually(async () => (await rows(page).allInnerTexts()).every((text) => text.includes('parcel'))).toBe(
      true,
    );
  });
});

describe('requests', () => {
  test('ten thousand rows never put more than sixty into the document', async () => {
    const { page, misdeeds } = await open({ at: 'requests?range=7d', mode: 'huge' });
    await rows(page).first().waitFor();
    const table = page.getByRole('table');
    let most = 0;
    for (let turn = 0; turn < 30; turn += 1) {
      await table.evaluate((element: Scrolled) => {
        element.scrollTop = element.scrollHeight;
      });
      most = Math.max(most, await rows(page).count());
      await page.waitForTimeout(60);
    }
    expect(most).toBeLessThanOrEqual(60);
    expect(Number(await table.getAttribute('aria-rowcount'))).toBeGreaterThan(2000);
    expect(misdeeds).toEqual([]);
  });

  test('j, Enter and Esc walk the list and the drawer', async () => {
    const { page } = await open({ at: 'requests' });
    await rows(page).first().waitFor();
    await page.keyboard.press('j');
    await eventually(() => page.evaluate('document.activeElement.closest("[data-index]")?.dataset.index')).toBe('0');
    await page.keyboard.press('j');
    await eventually(() => page.evaluate('document.activeElement.closest("[data-index]")?.dataset.index')).toBe('1');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor();
    const first = new URL(page.url()).searchParams.get('id');
    await page.keyboard.press('j');
    await eventually(() => new URL(page.url()).searchParams.get('id')).not.toBe(first);
    await page.keyboard.press('Escape');
    await eventually(() => page.getByRole('dialog').count()).toBe(0);
    expect(page.url()).not.toContain('id=');
  });

  test('the drawer shows messages, timing, cost and the raw body', async () => {
    const { page, misdeeds } = await open({ at: 'requests?model=claude-opus-5&outcome=success' });
    await rows(page).first().click();
    const drawer = page.getByRole('dialog');
    await drawer.locator('[data-turn=user]').waitFor();
    const turns = await drawer.locator('[data-turn]').all();
    const roles = await Promise.all(turns.map((turn) => turn.getAttribute('data-turn')));
    expect(roles).toEqual(['system', 'user', 'assistant', 'tool', 'assistant']);
    expect(await drawer.locator('[data-masked]').count()).toBeGreaterThan(0);
    expect(await drawer.getByText('Two charges on the same day').isVisible()).toBe(false);
    await drawer.getByRole('tab', { name: 'Timing' }).click();
    await drawer.getByText('Attempt 1').waitFor();
    await drawer.getByRole('tab', { name: 'Cost' }).click();
    await drawer.getByText('genai-prices@0.1.8/anthropic/claude-opus-5').waitFor();
    expect(await drawer.getByRole('row').allInnerTexts()).toHaveLength(5);
    await drawer.getByRole('tab', { name: 'Raw' }).click();
    await drawer.getByText('max_tokens').waitFor();
    expect(page.url()).toContain('tab=raw');
    expect(misdeeds).toEqual([]);
  });

  test.each([
    ['bodies that were never captured', { capture: 'metadata', bodiesKept: false }, 'Bodies were not captured'],
    ['bodies that are no longer kept', { bodiesKept: false }, 'Bodies are no longer kept'],
    ['bodies that a failed detector dropped', { redactionFailed: true, bodiesKept: false }, 'Bodies were dropped'],
    ['bodies that were cut', { requestCut: true }, 'Recorded in part'],
  ] as const)('%s say so', async (_, changes, said) => {
    const { page } = await open({ at: 'requests', disturb: (exchange) => ({ ...exchange, ...changes }) });
    await rows(page).first().click();
    await page.getByRole('dialog').getByText(said).waitFor();
  });

  test('live rows come in at the top, and wait while one has scrolled down', async () => {
    const { page, api } = await open({ at: 'requests?live=1' });
    await rows(page).first().waitFor();
    const first = () => rows(page).first().getByRole('link').getAttribute('href');
    const before = await first();
    await eventually(() => {
      api.add();
      return first();
    }).not.toBe(before);
    await page.getByRole('table').evaluate((element: Scrolled) => {
      element.scrollTop = 400;
    });
    await page.waitForTimeout(100);
    await eventually(() => {
      api.add();
      return page.getByText(/new request/).count();
    }).toBe(1);
    await page.getByText(/new request/).click();
    await eventually(() => page.getByText(/new request/).count()).toBe(0);
  });
});

describe('beginnings, refusals and failures', () => {
  test('the first look waits for a request and turns into the overview by itself', async () => {
    const { page, api, misdeeds } = await open({ mode: 'empty' });
    await page.getByText('Waiting for your first request…').waitFor();
    expect(await page.getByText('base_url="http://127.0.0.1:4141/v1"').isVisible()).toBe(true);
    await page.getByRole('tab', { name: 'Anthropic' }).click();
    expect(await page.getByText('Anthropic(base_url="http://127.0.0.1:4141")').isVisible()).toBe(true);
    api.add();
    await eventually(() => tiles(page).count()).toBe(5);
    expect(misdeeds).toEqual([]);
  });

  test('a locked dashboard asks for the key, says when it is wrong and opens when it is right', async () => {
    const { page } = await open({ mode: 'locked', expected: /401/ });
    await page.getByLabel('Access key').fill('wrong');
    await page.getByRole('button', { name: 'Open dashboard' }).click();
    await page.getByText('That is not the key.').waitFor();
    await page.getByLabel('Access key').fill(accessKey);
    await page.getByRole('button', { name: 'Open dashboard' }).click();
    await eventually(() => tiles(page).count()).toBe(5);
  });

  test('a failing collector is named, and asking again heals the page', async () => {
    const { page, api } = await open({ mode: 'error', expected: /503/ });
    await page.getByText('ClickHouse does not answer.').first().waitFor();
    api.fail(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await eventually(() => tiles(page).count()).toBe(5);
  });

  test('an exchange that is not there says so', async () => {
    const { page } = await open({ at: 'requests?id=019a0000-0000-7000-8000-ffffffffffff', expected: /404/ });
    await page.getByRole('dialog').getByText('No such exchange is in the store.').waitFor();
  });
});

describe('under any base path', () => {
  test.each(['', '/a', '/a/b'])('"%s" serves pages, deep links and data', async (basePath) => {
    const { page, misdeeds } = await open({ basePath, at: 'requests?range=1h' });
    await rows(page).first().waitFor();
    expect(new URL(page.url()).pathname).toBe(`${basePath}/requests`);
    await page.getByRole('link', { name: 'Overview', exact: true }).click();
    await eventually(() => page.locator('canvas').count()).toBe(3);
    expect(new URL(page.url()).pathname).toBe(`${basePath}/`);
    expect(misdeeds).toEqual([]);
  });
});
