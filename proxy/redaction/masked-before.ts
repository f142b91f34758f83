// Remembers what masking a text came to. Most short texts stand in every record (paths, models, header values, JSON keys),
// and most long ones twice in one: an answer as the provider's JSON and as text, a prompt as body and as preview.
import type { Kind } from './kinds.ts';

export interface Masked {
  readonly text: string;
  /** What was replaced, one entry per replacement, so that it can be counted again. */
  readonly kinds: readonly Kind[];
}

const longestShort = 64;
const mostShort = 2000;
/** Shorter pieces of a string are copies of their own; longer ones keep the whole body they were cut from in memory. */
const shortestView = 13;

const ownCopy = (text: string): string =>
  text.length < shortestView ? text : Buffer.from(text, 'utf16le').toString('utf16le');

export class MaskedBefore {
  /** Two generations: what was not asked for while the younger filled up is forgotten with the older. */
  #young = new Map<string, Masked>();
  #old = new Map<string, Masked>();
  /** By length, and compared whole: hashing a long text takes as long as reading it. */
  readonly #long = new Map<number, { of: string; masked: Masked }>();

  get(text: string): Masked | undefined {
    if (text.length > longestShort) {
      const known = this.#long.get(text.length);
      return known?.of === text ? known.masked : undefined;
    }
    const young = this.#young.get(text);
    if (young !== undefined) return young;
    const old = this.#old.get(text);
    if (old !== undefined) this.#keepShort(text, old);
    return old;
  }

  /** Short texts outlive their exchange only when there was nothing in them to mask: secrets are not kept about. */
  keep(text: string, masked: Masked): void {
    if (text.length > longestShort) this.#long.set(text.length, { of: text, masked });
    else if (masked.kinds.length === 0) {
      const own = ownCopy(text);
      this.#keepShort(own, { text: own, kinds: masked.kinds });
    }
  }

  /** Between exchanges. */
  forgetLong(): void {
    this.#long.clear();
  }

  #keepShort(text: string, masked: Masked): void {
    if (this.#young.size >= mostShort) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(text, masked);
  }
}
