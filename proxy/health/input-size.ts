// How large a request is, in five steps: time to first token grows with the prompt, so like is compared with like.

export type InputSize = 0 | 1 | 2 | 3 | 4;
export const inputSizes = 5;

/** Tokens up to which a step reaches; what is larger falls into the last. */
const upTo = [1_000, 4_000, 16_000, 64_000];

/** A request of unknown size counts as one of the usual, small ones. */
export function inputSize(tokens: number | null): InputSize {
  if (tokens === null) return 0;
  const step = upTo.findIndex((limit) => tokens <= limit);
  return (step === -1 ? 4 : step) as InputSize;
}
