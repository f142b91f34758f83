// What the status matrix shows, before any drawing: one line per provider, one cell per bucket, each in one of five states.
import type { AttemptFigures, ReliabilityAnswer, ReliabilityRow } from '../../../contract/questions/reliability.ts';
import type { ResolvedWindow } from '../window/range.ts';
import { gridOf } from './buckets.ts';

/** From nothing asked to half or more of it failed. */
export const cellStates = ['idle', 'good', 'some', 'many', 'down'] as const;
export type CellState = (typeof cellStates)[number];

export interface MatrixLine {
  provider: string;
  whole: AttemptFigures;
  cells: (ReliabilityRow | null)[];
}

export interface Matrix {
  /** Starts of the buckets, epoch milliseconds. */
  at: number[];
  lines: MatrixLine[];
}

const quarter = 900;
const steps = [quarter, 1800, 3600, 7200, 4 * 3600, 6 * 3600, 86_400];
const hour = 3_600_000;

/** Seconds per cell: quarters of an hour, minutes where there would be too few of them, more where there would be too many. */
export function matrixStep({ from, to }: Pick<ResolvedWindow, 'from' | 'to'>): number {
  if (to - from <= hour) return 60;
  return steps.find((step) => (to - from) / (step * 1000) <= 100) ?? 86_400;
}

export function stateOf(cell: Pick<AttemptFigures, 'attempts' | 'failed'> | null): CellState {
  if (cell === null || cell.attempts === 0) return 'idle';
  const share = cell.failed / cell.attempts;
  return share >= 0.5 ? 'down' : share >= 0.1 ? 'many' : share >= 0.02 ? 'some' : 'good';
}

export function matrixOf({ rows, providers, step }: ReliabilityAnswer, window: { from: number; to: number }): Matrix {
  const grid = gridOf(
    rows.map((row) => ({ ...row, group: row.provider })),
    { ...window, step },
  );
  const lines = providers.map(({ provider, ...whole }) => ({
    provider,
    whole,
    cells: grid.groups.get(provider) ?? grid.at.map(() => null),
  }));
  return { at: grid.at, lines };
}

export interface Place {
  line: number;
  cell: number;
}

/** Where a key leads; null for keys that lead nowhere. Stays inside the matrix. */
export function placeAfter(key: string, { line, cell }: Place, { at, lines }: Matrix): Place | null {
  const within = (value: number, size: number) => Math.min(Math.max(value, 0), size - 1);
  if (key === 'ArrowLeft') return { line, cell: within(cell - 1, at.length) };
  if (key === 'ArrowRight') return { line, cell: within(cell + 1, at.length) };
  if (key === 'ArrowUp') return { line: within(line - 1, lines.length), cell };
  if (key === 'ArrowDown') return { line: within(line + 1, lines.length), cell };
  if (key === 'Home') return { line, cell: 0 };
  return key === 'End' ? { line, cell: at.length - 1 } : null;
}
