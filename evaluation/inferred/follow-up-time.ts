// How soon something else was asked, against the time that reading the answer takes. Sooner than anybody can read speaks a
// little against it; a pause says nothing, since people also ask on because they liked what they read. Weak alone: its sign
// and weight are calibrated per task like everything that is inferred.
import type { Inference } from './inference.ts';

/** Fast readers, in characters a second, and the time to notice and to type. */
const charactersPerSecond = 60;
const reactionMs = 1_500;

export function followUpTime(answerCharacters: number, gapMs: number | null): Inference | null {
  if (gapMs === null || gapMs < 0 || answerCharacters <= 0) return null;
  const readingMs = reactionMs + (answerCharacters / charactersPerSecond) * 1_000;
  const score = gapMs >= readingMs ? 0 : 0.5 * (1 - gapMs / readingMs);
  return { signal: 'follow_up_time', score, version: 'follow-up-time-1' };
}
