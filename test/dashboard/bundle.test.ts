// What a visitor has to load: small enough to be instant, nothing from elsewhere, nothing the security policy refuses.
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, expect, test } from 'vitest';
import { buildDashboard } from '../support/dashboard-build.ts';

const dist = path.resolve(import.meta.dirname, '../../dashboard/dist');
const kilobytes = (file: string) => gzipSync(readFileSync(path.join(dist, file)), { level: 9 }).length / 1000;
const asset = (pattern: RegExp) => readdirSync(path.join(dist, 'assets')).filter((name) => pattern.test(name));
let page = '';

beforeAll(async () => {
  await buildDashboard();
  page = readFileSync(path.join(dist, 'index.html'), 'utf8');
});

test('the first page needs at most 140 kB of script, without the charts', () => {
  const scripts = [...page.matchAll(/(?:src|href)="\.\/([^"]+\.js)"/g)].map((found) => found[1]!);
  expect(scripts.length).toBeGreaterThan(1);
  expect(scripts.some((name) => name.includes('Chart'))).toBe(false);
  expect(scripts.reduce((sum, name) => sum + kilobytes(name), 0)).toBeLessThan(140);
});

/** A chunk with all it imports that the first page has not loaded. */
function withImports(name: string, seen = new Set<string>()): string[] {
  if (seen.has(name) || page.includes(`assets/${name}`)) return [];
  seen.add(name);
  const text = readFileSync(path.join(dist, 'assets', name), 'utf8');
  const imports = [...text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)].map((found) => found[1]!);
  return [name, ...imports.flatMap((each) => withImports(each, seen))];
}

test.each([/^ChartCanvas.*\.js$/, /^FlowCanvas.*\.js$/])('%s brings at most 235 kB along', (pattern) => {
  const [canvas, ...others] = asset(pattern);
  expect(others).toEqual([]);
  const chunks = withImports(canvas!);
  expect(chunks.length).toBeGreaterThan(1);
  expect(chunks.reduce((sum, name) => sum + kilobytes(`assets/${name}`), 0)).toBeLessThan(235);
});

test('the styles are at most 20 kB', () => {
  expect(asset(/\.css$/).reduce((sum, name) => sum + kilobytes(`assets/${name}`), 0)).toBeLessThan(20);
});

test('the page has no inline script and addresses everything relative to its base', () => {
  expect(page).not.toMatch(/<script(?![^>]*src=)/);
  expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\//);
});
