// Proofs, as RFC 6962 has them: that a leaf stands in a tree (2.1.1), and that a tree is the beginning of another (2.1.2).
// Making them asks for hashes of complete subtrees; checking them (RFC 9162, 2.1.3.2 and 2.1.4.2) needs the proof alone.
import { emptyRoot, equal, hashBytes, nodeHash } from './hash.ts';

/** The hash of the complete subtree over the leaves `index` × 2^`level` up to the next. */
export type SubtreeHash = (level: number, index: number) => Uint8Array;

/** Root of the leaves from `from` up to `to`, which need not make a complete subtree. */
export function rangeRoot(from: number, to: number, subtree: SubtreeHash): Uint8Array {
  const count = to - from;
  if (count === 0) return emptyRoot;
  const half = largestHalf(count);
  if (count === 1 || half * 2 === count) return subtree(Math.log2(count), from / count);
  return nodeHash(rangeRoot(from, from + half, subtree), rangeRoot(from + half, to, subtree));
}

/** That leaf `index` stands in the tree of `size` leaves: the hashes beside its way up, from the leaf on. */
export function inclusionProof(index: number, size: number, subtree: SubtreeHash): Uint8Array[] {
  return pathWithin(index, { from: 0, to: size }, subtree);
}

interface Range {
  from: number;
  to: number;
}

function pathWithin(index: number, { from, to }: Range, subtree: SubtreeHash): Uint8Array[] {
  if (to - from === 1) return [];
  const middle = from + largestHalf(to - from);
  return index < middle
    ? [...pathWithin(index, { from, to: middle }, subtree), rangeRoot(middle, to, subtree)]
    : [...pathWithin(index, { from: middle, to }, subtree), rangeRoot(from, middle, subtree)];
}

/** That the tree of `older` leaves is how the tree of `newer` leaves began. */
export function consistencyProof(older: number, newer: number, subtree: SubtreeHash): Uint8Array[] {
  if (older === 0 || older === newer) return [];
  return beginningWithin(older, { from: 0, to: newer }, { whole: true, subtree });
}

function beginningWithin(
  older: number,
  { from, to }: Range,
  { whole, subtree }: { whole: boolean; subtree: SubtreeHash },
): Uint8Array[] {
  if (older === to) return whole ? [] : [rangeRoot(from, to, subtree)];
  const middle = from + largestHalf(to - from);
  if (older <= middle) {
    const beginning = beginningWithin(older, { from, to: middle }, { whole, subtree });
    return [...beginning, rangeRoot(middle, to, subtree)];
  }
  const beginning = beginningWithin(older, { from: middle, to }, { whole: false, subtree });
  return [...beginning, rangeRoot(from, middle, subtree)];
}

export interface Inclusion {
  index: number;
  size: number;
  leaf: Uint8Array;
  root: Uint8Array;
  proof: readonly Uint8Array[];
}

export function provesInclusion({ index, size, leaf, root, proof }: Inclusion): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, root, ...proof])) return false;
  let [place, last] = [index, size - 1];
  let hash = leaf;
  for (const beside of proof) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      hash = nodeHash(beside, hash);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      hash = nodeHash(hash, beside);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(hash, root);
}

export interface Consistency {
  older: number;
  newer: number;
  olderRoot: Uint8Array;
  newerRoot: Uint8Array;
  proof: readonly Uint8Array[];
}

export function provesConsistency({ older, newer, olderRoot, newerRoot, proof }: Consistency): boolean {
  // Every tree begins with nothing: that proves nothing.
  if (!isCount(older) || !isCount(newer) || older === 0 || older > newer) return false;
  if (older === newer) return proof.length === 0 && equal(olderRoot, newerRoot);
  if (!areHashes([olderRoot, newerRoot, ...proof])) return false;
  const path = isPowerOfTwo(older) ? [olderRoot, ...proof] : [...proof];
  const first = path.shift();
  if (!first) return false;
  let [place, last] = [older - 1, newer - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  let [was, is] = [first, first];
  for (const beside of path) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      was = nodeHash(beside, was);
      is = nodeHash(beside, is);
      while (place % 2 === 0 && place !== 0) [place, last] = [half(place), half(last)];
    } else {
      is = nodeHash(is, beside);
    }
    [place, last] = [half(place), half(last)];
  }
  return last === 0 && equal(was, olderRoot) && equal(is, newerRoot);
}

// Sizes are numbers up to 2^53, so halves are divided and not shifted.
const half = (count: number): number => Math.floor(count / 2);
const isCount = (count: number): boolean => Number.isSafeInteger(count) && count >= 0;
const isPowerOfTwo = (count: number): boolean => largestHalf(count) * 2 === count || count === 1;
const areHashes = (hashes: readonly Uint8Array[]): boolean => hashes.every(({ length }) => length === hashBytes);

/** The largest power of two below `count`. */
function largestHalf(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}
