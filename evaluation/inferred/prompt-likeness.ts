// In which ways a prompt is like the one before it: shared words, shared letters, whether it is the same sentence about
// something else, and how much of it is new.
import { isAlike, isNumber, normalised, wordsOf, wordWeight } from './words.ts';

export interface PromptLikeness {
  /** Share of the earlier prompt's weight that comes again, and of the later's that was there before. */
  restated: number;
  known: number;
  /** Cosine of the counts of three letters in a row. */
  letters: number;
  /** The same frame around something else: `weather in Paris` and `weather in Rome`. 0: no frame, towards 1: nearly all. */
  swapped: number;
  /** Numbers of both: 1 the same, -1 others, 0 one of both has none. */
  numbers: number;
  /** All of the earlier prompt in its order, with something added. */
  extended: boolean;
  /** Logarithm of how much longer it became, -2 to 2. */
  growth: number;
}

export function promptLikeness(earlier: string, later: string): PromptLikeness {
  const before = wordsOf(earlier);
  const after = wordsOf(later);
  const shared = (words: string[], others: string[]): number => {
    const distinct = [...new Set(words)];
    const all = distinct.reduce((sum, word) => sum + wordWeight(word), 0);
    const found = distinct.filter((word) => others.some((other) => isAlike(word, other)));
    return all > 0 ? found.reduce((sum, word) => sum + wordWeight(word), 0) / all : 0;
  };
  return {
    restated: shared(before, after),
    known: shared(after, before),
    letters: letterCosine(earlier, later),
    swapped: swapOf(before, after),
    numbers: numbersOf(before, after),
    extended: before.length > 0 && after.length > before.length && isWithin(before, after),
    growth: Math.max(-2, Math.min(2, Math.log((weightOf(after) + 3) / (weightOf(before) + 3)))),
  };
}

const weightOf = (words: readonly string[]): number => words.reduce((sum, word) => sum + wordWeight(word), 0);

function letterCosine(one: string, other: string): number {
  const [left, right] = [letterCounts(one), letterCounts(other)];
  let product = 0;
  for (const [letters, count] of left) product += count * (right.get(letters) ?? 0);
  const length = (counts: Map<string, number>): number =>
    Math.sqrt([...counts.values()].reduce((sum, count) => sum + count ** 2, 0));
  return product === 0 ? 0 : product / (length(left) * length(right));
}

function letterCounts(text: string): Map<string, number> {
  const letters = [...` ${wordsOf(normalised(text)).join(' ')} `];
  const counts = new Map<string, number>();
  for (let at = 0; at + 3 <= letters.length; at++) {
    const three = letters.slice(at, at + 3).join('');
    counts.set(three, (counts.get(three) ?? 0) + 1);
  }
  return counts;
}

/** Share of both that begins and ends alike, where what stands between has nothing in common. */
function swapOf(before: readonly string[], after: readonly string[]): number {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const [old, fresh] = [before.slice(head, before.length - tail), after.slice(head, after.length - tail)];
  if (old.length === 0 || fresh.length === 0 || head + tail === 0) return 0;
  if (Math.max(weightOf(old), weightOf(fresh)) < 3) return 0;
  const common = fresh.filter((word) => old.some((other) => isAlike(word, other)));
  if (weightOf(common) > 0.34 * Math.min(weightOf(old), weightOf(fresh))) return 0;
  return (head + tail) / Math.max(before.length, after.length);
}

function numbersOf(before: readonly string[], after: readonly string[]): number {
  const [old, fresh] = [before.filter(isNumber), after.filter(isNumber)];
  if (old.length === 0 || fresh.length === 0) return 0;
  return fresh.some((number) => old.includes(number)) ? 1 : -1;
}

function isWithin(inner: readonly string[], outer: readonly string[]): boolean {
  let at = 0;
  for (const word of outer) if (at < inner.length && isAlike(word, inner[at]!)) at++;
  return at === inner.length;
}
