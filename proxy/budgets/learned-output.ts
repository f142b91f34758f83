// How long answers of a model get at most, learned from the last ones: what stands in for a limit that neither the request nor
// anybody else names.

const kept = 200;
/** Fewer answers say nothing about a hundredth of them. */
const fewest = 20;
const mostModels = 1_000;

export class LearnedOutput {
  readonly #answers = new Map<string, { tokens: number[]; at: number }>();

  learn(provider: string, model: string, tokens: number | null): void {
    if (tokens === null || tokens <= 0) return;
    const name = `${provider}\n${model}`;
    const known = this.#answers.get(name) ?? { tokens: [], at: 0 };
    known.tokens[known.at] = tokens;
    known.at = (known.at + 1) % kept;
    this.#answers.delete(name);
    this.#answers.set(name, known);
    if (this.#answers.size > mostModels) this.#answers.delete(this.#answers.keys().next().value as string);
  }

  /** 99 of 100 answers were no longer; null while there were too few. */
  readonly p99 = (provider: string, model: string): number | null => {
    const tokens = this.#answers.get(`${provider}\n${model}`)?.tokens ?? [];
    if (tokens.length < fewest) return null;
    return [...tokens].sort((one, other) => one - other)[Math.ceil(tokens.length * 0.99) - 1] ?? null;
  };
}
