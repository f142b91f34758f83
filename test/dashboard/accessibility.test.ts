// WCAG 2.2 AA by axe on every page: both themes, with data, without, and when the collector fails.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type DashboardApi, startDashboardApi } from '../support/dashboard-api.ts';
import { buildDashboard } from '../support/dashboard-build.ts';
import { openPage } from '../support/dashboard-page.ts';

const modes = ['full', 'empty', 'error', 'locked', 'calm'] as const;
const apis = new Map<string, DashboardApi>();
let browser: Browser;

beforeAll(async () => {
  await buildDashboard();
  browser = await launchBrowser();
  for (const mode of modes) {
    const options = mode === 'calm' ? { calm: true } : { mode, simulated: mode === 'full' };
    apis.set(mode, await startDashboardApi(options));
  }
});
afterAll(async () => {
  await browser?.close();
  await Promise.all([...apis.values()].map((api) => api.close()));
});

const states = [
  ['overview', 'full', '', 'canvas'],
  ['requests', 'full', 'requests', '[data-index]'],
  ['requests, filtered out', 'full', 'requests?team=support&app=ledger', 'text=The filters leave nothing over'],
  ['drawer, conversation', 'full', 'requests?first', '[data-turn]'],
  ['drawer, why this model', 'full', 'requests?tab=decision&first', '[data-why]'],
  ['drawer, timing', 'full', 'requests?tab=timing&first', 'text=Attempt 1'],
  ['drawer, cost', 'full', 'requests?tab=cost&first', 'text=Source'],
  ['drawer, raw', 'full', 'requests?tab=raw&first', 'text=Download'],
  ['reliability', 'full', 'reliability', '[role=grid]'],
  ['reliability', 'calm', 'reliability', 'text=No attempt failed in this range'],
  ['reliability', 'error', 'reliability', 'text=ClickHouse does not answer'],
  ['routing', 'full', 'routing', 'canvas'],
  ['routing, filtered out', 'full', 'routing?route=nowhere', 'text=No decision fits'],
  ['first look', 'empty', '', 'text=Waiting for your first request'],
  ['overview', 'error', '', 'text=ClickHouse does not answer'],
  ['requests', 'error', 'requests', 'text=ClickHouse does not answer'],
  ['routing', 'error', 'routing', 'text=ClickHouse does not answer'],
  ['access', 'locked', '', 'text=Access key'],
] as const;

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each(states)('%s (%s) has no violation', async (_, mode, at, sign) => {
    const { page, accessibility, close } = await openPage(browser, apis.get(mode)!.url + at, { colorScheme });
    if (at.includes('first')) await page.locator('[data-index]').first().click();
    await page.locator(sign).first().waitFor();
    await page.waitForTimeout(250);
    expect(await accessibility()).toEqual([]);
    await close();
  });

  test('a walked matrix and an opened incident have no violation', async () => {
    const { page, accessibility, close } = await openPage(browser, `${apis.get('full')!.url}reliability`, {
      colorScheme,
    });
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('summary').first().click();
    await page.waitForTimeout(250);
    expect(await accessibility()).toEqual([]);
    await close();
  });

  test('open popovers and tables behind charts have no violation', async () => {
    const { page, accessibility, close } = await openPage(browser, apis.get('full')!.url, { colorScheme });
    await page.getByRole('button', { name: 'Show as table' }).first().click();
    for (const opener of [
      page.locator('[data-facet=model]'),
      page.getByRole('button', { name: 'Custom' }),
      page.getByText('Recording:'),
    ]) {
      await opener.click();
      await page.waitForTimeout(250);
      expect(await accessibility()).toEqual([]);
      await page.keyboard.press('Escape');
    }
    await close();
  });
});
