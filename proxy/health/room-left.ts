// What is left of a rate limit between two answers: it fills again evenly until its reset.
import type { RateLimitReading } from './headroom.ts';

/** A limit without a reset is believed to be whole again after a minute, the commonest period. */
const usualPeriodMs = 60_000;

export class RoomLeft {
  #headroom: number | null = null;
  #at = 0;
  #resetAt = 0;

  read({ headroom, resetAt }: RateLimitReading, now: number): void {
    if (headroom === null) return;
    this.#headroom = headroom;
    this.#at = now;
    this.#resetAt = resetAt ?? now + usualPeriodMs;
  }

  /**
   * OpenAI and Anthropic give the time when a continuously refilled bucket is full, so part of it is back before; null when
   * the provider never said or all of it is back.
   */
  headroom(now: number): number | null {
    if (this.#headroom === null) return null;
    if (now >= this.#resetAt) {
      this.#headroom = null;
      return null;
    }
    const passed = (now - this.#at) / (this.#resetAt - this.#at);
    return Math.min(1, this.#headroom + (1 - this.#headroom) * Math.max(0, passed));
  }

  /** When an exhausted limit is whole again; null when none is exhausted. */
  static exhaustedUntil({ headroom, resetAt }: RateLimitReading): number | null {
    return headroom === 0 ? resetAt : null;
  }
}
