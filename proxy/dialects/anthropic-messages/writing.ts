// What the parts of one request share while it is written: the model's traits, the notes on what could not be said, the marks
// given out so far, and the beta features it turns out to need.
import type { CacheMark } from '../neutral/request.ts';
import type { Unsupported } from '../neutral/target.ts';
import type { ModelTraits } from './model-traits.ts';

/** More than four breakpoints are refused: "A maximum of 4 blocks with cache_control may be provided." */
const mostMarks = 4;

export class Writing {
  readonly traits: ModelTraits;
  readonly unsupported: Unsupported[] = [];
  readonly betas = new Set<string>();
  #marks = 0;
  #shortLived = false;

  constructor(traits: ModelTraits) {
    this.traits = traits;
  }

  /** Left out, and the answer is still the one that was asked for. */
  note(field: string, reason: string): void {
    this.unsupported.push({ field, changesAnswer: false, reason });
  }

  /** Left out, and the answer will be another one. */
  refuse(field: string, reason: string): void {
    this.unsupported.push({ field, changesAnswer: true, reason });
  }

  /** Ask in the order of the prompt: a mark of one hour behind one of five minutes is refused, so it becomes one of five. */
  mark(cache: CacheMark | undefined): { cache_control?: Record<string, string> } {
    if (cache === undefined) return {};
    if (this.#marks === mostMarks) {
      this.note('cache_control', `Anthropic takes ${mostMarks} cache marks in a request`);
      return {};
    }
    this.#marks++;
    const ttl = this.#shortLived && cache.ttl === '1h' ? '' : cache.ttl;
    this.#shortLived ||= ttl !== '1h';
    return { cache_control: { type: 'ephemeral', ...(ttl !== '' && { ttl }) } };
  }
}
