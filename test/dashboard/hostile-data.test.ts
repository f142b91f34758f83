// Stored cross-site scripting: whatever recorded traffic says, in any field, it is shown as text and does nothing.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { startDashboardApi } from '../support/dashboard-api.ts';
import { buildDashboard } from '../support/dashboard-build.ts';
import { openPage } from '../support/dashboard-page.ts';

const attack = `"'><img src=x onerror=alert(1)><script>alert(2)</script><a href="javascript:alert(3)">{{constructor.constructor('alert(4)')()}}</a>`;
const fixedWords = new Set([
  'id',
  'dialect',
  'operation',
  'outcome',
  'usageSource',
  'costSource',
  'capture',
  'unified',
  'finish',
  'costNanos',
  'kind',
  'excluded',
  'reason',
]);

/** Puts the attack into every string that is free text, keys of free maps included. */
function poison(value: unknown, name = ''): unknown {
  if (typeof value === 'string') return fixedWords.has(name) ? value : attack;
  if (Array.isArray(value)) return value.map((each) => poison(each, name));
  if (typeof value !== 'object' || value === null) return value;
  const poisoned = Object.fromEntries(Object.entries(value).map(([key, each]) => [key, poison(each, key)]));
  return ['tags', 'requestHeaders', 'responseHeaders'].includes(name) ? { ...poisoned, [attack]: attack } : poisoned;
}

let browser: Browser;
beforeAll(async () => {
  await buildDashboard();
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

test('hostile strings in every field do nothing', async () => {
  const body = JSON.stringify({
    messages: [
      { role: 'user', content: attack },
      { role: attack, content: [{ type: attack, text: attack }] },
    ],
    [attack]: attack,
  });
  const api = await startDashboardApi({
    disturbRow: (row) => poison(row) as typeof row,
    disturbDecision: (row) => poison(row) as typeof row,
    disturb: (exchange) => ({
      ...(poison(exchange) as typeof exchange),
      requestBody: body,
      redactions: { [attack]: 1 },
    }),
  });
  const { page, misdeeds, close } = await openPage(browser, api.url);
  await page.locator('canvas').nth(2).waitFor();
  for (const canvas of await page.locator('canvas').all()) {
    await canvas.hover();
    await page.waitForTimeout(100);
  }
  await page.getByRole('button', { name: 'Show as table' }).first().click();
  await page.locator('[data-facet=model]').click();
  await page.goto(
    `${api.url}requests?team=${encodeURIComponent(attack)}&text=${encodeURIComponent(attack)}&id=${encodeURIComponent(attack)}`,
  );
  await page.getByRole('alert').first().waitFor();
  await page.goto(`${api.url}requests`);
  await page.locator('[data-index]').first().click();
  for (const tab of ['Conversation', 'Why this model', 'Timing', 'Cost', 'Raw']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.waitForTimeout(150);
    expect(await page.locator('img, a[href^=javascript]').count()).toBe(0);
  }
  await page.getByText('All facts').click();
  expect(await page.getByRole('dialog').getByText('onerror=alert(1)').count()).toBeGreaterThan(3);
  await page.goto(`${api.url}routing`);
  await page.locator('[data-decision]').first().waitFor();
  await page.locator('canvas').hover();
  await page.getByRole('button', { name: 'Show as table' }).click();
  await page.getByLabel('Routes as in the configuration (JSON)').fill(JSON.stringify([{ name: attack }]));
  await page.getByRole('button', { name: 'Try on this range' }).click();
  await page.locator('[data-rehearsal]').waitFor();
  expect(await page.locator('img, a[href^=javascript]').count()).toBe(0);
  expect(misdeeds.filter((deed) => !deed.includes('404'))).toEqual([]);
  await close();
  await api.close();
});
