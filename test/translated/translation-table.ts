// What a suite of translated recordings prints: a row for each provider, and whatever was left out with its reason.

export interface TranslationRow {
  provider: string;
  exchanges: number;
  streamed: number;
  replays: number;
  passed: number;
  seconds: number;
  left: Map<string, number>;
}

const heads = ['provider', 'exchanges', 'streamed', 'replays', 'passed', 'left out', 'seconds'];

export function translationTable(title: string, rows: readonly TranslationRow[]): string {
  const count = (left: Map<string, number>) => [...left.values()].reduce((sum, each) => sum + each, 0);
  const cells = rows.map(({ provider, exchanges, streamed, replays, passed, left, seconds }) => [
    ...[provider, ...[exchanges, streamed, replays, passed, count(left)].map(String), seconds.toFixed(1)],
  ]);
  const total = (column: number) => String(cells.reduce((sum, row) => sum + Number(row[column]), 0));
  const sums = ['all', ...[1, 2, 3, 4, 5].map(total), ''];
  const line = (row: string[]) => row.map((cell, column) => (column ? cell.padStart(10) : cell.padEnd(16))).join('');
  const reasons = rows.flatMap(({ provider, left }) =>
    [...left].map(([reason, how]) => `left out of ${provider}: ${how}, ${reason}`),
  );
  return `\n${[title, ...[heads, ...cells, sums].map(line), ...reasons].join('\n')}\n`;
}
