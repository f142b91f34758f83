// Questions whose answers are kept, by their vectors: per group of requests that differ in their words alone. In memory, and
// bounded; what it has forgotten is merely asked again.

export interface IndexedQuestion {
  /** Of length 1. */
  vector: Float32Array;
  /** What another question must agree with (must-agree.ts). */
  agrees: string;
  /** Under which its answer is kept. */
  name: string;
}

export interface Nearest {
  name: string;
  /** The cosine. */
  similarity: number;
}

const mostPerGroup = 1000;
const mostGroups = 500;

export class NearIndex {
  readonly #groups = new Map<string, IndexedQuestion[]>();

  add(group: string, question: IndexedQuestion): void {
    const known = this.#groups.get(group) ?? [];
    this.#groups.delete(group);
    this.#groups.set(group, known);
    const others = known.filter(({ name }) => name !== question.name).slice(-(mostPerGroup - 1));
    known.splice(0, known.length, ...others, question);
    for (const oldest of this.#groups.keys()) {
      if (this.#groups.size <= mostGroups) break;
      this.#groups.delete(oldest);
    }
  }

  nearest(group: string, vector: Float32Array, agrees: string): Nearest | null {
    let best: Nearest | null = null;
    for (const known of this.#groups.get(group) ?? []) {
      if (known.agrees !== agrees || known.vector.length !== vector.length) continue;
      const similarity = Math.max(-1, Math.min(1, dot(known.vector, vector)));
      if (!best || similarity > best.similarity) best = { name: known.name, similarity };
    }
    return best;
  }
}

/** Null for a vector that points nowhere. */
export function direction(vector: readonly number[]): Float32Array | null {
  const length = Math.hypot(...vector);
  return length > 0 && Number.isFinite(length) ? Float32Array.from(vector, (value) => value / length) : null;
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < one.length; i++) sum += (one[i] as number) * (other[i] as number);
  return sum;
}
