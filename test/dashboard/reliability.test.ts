// The reliability page in a real browser: the matrix by pointer and by keys, targets now, errors, incidents, retries.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type DashboardApi, type DashboardOptions, startDashboardApi } from '../support/dashboard-api.ts';
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

async function open({
  at = 'reliability',
  expected,
  ...options
}: DashboardOptions & { at?: string; expected?: RegExp } = {}) {
  const api = await startDashboardApi(options);
  const watched = await openPage(browser, api.url + at, { expected });
  running.push({ api, watched });
  return { api, ...watched };
}

const grid = (page: Page) => page.getByRole('grid');
const readout = (page: Page) => page.locator('[data-readout]').textContent();
const asked = (page: Page) => new URL(page.url()).searchParams;
/** What the tests use of an element; this side knows no DOM types. */
interface Boxed {
  getBoundingClientRect(): { height: number };
}

describe('the status matrix', () => {
  test('has a line per provider and a mark per quarter of an hour', async () => {
    const { page, misdeeds } = await open();
    await grid(page).waitFor();
    expect(await grid(page).getByRole('row').count()).toBe(6);
    expect(await page.locator('[data-cell^="0 "]').count()).toBeGreaterThanOrEqual(96);
    expect(misdeeds).toEqual([]);
  });

  test('can be read without its colours: every state has a height of its own', async () => {
    const { page } = await open();
    await grid(page).waitFor();
    const heights = new Map<string, number>();
    for (const state of ['idle', 'good', 'some', 'many', 'down']) {
      const mark = page.locator(`[data-mark=${state}]`).first();
      heights.set(state, await mark.evaluate((element: Boxed) => element.getBoundingClientRect().height));
    }
    expect(new Set(heights.values()).size).toBe(5);
    expect([...heights.values()]).toEqual([...heights.values()].sort((one, other) => one - other));
  });

  test('says what stands behind the mark one points at', async () => {
    const { page } = await open();
    const down = page.locator('[data-state=down]').first();
    await down.hover();
    await eventually(() => readout(page)).toMatch(/anthropic[\s\S]*\d+ attempts[\s\S]*% failed[\s\S]*Overloaded \d+/);
    expect(await down.getAttribute('aria-label')).toMatch(/^anthropic, .* \d+ attempts, \d+% failed$/);
  });

  test('is walked by arrow keys as one stop of the keyboard', async () => {
    const { page } = await open();
    await grid(page).focus();
    const active = () => grid(page).getAttribute('aria-activedescendant');
    const last = Number((await active())!.split('-')[2]);
    expect(await active()).toBe(`cell-0-${last}`);
    await page.keyboard.press('ArrowRight');
    expect(await active()).toBe(`cell-0-${last}`);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowLeft');
    await eventually(active).toBe(`cell-1-${last - 1}`);
    await page.keyboard.press('Home');
    await eventually(active).toBe('cell-1-0');
    expect(await readout(page)).not.toContain('Point at a mark');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.closest("[role=grid]")')).toBeNull();
  });

  test('opens the requests that asked this provider in this quarter, whoever answered', async () => {
    const { page } = await open({ at: 'reliability?range=24h&task=support-reply' });
    await page.locator('[data-state=down]').first().click();
    await eventually(() => page.url()).toContain('/requests?');
    expect([asked(page).get('tried'), asked(page).get('task')]).toEqual(['anthropic', 'support-reply']);
    expect(Number(asked(page).get('to')) - Number(asked(page).get('from'))).toBe(900_000);
    await page.locator('[data-tried]').click();
    await eventually(() => asked(page).get('tried')).toBeNull();
  });

  test('Enter opens the focused mark, and going back comes back', async () => {
    const { page } = await open();
    await grid(page).focus();
    await page.keyboard.press('Enter');
    await eventually(() => asked(page).get('tried')).not.toBeNull();
    await page.goBack();
    await grid(page).waitFor();
  });

  test('has wider marks for longer ranges', async () => {
    const { page } = await open({ at: 'reliability?range=30d' });
    await grid(page).waitFor();
    expect(await page.locator('[data-cell^="0 "]').count()).toBeLessThanOrEqual(121);
    expect(await page.getByRole('region', { name: 'Providers over time' }).textContent()).toContain('one mark per');
  });
});

