// The routing page in a real browser: the flow and its table, the decision log with its filters, why this model, and trying
// a policy.
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

type Opening = DashboardOptions & { at?: string; expected?: RegExp; view?: Parameters<typeof openPage>[2] };

async function open({ at = '', expected, view, ...options }: Opening = {}) {
  const api = await startDashboardApi(options);
  const watched = await openPage(browser, `${api.url}routing${at}`, { ...view, expected });
  running.push({ api, watched });
  return { api, ...watched };
}

const rows = (page: Page) => page.locator('[data-decision]');
const flow = (page: Page) => page.getByRole('region', { name: 'Where requests go' }).first();
const choose = (page: Page, name: string, label: RegExp) =>
  page
    .getByLabel(name, { exact: true })
    .locator('option')
    .filter({ hasText: label })
    .first()
    .getAttribute('value')
    .then((value) => page.getByLabel(name, { exact: true }).selectOption(value ?? ''));

describe('the flow', () => {
  test('is drawn, and stands beside it as a table that adds up to all requests', async () => {
    const { page, misdeeds } = await open();
    await page.locator('canvas').waitFor();
    const summary = await flow(page).getByText('by a route').textContent();
    await flow(page).getByRole('button', { name: 'Show as table' }).click();
    const counts = await flow(page).getByRole('row').locator('td:nth-of-type(3)').allInnerTexts();
    const sum = counts.reduce((total, count) => total + Number(count.replaceAll(',', '')), 0);
    expect(summary).toContain(`${sum} requests`);
    expect(
      await flow(page)
        .getByRole('row', { name: /smart.*support, stayed/ })
        .count(),
    ).toBeGreaterThan(0);
    expect(misdeeds).toEqual([]);
  });

  test('is there for those who cannot see the canvas', async () => {
    const { page } = await open();
    await page.locator('canvas').waitFor();
    expect(await flow(page).getByRole('table').count()).toBe(1);
  });
});

describe('the decision log', () => {
  test('says who was asked for, chosen and serving, and why in a sentence', async () => {
    const { page } = await open();
    const row = rows(page).filter({ hasText: 'support' }).filter({ hasText: 'drawn' }).first();
    await row.waitFor();
    expect(await row.textContent()).toMatch(/smart[\s\S]*support[\s\S]*drawn[\s\S]*90%[\s\S]*Route support drew/);
  });

  test('is filtered by what only decisions have, in the URL, and the flow with it', async () => {
    const { page } = await open();
    await rows(page).first().waitFor();
    await choose(page, 'Route', /^support/);
    await eventually(() => page.url()).toContain('route=support');
    await eventually(async () => (await rows(page).allInnerTexts()).every((text) => text.includes('smart'))).toBe(true);
    await eventually(() => flow(page).getByText('by a route').textContent()).toMatch(/^(\d+) requests; \1 of them/);
    await choose(page, 'Kind', /^drawn/);
    await eventually(() => page.url()).toContain('kind=sampled');
    await page.reload();
    await eventually(async () => (await rows(page).allInnerTexts()).every((text) => text.includes('drawn'))).toBe(true);
    await page.getByRole('button', { name: 'Clear these' }).click();
    await eventually(() => page.url()).not.toMatch(/route=|kind=/);
  });

  test('can be narrowed to what no route decided', async () => {
    const { page } = await open();
    await rows(page).first().waitFor();
    await choose(page, 'Route', /^no route/);
    await eventually(() => page.url()).toMatch(/[?&]route=(&|$)/);
    await eventually(async () => (await rows(page).allInnerTexts()).every((text) => text.includes('no route'))).toBe(
      true,
    );
  });

  test('goes on where the page ends', async () => {
    const { page } = await open();
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBe(50);
    await page.getByRole('button', { name: 'Show more' }).click();
    await eventually(() => rows(page).count()).toBe(100);
  });

  test('says so when nothing fits', async () => {
    const { page } = await open({ at: '?route=nowhere' });
    await page.getByText('No decision fits').waitFor();
  });
});

