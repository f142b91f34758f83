// A page of the dashboard in a real browser that notes whatever must never happen: errors, off-origin requests, alerts.
import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';

export interface WatchedPage {
  page: Page;
  /** Console errors, page errors, dialogs and requests to another origin, as they happened. */
  misdeeds: string[];
  /** Violations of WCAG 2.2 AA, one line each. */
  accessibility(): Promise<string[]>;
  close(): Promise<void>;
}

/** `expected` is left out of the misdeeds: a refused question is an error to the browser's console. */
export async function openPage(
  browser: Browser,
  address: string,
  { expected, ...options }: BrowserContextOptions & { expected?: RegExp } = {},
): Promise<WatchedPage> {
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    reducedMotion: 'reduce',
    ...options,
  });
  // Short of the test's own limit, so that a failure names what was waited for.
  context.setDefaultTimeout(12_000);
  const page = await context.newPage();
  const misdeeds: string[] = [];
  const note = (deed: string) => {
    if (!expected?.test(deed)) misdeeds.push(deed);
  };
  page.on('console', (message) => message.type() === 'error' && note(`console: ${message.text()}`));
  page.on('pageerror', (error) => note(`page: ${error.message}`));
  page.on('dialog', (dialog) => {
    note(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.route('**', (route) => {
    const isOurs = route.request().url().startsWith(new URL(address).origin);
    if (isOurs) return route.continue();
    note(`off-origin: ${route.request().url()}`);
    return route.abort();
  });
  await page.goto(address);
  return { page, misdeeds, accessibility: () => violationsOf(page), close: () => context.close() };
}

/** Asks again until the expectation holds; a busy machine may take its time. */
export const eventually = <Answer>(read: () => Answer | Promise<Answer>) =>
  expect.poll(read, { timeout: 15_000, interval: 150 });

async function violationsOf(page: Page): Promise<string[]> {
  const tags = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
  // Evaluated, not injected as a script element, which the content security policy would refuse.
  await page.evaluate(axe.source);
  const found = (await page.evaluate(
    `axe.run({ runOnly: ${JSON.stringify(tags)} }).then((result) => result.violations)`,
  )) as {
    id: string;
    nodes: { html: string; failureSummary?: string }[];
  }[];
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  );
}
