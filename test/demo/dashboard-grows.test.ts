// The demo as a newcomer meets it: the command line starts it, a real browser sees its figures grow, Ctrl-C ends it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../../cli/demo/ports.ts';
import { launchBrowser } from '../support/browser.ts';
import { buildDashboard } from '../support/dashboard-build.ts';
import { openPage } from '../support/dashboard-page.ts';

const root = path.resolve(import.meta.dirname, '../..');
/** The collector and the browser share two cores with whatever else the machine does. */
const patient = { timeout: 90_000, interval: 250 };

let browser: Browser;
beforeAll(async () => {
  await buildDashboard();
  browser = await launchBrowser();
}, 120_000);
afterAll(() => browser?.close());

test('the figures of the demo grow while one looks, and Ctrl-C ends it with nothing missing', async () => {
  const demo = await startDemo(12);
  try {
    const { page, misdeeds, close } = await openPage(browser, demo.dashboard);
    await page.getByText('Simulated traffic').waitFor(patient);
    const first = await requestsAbove(page, 0);
    const second = await requestsAbove(page, first);
    await requestsAbove(page, second);

    await page.getByRole('link', { name: 'Requests', exact: true }).click();
    await page.getByRole('switch', { name: 'Live' }).click();
    const newest = await newestRequest(page, null);
    const newer = await newestRequest(page, newest);
    await newestRequest(page, newer);

    expect(misdeeds).toEqual([]);
    await close();

    expect(await demo.interrupt(), demo.said()).toBe(0);
    const { sent, recorded, partial, gap } = JSON.parse(demo.printed());
    expect(sent).toBeGreaterThanOrEqual(second);
    expect({ gap, accounted: recorded + partial }).toEqual({ gap: 0, accounted: sent });
  } finally {
    await demo.kill();
  }
}, 240_000);

/** Waits until the tile "Requests" says more than `before`; gives what it says. */
async function requestsAbove(page: Page, before: number): Promise<number> {
  const tile = page.getByRole('group', { name: 'Requests', exact: true });
  let seen = 0;
  const read = async () => {
    const text = await tile
      .locator('.text-2xl')
      .textContent({ timeout: 5000 })
      .catch(() => null);
    seen = Number(text?.replaceAll(/\D/g, '') || 0);
    return seen;
  };
  await expect.poll(read, patient).toBeGreaterThan(before);
  return seen;
}

/** Waits until the first row of the table is another than `before`; gives its link. */
async function newestRequest(page: Page, before: string | null): Promise<string> {
  const link = page.locator('[data-index="0"]').getByRole('link');
  let seen: string | null = before;
  const read = async () => {
    seen = await link.getAttribute('href', { timeout: 5000 }).catch(() => before);
    return seen;
  };
  await expect.poll(read, patient).not.toBe(before);
  return String(seen);
}

async function startDemo(rate: number) {
  const [port, collectorPort] = [await freePort(), await freePort()];
  const ports = ['--port', String(port), '--collector-port', String(collectorPort)];
  const child = spawn(
    process.execPath,
    ['cli/main.ts', 'demo', '--json', '--no-open', '--rate', String(rate), ...ports],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const ended = once(child, 'close');
  let printed = '';
  let said = '';
  const ready = Promise.withResolvers<void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    if (said.includes('Sightline demo, simulated traffic')) ready.resolve();
  });
  void ended.then(() => ready.reject(new Error(`The demo ended before it was ready:\n${said}`)));
  await ready.promise;
  return {
    dashboard: `http://127.0.0.1:${collectorPort}`,
    said: () => said,
    printed: () => printed,
    /** What Ctrl-C does; resolves with the exit code. */
    async interrupt(): Promise<number | null> {
      child.kill('SIGINT');
      await ended;
      return child.exitCode;
    },
    /** Does nothing to a demo that has ended. */
    async kill(): Promise<void> {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGTERM');
      await ended;
    },
  };
}
