// Which route's examples a prompt is most like, going by vectors that an embeddings endpoint made. Models differ in how far
// apart they put things, so a cosine is measured against two others: how like the examples are to each other, and how like
// them is what people say about anything else.
import type { Meaning } from './question.ts';

export type Vector = readonly number[];

export interface EmbeddedExamples {
  route: string;
  vectors: readonly Vector[];
}

/** `among`: names of the routes that may be answered. */
export type Likeness = (prompt: Vector, among: ReadonlySet<string>) => Meaning;

/** Where a model hardly tells the examples from anything else, nothing must look sure. */
const leastDistance = 0.05;

interface Scale {
  route: string;
  vectors: readonly Float64Array[];
  /** Cosines that stand for 0 and for 1. */
  unlike: number;
  alike: number;
}

/** `background`: vectors of sentences that belong to no route. */
export function compareWith(routes: readonly EmbeddedExamples[], background: readonly Vector[]): Likeness {
  const others = background.map(unit);
  const scales = routes.map(({ route, vectors }) => scaleOf(route, vectors.map(unit), others));
  return (prompt, among) => {
    const direction = unit(prompt);
    let best: Meaning = { route: '', confidence: 0 };
    for (const { route, vectors, unlike, alike } of scales) {
      if (!among.has(route)) continue;
      const confidence = clamped((nearest(direction, vectors) - unlike) / (alike - unlike));
      if (confidence > best.confidence) best = { route, confidence };
    }
    return best;
  };
}

function scaleOf(route: string, vectors: readonly Float64Array[], others: readonly Float64Array[]): Scale {
  const unlike = mean(others.map((other) => nearest(other, vectors))) ?? 0;
  const among = vectors.map((vector, at) => nearest(vector, vectors.toSpliced(at, 1)));
  // A single example is like nothing but itself: then halfway to the same words again is as like as can be asked.
  const alike = vectors.length > 1 ? (mean(among) as number) : (1 + unlike) / 2;
  return { route, vectors, unlike, alike: Math.max(alike, unlike + leastDistance) };
}

const nearest = (direction: Float64Array, vectors: readonly Float64Array[]): number =>
  vectors.reduce((most, vector) => Math.max(most, cosine(direction, vector)), -1);

/** Of two unit vectors; those of different lengths come from different models and have nothing in common. */
function cosine(one: Float64Array, other: Float64Array): number {
  if (one.length !== other.length) return 0;
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += one[at]! * other[at]!;
  return sum;
}

function unit(vector: Vector): Float64Array {
  const length = Math.hypot(...vector);
  return Float64Array.from(vector, (value) => (length > 0 ? value / length : 0));
}

const mean = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;

const clamped = (value: number): number => Math.min(1, Math.max(0, value));
