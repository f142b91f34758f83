// A tree that only grows. It keeps the roots of its complete subtrees, one for each bit of its size, so that a leaf costs two
// hashes on average and a million leaves some hundred bytes.
import { emptyRoot, nodeHash } from './hash.ts';

export class GrowingTree {
  /** Roots of complete subtrees, the largest (and oldest) first. */
  readonly #peaks: Uint8Array[] = [];
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Takes the hash of the next leaf. */
  append(leaf: Uint8Array): void {
    let hash = leaf;
    for (let bits = this.#size; bits % 2 === 1; bits = Math.floor(bits / 2)) {
      hash = nodeHash(this.#peaks.pop() as Uint8Array, hash);
    }
    this.#peaks.push(hash);
    this.#size += 1;
  }

  root(): Uint8Array {
    let root: Uint8Array | null = null;
    for (const peak of this.#peaks.toReversed()) root = root ? nodeHash(peak, root) : peak;
    return root ?? emptyRoot;
  }
}
