// What the recorded suite prints: how many exchanges passed, by provider and way.
import { chunkings } from '../observe/recordings.ts';
import type { ExpectedPrice } from './expected-price.ts';
import type { Way } from './ways.ts';

export interface ResultRow {
  way: Way;
  exchanges: number;
  replays: number;
  passed: number;
  /** Requests that left with our question for usage in them. */
  asked: number;
  /** Exchanges by where their cost had to come from. */
  costs: Partial<Record<ExpectedPrice['source'], number>>;
  seconds: number;
}

const sources = ['computed', 'reported', 'unpriced', 'silent'] as const;

export function resultTable(results: readonly ResultRow[]): string {
  const names = Object.keys(chunkings);
  const cells = results.map(({ way, exchanges, replays, passed, costs, asked, seconds }) => [
    way.provider,
    way.asDefault ? 'model route, as default' : way.through,
    ...[exchanges, replays, passed, ...sources.map((source) => costs[source] ?? 0), asked].map(String),
    seconds.toFixed(1),
  ]);
  const total = (column: number) => String(cells.reduce((sum, row) => sum + Number(row[column]), 0));
  const heads = ['provider', 'way', 'exchanges', 'replays', 'passed', ...sources, 'asked', 'seconds'];
  const sums = ['all', '', ...heads.slice(2, -1).map((_, column) => total(column + 2)), ''];
  const line = (row: string[]) =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(13 + 12 * column) : cell.padStart(10))).join('');
  const distinct = results.filter(({ way }) => way.through === 'by name').reduce((sum, row) => sum + row.exchanges, 0);
  const title =
    `${distinct} recorded exchanges through the proxy, each in ${names.length} chunkings: ${names.join(', ')}.\n` +
    'computed … silent: where the cost of an exchange comes from; asked: replays in which we asked for usage.';
  return `\n${[title, ...[heads, ...cells, sums].map(line)].join('\n')}\n`;
}
