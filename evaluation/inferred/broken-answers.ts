// What an answer shows of itself without anybody's opinion: tool calls that could not be carried out, a form that was asked
// for and not kept, an answer that stopped early or that nobody stayed for.
import type { FinishReason, Outcome } from '../../contract/words.ts';
import type { Inference } from './inference.ts';

/** `results`: of the tool calls of this answer, as the next request brings them. */
export function toolFailed(results: readonly { isError: boolean }[]): Inference | null {
  if (results.length === 0) return null;
  const failed = results.filter(({ isError }) => isError).length;
  return { signal: 'tool_failed', score: failed / results.length, version: 'tool-failed-1' };
}

/** Null where no form was asked for. */
export function schemaInvalid(fits: boolean | null): Inference | null {
  return fits === null ? null : { signal: 'schema_invalid', score: fits ? 0 : 1, version: 'schema-invalid-1' };
}

/** Cut off by its limit, by a filter or by the connection. A limit that the client set low is its own wish. */
export function truncated(outcome: Outcome, finish: FinishReason | null, limitWasLow: boolean): Inference | null {
  if (outcome === 'truncated') return { signal: 'truncated', score: 1, version: 'truncated-1' };
  if (outcome !== 'success' || finish === null) return null;
  const isCut = finish === 'content_filter' || (finish === 'length' && !limitWasLow);
  return { signal: 'truncated', score: isCut ? 0.7 : 0, version: 'truncated-1' };
}

export interface Leaving {
  outcome: Outcome;
  /** Until the client went away, and until the first token; null: none came. */
  stayedMs: number;
  firstTokenMs: number | null;
  /** The session went on later. */
  cameBack: boolean;
}

/** Whoever leaves before anything came was tired of waiting; whoever has read a while may have had enough to go on with. */
export function abandoned({ outcome, stayedMs, firstTokenMs, cameBack }: Leaving): Inference | null {
  if (outcome === 'success') return { signal: 'abandoned', score: 0, version: 'abandoned-1' };
  if (outcome !== 'aborted') return null;
  const readMs = firstTokenMs === null ? 0 : Math.max(0, stayedMs - firstTokenMs);
  const impatience = readMs < 2_000 ? 0.8 : readMs < 10_000 ? 0.5 : 0.3;
  return { signal: 'abandoned', score: cameBack ? impatience : Math.min(1, impatience + 0.2), version: 'abandoned-1' };
}
