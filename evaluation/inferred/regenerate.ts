// The very same request again: somebody pressed "again", or sent it once more as it was. What a client sends twice because
// the first had failed is a retry and no verdict.
import type { Inference } from './inference.ts';
import { normalised } from './words.ts';

export interface Repeated {
  earlier: string;
  later: string;
  /** Turns before the prompt, in both. Another history makes it another question. */
  earlierTurns: number;
  laterTurns: number;
  earlierSucceeded: boolean;
  gapMs: number | null;
}

const sameOccasionMs = 30 * 60_000;

export function regenerate(repeated: Repeated): Inference | null {
  const { earlier, later, earlierTurns, laterTurns, earlierSucceeded, gapMs } = repeated;
  if (!earlierSucceeded || gapMs === null || gapMs < 0 || gapMs > sameOccasionMs) return null;
  const isSame = earlierTurns === laterTurns && normalised(earlier) !== '' && normalised(earlier) === normalised(later);
  return { signal: 'regenerate', score: isSame ? 0.9 : 0, version: 'regenerate-1' };
}
