// The tree: RFC 6962's published vectors, and what must hold of every tree and every proof.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrowingTree } from '../../audit/growing-tree.ts';
import { emptyRoot, leafHash, nodeHash } from '../../audit/hash.ts';
import {
  consistencyProof,
  inclusionProof,
  provesConsistency,
  provesInclusion,
  rangeRoot,
  type SubtreeHash,
} from '../../audit/proofs.ts';

const vectors = path.resolve(import.meta.dirname, '../../../shared/data/merkle/testdata');
const there = existsSync(vectors);
if (!there) process.stderr.write(`Merkle vectors left out: ${vectors} is not there.\n`);

function read<Vector>(kind: string): { name: string; vector: Vector }[] {
  if (!there) return [];
  const files = readdirSync(path.join(vectors, kind), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .map((name) => ({ name, vector: JSON.parse(readFileSync(path.join(vectors, kind, name), 'utf8')) as Vector }));
}

const bytes = (base64: string | null): Buffer => Buffer.from(base64 ?? '', 'base64');

describe.runIf(there)('published vectors', () => {
  interface InclusionVector {
    leafIdx: number;
    treeSize: number;
    root: string;
    leafHash: string;
    proof: string[] | null;
    wantErr: boolean;
  }
  interface ConsistencyVector {
    size1: number;
    size2: number;
    root1: string;
    root2: string;
    proof: string[] | null;
    wantErr: boolean;
  }

  it('inclusion proofs are taken and refused as they say', () => {
    const all = read<InclusionVector>('inclusion');
    expect(all.length).toBeGreaterThan(90);
    const wrong = all.filter(({ vector: { leafIdx, treeSize, root, leafHash: leaf, proof, wantErr } }) => {
      const given = { index: leafIdx, size: treeSize, root: bytes(root), leaf: bytes(leaf) };
      return provesInclusion({ ...given, proof: (proof ?? []).map(bytes) }) === wantErr;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });

  it('consistency proofs are taken and refused as they say', () => {
    const all = read<ConsistencyVector>('consistency');
    expect(all.length).toBeGreaterThan(90);
    const wrong = all.filter(({ vector: { size1, size2, root1, root2, proof, wantErr } }) => {
      const given = { older: size1, newer: size2, olderRoot: bytes(root1), newerRoot: bytes(root2) };
      return provesConsistency({ ...given, proof: (proof ?? []).map(bytes) }) === wantErr;
    });
    expect(wrong.map(({ name }) => name)).toEqual([]);
  });
});

/** The tree as RFC 6962 defines it, slowly. */
function definedRoot(leaves: readonly Buffer[]): Buffer {
  if (leaves.length <= 1) return leaves[0] ? leafHash(leaves[0]) : emptyRoot;
  const half = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return nodeHash(definedRoot(leaves.slice(0, half)), definedRoot(leaves.slice(half)));
}

const leavesUpTo = (count: number): Buffer[] => Array.from({ length: count }, (_, at) => Buffer.from(`leaf ${at}`));
const subtreesOf =
  (leaves: readonly Buffer[]): SubtreeHash =>
  (level, index) =>
    definedRoot(leaves.slice(index * 2 ** level, (index + 1) * 2 ** level));

const sizes = fc.integer({ min: 1, max: 300 });

describe('every tree', () => {
  it('grown leaf by leaf, has the root that RFC 6962 defines', () => {
    const tree = new GrowingTree();
    const leaves = leavesUpTo(300);
    expect(tree.root()).toEqual(emptyRoot);
    leaves.forEach((leaf, at) => {
      tree.append(leafHash(leaf));
      expect(tree.root()).toEqual(definedRoot(leaves.slice(0, at + 1)));
    });
  });

  it('proves each of its leaves, and nothing else, at no other place', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (size, one, other) => {
        const leaves = leavesUpTo(size);
        const subtree = subtreesOf(leaves);
        const [index, elsewhere] = [one % size, other % size];
        const proof = inclusionProof(index, size, subtree);
        const root = rangeRoot(0, size, subtree);
        const claim = { index, size, root, proof, leaf: leafHash(leaves[index] as Buffer) };
        expect(provesInclusion(claim)).toBe(true);
        if (elsewhere !== index) {
          expect(provesInclusion({ ...claim, index: elsewhere })).toBe(false);
          expect(provesInclusion({ ...claim, leaf: leafHash(leaves[elsewhere] as Buffer) })).toBe(false);
        }
        expect(provesInclusion({ ...claim, proof: [...proof, root] })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  it('proves how it began, and refuses another beginning', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), (newer, part) => {
        const older = 1 + (part % newer);
        const leaves = leavesUpTo(newer);
        const subtree = subtreesOf(leaves);
        const proof = consistencyProof(older, newer, subtree);
        const roots = { olderRoot: rangeRoot(0, older, subtree), newerRoot: rangeRoot(0, newer, subtree) };
        expect(provesConsistency({ older, newer, ...roots, proof })).toBe(true);
        const forged = definedRoot([Buffer.from('forged'), ...leaves.slice(1, older)]);
        expect(provesConsistency({ older, newer, ...roots, olderRoot: forged, proof })).toBe(false);
      }),
      { numRuns: 60 },
    );
  });
});
