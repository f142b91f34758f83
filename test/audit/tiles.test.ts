// The tree as files: names, sizes, and that proofs read out of tiles are those of the tree.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingTree } from '../../audit/growing-tree.ts';
import { hashBytes, leafHash } from '../../audit/hash.ts';
import { consistencyProof, inclusionProof, provesConsistency, provesInclusion, rangeRoot } from '../../audit/proofs.ts';
import {
  entriesPath,
  readBundle,
  subtreesIn,
  tileOf,
  tilePath,
  tileRoot,
  tilesOf,
  tileWidth,
  writeBundle,
} from '../../audit/tiles.ts';

describe('names', () => {
  it.each([
    [0, 0, 256, 'tile/0/000'],
    [0, 1234067, 256, 'tile/0/x001/x234/067'],
    [1, 999, 12, 'tile/1/999.p/12'],
    [0, 1000, 256, 'tile/0/x001/000'],
  ])('level %i, number %i, width %i is %s', (level, number, width, expected) => {
    expect(tilePath(level, number, width)).toBe(expected);
  });

  it('entries stand beside the tiles of level 0', () => {
    expect(entriesPath(1000, 7)).toBe('tile/entries/x001/000.p/7');
  });
});

/** All tiles of a log, made as a writer makes them: level by level from the leaves up. */
function tilesFor(leaves: readonly Buffer[]): Map<string, Buffer> {
  const tiles = new Map<string, Buffer>();
  let hashes: Uint8Array[] = leaves.map(leafHash);
  for (let level = 0; hashes.length > 0; level += 1) {
    const above: Uint8Array[] = [];
    for (let at = 0; at < hashes.length; at += tileWidth) {
      const tile = Buffer.concat(hashes.slice(at, at + tileWidth));
      tiles.set(`${level}/${at / tileWidth}`, tile);
      if (tile.length === tileWidth * hashBytes) above.push(tileRoot(tile));
    }
    hashes = above;
  }
  return tiles;
}

const leavesUpTo = (count: number): Buffer[] => Array.from({ length: count }, (_, at) => Buffer.from(`leaf ${at}`));

describe.each([0, 1, 255, 256, 257, 65_536, 70_000])('a log of %i leaves', (size) => {
  const leaves = leavesUpTo(size);
  const tiles = tilesFor(leaves);
  const subtree = subtreesIn((level, number) => tiles.get(`${level}/${number}`) as Buffer);
  const tree = new GrowingTree();
  for (const leaf of leaves) tree.append(leafHash(leaf));

  it('has the tiles that its size says', () => {
    const named = [...tilesOf(size)].map(({ level, number, width }) => [`${level}/${number}`, width * hashBytes]);
    expect(named).toEqual([...tiles].map(([name, tile]) => [name, tile.length]));
  });

  it('has the same root in its tiles as grown leaf by leaf', () => {
    expect(Buffer.from(rangeRoot(0, size, subtree))).toEqual(Buffer.from(tree.root()));
  });

  it.runIf(size > 0)('proves leaves and beginnings out of its tiles', () => {
    for (const index of [0, Math.floor(size / 2), Math.floor(size / 3), size - 1]) {
      const proof = inclusionProof(index, size, subtree);
      const leaf = leafHash(leaves[index] as Buffer);
      expect(provesInclusion({ index, size, leaf, root: tree.root(), proof })).toBe(true);
      const older = index + 1;
      const roots = { olderRoot: rangeRoot(0, older, subtree), newerRoot: tree.root() };
      expect(provesConsistency({ older, newer: size, ...roots, proof: consistencyProof(older, size, subtree) })).toBe(
        true,
      );
    }
  });
});

describe('bundles', () => {
  const leaf = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));

  it('give back the leaves that went in, and their hashes are the tile below', () => {
    fc.assert(
      fc.property(fc.array(leaf, { maxLength: 256 }), (leaves) => {
        expect(readBundle(writeBundle(leaves))).toEqual(leaves);
        expect(tileOf(leaves)).toEqual(Buffer.concat(leaves.map(leafHash)));
      }),
    );
  });

  it('cut anywhere but between leaves are refused', () => {
    const whole = writeBundle([Buffer.from('one'), Buffer.from('two')]);
    for (let length = 1; length < whole.length; length += 1) {
      if (length === 5) expect(readBundle(whole.subarray(0, length))).toHaveLength(1);
      else expect(() => readBundle(whole.subarray(0, length))).toThrow(/ends inside leaf/);
    }
  });

  it('a leaf that is too long is refused', () => {
    expect(() => writeBundle([Buffer.alloc(65_536)])).toThrow(/at most 65535 bytes/);
  });
});
