// Numbers as popular as words are: the k-th is drawn in proportion to 1/k^exponent. The same seed draws the same ones.

export function zipf(count: number, exponent: number, seed: number): () => number {
  const upTo = new Float64Array(count);
  let sum = 0;
  for (let k = 0; k < count; k++) {
    sum += 1 / (k + 1) ** exponent;
    upTo[k] = sum;
  }
  const random = randomFrom(seed);
  return () => firstAbove(upTo, random() * sum);
}

function firstAbove(upTo: Float64Array, value: number): number {
  let [low, high] = [0, upTo.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((upTo[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** A linear congruence (Numerical Recipes): plain, and even enough to draw by. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
