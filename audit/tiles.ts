// The tree as static files (C2SP tlog-tiles): a tile holds up to 256 hashes of one level, an entry bundle up to 256 leaves.
// Levels of the tree in between are worked out from the tile below them.
import { hashBytes, leafHash, nodeHash } from './hash.ts';
import type { SubtreeHash } from './proofs.ts';

export const tileWidth = 256;
/** Levels of the tree that one level of tiles stands for. */
const tileHeight = 8;

/** `tile/<level>/<number>`, the number in groups of three digits, all but the last after an x; `.p/<width>` where partial. */
export const tilePath = (level: number, number: number, width = tileWidth): string =>
  `tile/${level}/${numberPath(number)}${partial(width)}`;
export const entriesPath = (number: number, width = tileWidth): string =>
  `tile/entries/${numberPath(number)}${partial(width)}`;

const partial = (width: number): string => (width < tileWidth ? `.p/${width}` : '');

function numberPath(number: number): string {
  const digits = String(number).padStart(Math.ceil(String(number).length / 3) * 3, '0');
  const groups = digits.match(/\d{3}/g) as string[];
  return groups.map((group, at) => (at < groups.length - 1 ? `x${group}` : group)).join('/');
}

export interface TileName {
  level: number;
  number: number;
  width: number;
}

/** All tiles of a tree of `size` leaves, the highest level last. */
export function* tilesOf(size: number): Generator<TileName> {
  for (let level = 0, count = size; count > 0; level += 1, count = Math.floor(count / tileWidth)) {
    for (let number = 0; number * tileWidth < count; number += 1) {
      yield { level, number, width: Math.min(tileWidth, count - number * tileWidth) };
    }
  }
}

/** The hash above a whole tile. */
export function tileRoot(tile: Uint8Array): Uint8Array {
  let level = hashesOf(tile);
  while (level.length > 1) {
    level = level.filter((_, at) => at % 2 === 0).map((left, at) => nodeHash(left, level[at * 2 + 1] as Uint8Array));
  }
  return level[0] as Uint8Array;
}

export const hashesOf = (tile: Uint8Array): Uint8Array[] =>
  Array.from({ length: tile.length / hashBytes }, (_, at) => tile.subarray(at * hashBytes, (at + 1) * hashBytes));

/** Reads hashes of subtrees out of tiles; `read` gives the bytes of a tile that holds at least the hashes asked for. */
export function subtreesIn(read: (level: number, number: number) => Uint8Array): SubtreeHash {
  return (level, index) => {
    const tileLevel = Math.floor(level / tileHeight);
    const span = 2 ** (level % tileHeight);
    const first = index * span;
    const tile = read(tileLevel, Math.floor(first / tileWidth));
    const at = (first % tileWidth) * hashBytes;
    const hashes = tile.subarray(at, at + span * hashBytes);
    if (hashes.length < span * hashBytes) {
      throw new Error(`Tile ${tilePath(tileLevel, Math.floor(first / tileWidth))} is too short for ${span} hashes.`);
    }
    return tileRoot(hashes);
  };
}

/** Leaves one after the other, each behind its length in two bytes. A leaf longer than 65 535 bytes is refused. */
export function writeBundle(leaves: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    leaves.flatMap((leaf) => {
      if (leaf.length > 0xffff) throw new Error(`A leaf has at most 65535 bytes, this one has ${leaf.length}.`);
      const length = Buffer.alloc(2);
      length.writeUInt16BE(leaf.length);
      return [length, leaf];
    }),
  );
}

/** Throws where the bytes are no whole number of leaves. */
export function readBundle(bytes: Buffer): Buffer[] {
  const leaves: Buffer[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + 2 <= bytes.length ? at + 2 + bytes.readUInt16BE(at) : Number.POSITIVE_INFINITY;
    if (end > bytes.length) throw new Error(`An entry bundle ends inside leaf ${leaves.length}.`);
    leaves.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return leaves;
}

/** Hashes of a bundle's leaves, one after the other: the tile of level 0 that belongs to it. */
export const tileOf = (leaves: readonly Uint8Array[]): Buffer => Buffer.concat(leaves.map(leafHash));
