// What the rest of the proxy sees of one target's health.

export type BreakerState = 'closed' | 'open' | 'half-open';

export interface TargetHealth {
  /** Chance that the next call succeeds, 0 to 1; null when nothing is known. */
  success: number | null;
  /** What a sampling weight is multiplied with, 0 to 1; 0 means: not now. */
  factor: number;
  breaker: BreakerState;
  /** Until when the provider asked to be left alone; null when it did not. */
  coolingUntil: number | null;
  /** Share of the rate limit that is left, of the tightest one; null when the provider says nothing. */
  headroom: number | null;
  inFlight: number;
  /** How many calls at once the provider was seen to bear; null while it never complained. */
  concurrencyLimit: number | null;
  firstTokenP50Ms: number | null;
  firstTokenP95Ms: number | null;
  tokensPerSecond: number | null;
}

/** Nothing is known of a target that was never called, and nothing speaks against it. */
export const unknownHealth: TargetHealth = Object.freeze({
  success: null,
  factor: 1,
  breaker: 'closed',
  coolingUntil: null,
  headroom: null,
  inFlight: 0,
  concurrencyLimit: null,
  firstTokenP50Ms: null,
  firstTokenP95Ms: null,
  tokensPerSecond: null,
});

/** Below this a target gets nothing at all. */
const leastFactor = 0.05;
/** From this share of the rate limit downwards the weight shrinks with it. */
const ampleHeadroom = 0.1;

export interface FactorParts {
  /** 0 to 1, 1 while nothing speaks against the target (failure-rate.ts). */
  reliability: number;
  headroom: number | null;
  /** 0 to 1, 1 at its usual speed (first-token-time.ts). */
  speed: number;
}

export function healthFactor({ reliability, headroom, speed }: FactorParts): number {
  const room = headroom === null ? 1 : Math.min(1, headroom / ampleHeadroom);
  const factor = reliability * room * speed;
  return factor < leastFactor ? 0 : Math.min(1, factor);
}
