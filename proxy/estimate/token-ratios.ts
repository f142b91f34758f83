// How many tokens a model counted for each one that was estimated, learned from calls as they end. Prose, code and short
// calls differ, so each kind has ratios of its own; until there are enough of them, the model's as a whole stand in, and
// before those the ones that the collector worked out from what is recorded.

import type { CountedTokens } from '../../catalog/tokens/count-tokens.ts';
import type { EstimateRatio } from '../../contract/access/access-document.ts';

/** What one call taught: `counted` before, `used` as the provider said. */
export interface Lesson {
  provider: string;
  model: string;
  counted: CountedTokens;
  used: number;
}

export interface Ratio {
  ratio: number;
  /** Calls that it was learned from; 0: it is a guess. */
  samples: number;
}

const remembered = 48;
const enough = 6;
const mostSeries = 4000;
/** Beyond it something else was counted than this text: a file, a search, a conversation kept by the provider. */
const furthest = 50;

/** The last ratios and their median, which a few odd calls do not move. */
class Series {
  readonly #last: number[] = [];
  #median = 1;
  #next = 0;

  get samples(): number {
    return this.#last.length;
  }

  get median(): number {
    return this.#median;
  }

  add(ratio: number): void {
    this.#last[this.#next] = ratio;
    this.#next = (this.#next + 1) % remembered;
    const sorted = this.#last.toSorted((one, other) => one - other);
    const middle = sorted.length >> 1;
    this.#median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  }
}

export class TokenRatios {
  readonly #series = new Map<string, Series>();
  #seeds = new Map<string, Ratio>();

  /** What the collector worked out. */
  seed(ratios: readonly EstimateRatio[]): void {
    this.#seeds = new Map(
      ratios.map(({ provider, model, ratio, samples }) => [`${provider}/${model}`, { ratio, samples }]),
    );
  }

  learn({ provider, model, counted, used }: Lesson): void {
    const ratio = used / counted.tokens;
    if (!(ratio > 1 / furthest && ratio < furthest)) return;
    for (const name of namesFor(provider, model, counted)) {
      const series = this.#series.get(name) ?? new Series();
      series.add(ratio);
      this.#series.delete(name);
      this.#series.set(name, series);
      if (this.#series.size > mostSeries) this.#series.delete(this.#series.keys().next().value as string);
    }
  }

  of(provider: string, model: string, counted: CountedTokens): Ratio {
    for (const name of namesFor(provider, model, counted)) {
      const series = this.#series.get(name);
      if (series && series.samples >= enough) return { ratio: series.median, samples: series.samples };
    }
    return this.#seeds.get(`${provider}/${model}`) ?? { ratio: 1, samples: 0 };
  }
}

/** From the most like it to the model as a whole. A provider adds a fixed part to each call, which weighs more in small ones. */
function namesFor(provider: string, model: string, { tokens, kind, tools }: CountedTokens): string[] {
  const target = `${provider}/${model}`;
  const size = Math.min(6, Math.floor(Math.log2(Math.max(16, tokens) / 16)));
  const alike = `${target} ${kind}${tools ? ' with tools' : ''}`;
  return [`${alike} ${size}`, alike, target];
}
