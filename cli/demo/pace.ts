// When the pieces of a simulated answer come: a log-normal time to the first token with a heavy tail, then a steady rate.
import type { ModelProfile } from './models.ts';
import type { Random } from './random.ts';

export interface Pace {
  /** Milliseconds from the request until the first token, reasoning that is not shown included. */
  firstTokenMs: number;
  msPerToken: number;
}

/** Draws how fast this call is. A slow call (`slowShare` of them) waits three to eight times as long at first. */
export function drawPace(profile: ModelProfile, random: Random): Pace {
  const slow = random.chance(profile.slowShare) ? 3 + 5 * random.next() : 1;
  return {
    firstTokenMs: random.logNormal(profile.firstTokenMs, profile.spread) * slow,
    msPerToken: 1000 / random.logNormal(profile.tokensPerSecond, 0.15),
  };
}
