// One attempt as health sees it: what is known when it begins, and what is known when it ended.
import type { BreakerTicket } from './breaker.ts';
import type { Verdict } from './classify.ts';
import type { RateLimitReading } from './headroom.ts';
import type { InputSize } from './input-size.ts';

export interface CallInfo {
  /** Name under which times are learned; several targets may serve one model. */
  model: string;
  /** Estimated tokens of the request; null when unknown. */
  inputTokens: number | null;
  /** Only a streamed answer has a time to first token that can be compared. */
  stream: boolean;
  /** After which the call would be cut without a first token; null when nothing limits it. */
  firstTokenLimitMs: number | null;
}

export interface CallResult {
  verdict: Verdict;
  totalMs: number;
  /** Null when there was none, or the answer was not streamed. */
  firstTokenMs: number | null;
  longestGapMs: number | null;
  outputTokens: number | null;
  /** Null when no head of an answer came. */
  rateLimit: RateLimitReading | null;
}

/** What `began` hands out and `firstToken` and `ended` take back. */
export interface Call extends CallInfo {
  readonly key: string;
  readonly beganAt: number;
  readonly size: InputSize;
  readonly ticket: BreakerTicket;
  ended: boolean;
}
