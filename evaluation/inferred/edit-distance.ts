// How much of an answer was changed before it came back: as a draft that was edited, as code that was pasted again. Where
// what comes back has little to do with the answer, nothing was edited and nothing is said.
import type { Inference } from './inference.ts';
import { wordsOf } from './words.ts';

/** Below this share of common words it is another text. */
const leastCommon = 0.3;
/** Fewer words than this come again by accident. */
const leastWords = 8;

export function editDistance(answer: string, comesBack: string): Inference | null {
  const before = wordsOf(answer);
  const after = wordsOf(comesBack);
  if (before.length < leastWords || after.length < leastWords) return null;
  const kept = commonLength(before, after);
  if (kept < leastCommon * before.length) return null;
  // What was added around it is not held against it, only what of it was not kept.
  return { signal: 'edit_distance', score: 1 - kept / before.length, version: 'edit-distance-1' };
}

/** Length of the longest common subsequence, in words. */
function commonLength(one: readonly string[], other: readonly string[]): number {
  let row = new Uint16Array(other.length + 1);
  for (const word of one) {
    const next = new Uint16Array(other.length + 1);
    for (let at = 1; at <= other.length; at++)
      next[at] = word === other[at - 1] ? row[at - 1]! + 1 : Math.max(row[at]!, next[at - 1]!);
    row = next;
  }
  return row[other.length]!;
}
