// The two hashes of the tree (RFC 6962, 2.1): of a leaf and of a node above two others. The first byte keeps one from passing
// for the other.
import { hash } from 'node:crypto';

export const hashBytes = 32;

const leafPrefix = Buffer.from([0]);
const nodeBytes = Buffer.alloc(1 + 2 * hashBytes, 1);

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');

/** SHA-256 of the empty string: the root of a tree without leaves. */
export const emptyRoot = sha256(Buffer.alloc(0));

export const leafHash = (leaf: Uint8Array): Buffer => sha256(Buffer.concat([leafPrefix, leaf]));

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  nodeBytes.set(left, 1);
  nodeBytes.set(right, 1 + hashBytes);
  return sha256(nodeBytes);
}

export const equal = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
