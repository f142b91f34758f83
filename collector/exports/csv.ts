// One line of CSV (RFC 4180). Text that a spreadsheet would take for a formula gets an apostrophe in front, so that a model
// or a team called `=HYPERLINK(…)` stays a name; numbers of ours are written as they are.

export type Cell = string | number | null;

/** A dollar amount, a count …: text of ours that is a number. */
export interface Figure {
  figure: string;
}

const formulaStart = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
const needsQuotes = /[",\r\n]|^\s|\s$/;

export function csvLine(cells: readonly (Cell | Figure)[]): string {
  return `${cells.map(cellText).join(',')}\r\n`;
}

/** Unknown is an empty cell, never 0. */
function cellText(cell: Cell | Figure): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  if (typeof cell === 'object') return cell.figure;
  const harmless = formulaStart.test(cell) ? `'${cell}` : cell;
  return needsQuotes.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
