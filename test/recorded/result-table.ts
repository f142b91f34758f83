// What the recorded suite prints: how many exchanges passed, by provider and way.
import { chunkings } from '../observe/recordings.ts';
import type { Way } from './ways.ts';

export interface ResultRow {
  way: Way;
  exchanges: number;
  replays: number;
  passed: number;
  /** Bytes of the answers that came as single bytes. */
  singleBytes: number;
  seconds: number;
}

const widths = [13, 25, 10, 10, 9, 8, 14, 9];

export function resultTable(results: readonly ResultRow[]): string {
  const names = Object.keys(chunkings);
  const cells = results.map(({ way, exchanges, replays, passed, singleBytes, seconds }) => [
    way.provider,
    way.asDefault ? 'model route, as default' : way.through,
    ...[exchanges, names.length, replays, passed, singleBytes].map(String),
    seconds.toFixed(1),
  ]);
  const total = (column: number) => String(cells.reduce((sum, row) => sum + Number(row[column]), 0));
  const heads = ['provider', 'way', 'exchanges', 'chunkings', 'replays', 'passed', 'single bytes', 'seconds'];
  const sums = ['all', '', total(2), String(names.length), total(4), total(5), total(6), ''];
  const line = (row: string[]) =>
    row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!))).join('');
  const distinct = results.filter(({ way }) => !way.asDefault).reduce((sum, row) => sum + row.exchanges, 0);
  const title = `${distinct} recorded exchanges through the proxy, each ${names.join(', ')}`;
  return `\n${[title, ...[heads, ...cells, sums].map(line)].join('\n')}\n`;
}