describe('why this model', () => {
  test('opens from a row: the sentence, the candidates with what was left out and why, and the attempts', async () => {
    const { page, misdeeds } = await open({ at: '?route=support' });
    await rows(page).filter({ hasText: 'drawn' }).first().click();
    const drawer = page.getByRole('dialog');
    await eventually(() => drawer.locator('[data-why]').textContent()).toMatch(/^Route support drew/);
    const candidates = drawer.getByRole('region', { name: 'Candidates' });
    const text = await candidates.textContent();
    expect(text).toMatch(/90%[\s\S]*10%[\s\S]*83%/);
    expect(text).toMatch(/mistral-large-3[\s\S]*Left out because: failed too often[\s\S]*it failed too often/);
    expect(text).toMatch(
      /llama-4-scout[\s\S]*house · us[\s\S]*Left out because: residency[\s\S]*region us, allowed eu\*/,
    );
    expect(await drawer.locator('[data-attempt]').count()).toBeGreaterThan(0);
    expect(misdeeds).toEqual([]);
  });

  test('shows what was lost in translation, and the format that the provider was asked in', async () => {
    const { page } = await open({ at: '?route=support&model=claude-opus-5' });
    await rows(page).first().click();
    await page.getByText('openai-chat, translated from anthropic-messages').waitFor();
    expect(await page.getByText('logit_bias has no counterpart').isVisible()).toBe(true);
  });

  test('tells of every attempt why it was made, how it ended and what it cost', async () => {
    const { page } = await open({
      disturb: (exchange) => ({
        ...exchange,
        attempts: [
          {
            ...exchange.attempts[0]!,
            number: 1,
            why: '529 overloaded',
            status: 529,
            outcome: 'failed',
            firstByteMs: null,
          },
          {
            ...exchange.attempts[0]!,
            number: 2,
            kind: 'failover',
            outcome: 'success',
            why: '',
            firstByteMs: 1,
            costNanos: 12_300_000,
          },
        ],
      }),
    });
    await rows(page).first().click();
    const attempts = page.locator('[data-attempt]');
    await eventually(() => attempts.count()).toBe(2);
    expect(await attempts.nth(0).textContent()).toMatch(/529[\s\S]*waiting[\s\S]*529 overloaded/);
    expect(await attempts.nth(1).textContent()).toMatch(/next in line[\s\S]*answering[\s\S]*\$0\.0123/);
  });

  test('is a tab of every request, and says where nothing was to decide', async () => {
    const { page } = await open({ disturb: (exchange) => ({ ...exchange, decision: null }) });
    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.locator('[data-index]').first().click();
    await page.getByRole('tab', { name: 'Why this model' }).click();
    await page.getByText('Nothing was to decide.').waitFor();
    expect(page.url()).toContain('tab=decision');
  });
});

describe('trying a policy', () => {
  const field = (page: Page) => page.getByLabel('Routes as in the configuration (JSON)');
  const run = (page: Page) => page.getByRole('button', { name: 'Try on this range' }).click();

  test('shows shares and costs before and after, who would have nobody, and that nothing was switched on', async () => {
    const { page, misdeeds } = await open();
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: 'Insert an example' }).click();
    expect(JSON.parse(await field(page).inputValue())[0]).toMatchObject({
      name: 'split',
      targets: [{ weight: 90 }, {}],
    });
    await run(page);
    const result = page.locator('[data-rehearsal]');
    await result.waitFor();
    const text = await result.textContent();
    expect(text).toContain('an even sample of');
    expect(text).toContain('Nothing was switched on.');
    expect(text).toMatch(/\$40\.10[\s\S]*12 requests of unknown cost[\s\S]*\$28\.90[\s\S]*28%/);
    expect(text).toMatch(/openai\/gpt-5\.6-mini[\s\S]*50%[\s\S]*20%/);
    expect(text).toContain('3 requests would have nobody who may answer: residency 3');
    expect(text).toContain('Route split matches on what was not recorded (header)');
    expect(misdeeds).toEqual([]);
  });

  test('lists everything that is wrong with the routes', async () => {
    const { page } = await open({ expected: /400/ });
    await field(page).fill('[{ "name": "wrong" }]');
    await run(page);
    await page.getByText('2 problems').waitFor();
    const text = await page.getByRole('alert').textContent();
    expect(text).toMatch(/routes\[0\]\.targets\[0\]\.provider[\s\S]*found "opneai"; expected one of openai/);
    expect(text).toContain('Did you mean "fixed"?');
  });

  test('says where what was written is no JSON', async () => {
    const { page } = await open();
    await field(page).fill('[{ name: ');
    await run(page);
    await page.getByText(/This is not JSON/).waitFor();
  });
});

describe('beginnings and failures', () => {
  test('where no route decides, the page says how to write the first one', async () => {
    const { page } = await open({
      disturbDecision: (row) => ({ ...row, route: '', kind: 'pinned', strategy: 'direct' }),
    });
    const first = page.getByRole('region', { name: 'No route decides yet' });
    await first.waitFor();
    expect(await first.textContent()).toMatch(/sightline\.config\.json[\s\S]*docs\/routing\.md[\s\S]*"routes"/);
  });

  test('a failing collector is named, and asking again heals the page', async () => {
    const { page, api } = await open({ mode: 'error', expected: /503/ });
    await page.getByText('ClickHouse does not answer.').first().waitFor();
    api.fail(false);
    await page
      .getByRole('region', { name: 'Decisions', exact: true })
      .getByRole('button', { name: 'Try again' })
      .click();
    await rows(page).first().waitFor();
  });

  test('a narrow screen is never wider than itself, and shows the flow as a table', async () => {
    const { page } = await open({ view: { viewport: { width: 390, height: 800 } } });
    await rows(page).first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    expect(await flow(page).getByRole('table').count()).toBe(1);
    expect(await page.locator('canvas').count()).toBe(0);
  });
});
