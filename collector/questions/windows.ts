// Windows of time: checked, and cut into whole cells of a rollup and the two edges that only the exchanges can answer.
import type { Window } from '../../contract/questions/window.ts';
import { CollectorError } from '../errors.ts';

const longest = 3_660 * 86_400_000;
/** The store keeps times between 1970 and 2100; see 0002-exchanges.sql. */
const latest = 4_102_444_800_000;

/** The window inside the store's range of times. Throws `window_invalid` when it is empty, backwards or too long. */
export function checkedWindow({ from, to }: Window): Window {
  const complain = (problem: string) => new CollectorError('window_invalid', { from, to, problem });
  if (from >= to) throw complain(from === to ? 'empty' : 'backwards');
  if (to - from > longest) throw complain('too long');
  return clamped({ from, to });
}

/** The window of the same length that ends where this one begins. */
export function previousWindow({ from, to }: Window): Window {
  return clamped({ from: from - (to - from), to: from });
}

export interface Cut {
  /** Whole cells; empty (`from` = `to`) when the window holds none. */
  cells: Window;
  /** What is left before and after them; one or both may be empty. */
  edges: [Window, Window];
}

/** Cuts at multiples of `cellMs`. Cells and edges together are the window, without overlap. */
export function cutToCells({ from, to }: Window, cellMs: number): Cut {
  const first = Math.ceil(from / cellMs) * cellMs;
  const last = Math.floor(to / cellMs) * cellMs;
  if (first >= last)
    return {
      cells: { from: to, to },
      edges: [
        { from, to },
        { from: to, to },
      ],
    };
  return {
    cells: { from: first, to: last },
    edges: [
      { from, to: first },
      { from: last, to },
    ],
  };
}

export const isEmpty = ({ from, to }: Window): boolean => from >= to;

function clamped({ from, to }: Window): Window {
  return { from: clamp(from), to: clamp(to) };
}

const clamp = (at: number): number => Math.min(Math.max(at, 0), latest);