describe('targets now', () => {
  test('come with the ones in trouble first, each state in words', async () => {
    const { page } = await open();
    const live = page.getByRole('region', { name: 'Targets now' });
    await live.getByText('Breaker open').waitFor();
    const standings = await live
      .locator('[data-standing]')
      .evaluateAll((rows: { dataset: { standing: string } }[]) => rows.map((row) => row.dataset.standing));
    expect(standings.slice(0, 5)).toEqual(['open', 'probing', 'cooling', 'held', 'scarce']);
    expect(await live.textContent()).toMatch(
      /Cooling down, 1\d s[\s\S]*Gets 32% of its share[\s\S]*Limit nearly used up/,
    );
  });

  test('show a dash for what nobody knows, never 0', async () => {
    const { page } = await open();
    const row = page.getByRole('region', { name: 'Targets now' }).getByRole('row', { name: /command-a-03-2025/ });
    expect((await row.textContent())?.match(/—/g)).toHaveLength(4);
    expect(await row.textContent()).not.toContain('0%');
  });

  test('follow the filters of the page', async () => {
    const { page } = await open({ at: 'reliability?provider=openai' });
    await eventually(() => page.locator('[data-standing]').count()).toBe(2);
  });
});

describe('errors, incidents and retries', () => {
  test('a failure leads to its request', async () => {
    const { page } = await open();
    const newest = page.getByRole('region', { name: 'Newest failures' });
    await newest.getByText('SIGHTLINE_UPSTREAM_TIMEOUT').first().waitFor();
    await newest.getByRole('link').first().click();
    await page.getByRole('dialog').waitFor();
    expect(page.url()).toContain('/requests?');
  });

  test('failures are counted by target, and over time as a chart and as a table', async () => {
    const { page } = await open();
    const byTarget = page.getByRole('region', { name: 'What failed, by target' });
    expect(await byTarget.getByRole('row').nth(1).textContent()).toMatch(
      /claude-opus-5\s*anthropic\s*Overloaded\s*\d+/,
    );
    const chart = page.getByRole('region', { name: 'What failed, over time' }).first();
    await chart.locator('canvas').waitFor();
    await chart.getByRole('button', { name: 'Show as table' }).click();
    expect(await chart.getByRole('columnheader', { name: 'Timed out' }).count()).toBe(1);
  });

  test('an incident tells its story down to the raw errors', async () => {
    const { page } = await open();
    const incidents = page.getByRole('region', { name: 'Incidents' });
    await incidents.getByText('going on').waitFor();
    const past = incidents.locator('details').last();
    expect(await past.locator('summary').textContent()).toMatch(/391 \/ 604[\s\S]*97%[\s\S]*379[\s\S]*9/);
    await past.locator('summary').click();
    expect(await past.textContent()).toMatch(/openai\s*answered 301[\s\S]*Failed: 9/);
    expect(await past.locator('[data-raw]').first().textContent()).toContain('HTTP 429');
    await past.getByRole('link', { name: 'Requests of this time' }).click();
    await eventually(() => asked(page).get('tried')).toBe('anthropic');
  });

  test('retries without a known cost are unpriced, not free', async () => {
    const { page } = await open();
    const retries = page.getByRole('region', { name: 'Cost of retries' });
    expect(await retries.getByRole('row', { name: /^Hedge/ }).textContent()).toMatch(/17\s*0%\s*—\s*17/);
    expect(await retries.textContent()).toMatch(/1\.6% of all attempts, \$0\.751, 1\.3% of what attempts cost/);
    expect(await retries.textContent()).not.toContain('First attempt');
  });
});

describe('nothing, failure and hostility', () => {
  test('a page without attempts says of each part what there is to do', async () => {
    const { page, misdeeds } = await open({ calm: true });
    await page.getByRole('button', { name: 'Look at the last 30 days' }).first().waitFor();
    await page.getByText('Send a request through http://127.0.0.1:4141').waitFor();
    await page.getByText('docs/routing.md shows how').waitFor();
    expect(await page.getByText('No attempt failed in this range.').count()).toBe(2);
    expect(misdeeds).toEqual([]);
  });

  test('a failing collector is named, and asking again heals the page', async () => {
    const { page, api } = await open({ mode: 'error', expected: /503/ });
    await page.getByText('ClickHouse does not answer.').first().waitFor();
    api.fail(false);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await grid(page).waitFor();
  });

  test('hostile names and messages are shown as text', async () => {
    const attack = `"'><img src=x onerror=alert(1)>`;
    const free = ['provider', 'model', 'models', 'message', 'errorCode', 'region', 'servedBy', 'boot'];
    const poison = (value: unknown, name: string): unknown => {
      if (typeof value === 'string') return free.includes(name) ? `${attack}${value}` : value;
      if (Array.isArray(value)) return value.map((each) => poison(each, name));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poison(each, key)]));
    };
    const { page, misdeeds } = await open({ disturbAttempts: (answer) => poison(answer, '') as object });
    await page.locator('[data-state=down]').first().hover();
    await page.locator('summary').first().click();
    await eventually(() => page.getByText('onerror=alert(1)').count()).toBeGreaterThan(20);
    expect(await page.locator('img').count()).toBe(0);
    expect(misdeeds).toEqual([]);
  });
});
