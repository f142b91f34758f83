// Everything that is kept of one target, and its view, which is put together anew only after something happened.
import { Breaker } from './breaker.ts';
import type { Call, CallInfo, CallResult } from './call.ts';
import { Concurrency } from './concurrency.ts';
import { CoolDown } from './cool-down.ts';
import { chanceOfSuccess, type Evidence, FailureRate, reliability } from './failure-rate.ts';
import { FirstTokenTime } from './first-token-time.ts';
import { type InputSize, inputSize } from './input-size.ts';
import { QuantileSketch } from './quantile-sketch.ts';
import { RoomLeft } from './room-left.ts';
import { healthFactor, type TargetHealth } from './target-health.ts';

/** A view is put together anew at least so often: evidence fades and rate limits refill without any call. */
export const refreshMs = 2_000;
/** Share of its weight with which a target that is being probed takes part in a draw. */
const probeFactor = 0.2;
const newRateShare = 0.1;
/** Waiting calls looked at, the oldest first. */
const waitsSeen = 4;

export interface OthersOpinion extends Evidence {
  coolingUntil: number | null;
}

export interface TrackOptions {
  key: string;
  random: () => number;
  /** What other proxies saw; null when they say nothing of this target. */
  others: (key: string, now: number) => OthersOpinion | null;
}

export class TargetTrack {
  readonly key: string;
  lastCallAt = Number.NEGATIVE_INFINITY;
  #random: () => number;
  #others: TrackOptions['others'];
  #failureRate = new FailureRate();
  #firstTokenTime = new FirstTokenTime();
  #firstTokens = new QuantileSketch();
  #breaker: Breaker;
  #concurrency = new Concurrency();
  #coolDown = new CoolDown();
  #room = new RoomLeft();
  #tokensPerSecond: number | null = null;
  #waiting = new Set<Call>();
  #view: TargetHealth | null = null;
  #viewUntil = 0;

  constructor({ key, random, others }: TrackOptions) {
    this.key = key;
    this.#random = random;
    this.#others = others;
    this.#breaker = new Breaker(random);
  }

  get inFlight(): number {
    return this.#concurrency.inFlight;
  }

  began(info: CallInfo, now: number): Call {
    const ticket = this.#breaker.began(now);
    const call = { ...info, key: this.key, beganAt: now, size: inputSize(info.inputTokens), ticket, ended: false };
    this.#concurrency.began();
    if (info.stream) this.#waiting.add(call);
    this.lastCallAt = now;
    this.#view = null;
    return call;
  }

  firstToken(call: Call): void {
    if (this.#waiting.delete(call)) this.#view = null;
  }

  ended(call: Call, result: CallResult, now: number): void {
    this.#waiting.delete(call);
    this.#concurrency.ended();
    if (result.rateLimit) this.#room.read(result.rateLimit, now);
    this.#learnTimes(call, result, now);
    this.#judge(call, result, now);
    this.#view = null;
  }

  view(now: number): TargetHealth {
    if (this.#view === null || now >= this.#viewUntil) this.#view = this.#look(now);
    return this.#view;
  }

  /** What this proxy itself saw, for others. */
  own(now: number): OthersOpinion {
    return { ...this.#failureRate.told(now), coolingUntil: this.#coolDown.until(now) };
  }

  #judge(call: Call, { verdict, firstTokenMs, rateLimit }: CallResult, now: number): void {
    const failed = verdict === 'failure' || verdict === 'overloaded';
    if (failed || verdict === 'success') this.#failureRate.add(!failed, call.beganAt, now);
    if (verdict === 'success') {
      this.#concurrency.succeeded();
      this.#coolDown.succeeded(call.beganAt);
    }
    if (verdict === 'overloaded' || verdict === 'rate_limited') this.#concurrency.refused(call.beganAt, now);
    if (verdict === 'rate_limited') {
      const resetAt = rateLimit ? RoomLeft.exhaustedUntil(rateLimit) : null;
      const hints = { retryAfterMs: rateLimit?.retryAfterMs ?? null, resetAt };
      this.#coolDown.refused(call.beganAt, hints, now, this.#random);
    }
    const { firstTokenLimitMs: limit } = call;
    const slow = firstTokenMs !== null && limit !== null && firstTokenMs > limit / 2;
    const closed = this.#breaker.ended(
      call.ticket,
      failed ? 'failure' : verdict === 'success' ? 'success' : 'neutral',
      slow,
      now,
    );
    if (!closed) return;
    // The probes are the truth about the target now; what led to the opening is not.
    this.#failureRate.restart({ successes: 4, failures: 0 }, now);
    this.#firstTokenTime.forgive();
  }

  #learnTimes({ size }: Call, { verdict, firstTokenMs, totalMs, outputTokens }: CallResult, now: number): void {
    if (firstTokenMs === null || verdict !== 'success') return;
    this.#firstTokenTime.add(firstTokenMs, size, now);
    this.#firstTokens.add(firstTokenMs, now);
    const seconds = (totalMs - firstTokenMs) / 1_000;
    if (outputTokens === null || outputTokens < 2 || seconds <= 0) return;
    const rate = (outputTokens - 1) / seconds;
    this.#tokensPerSecond = (this.#tokensPerSecond ?? rate) * (1 - newRateShare) + rate * newRateShare;
  }

  #look(now: number): TargetHealth {
    const others = this.#others(this.key, now);
    const evidence = this.#failureRate.evidence(now);
    if (others) {
      evidence.successes += others.successes;
      evidence.failures += others.failures;
    }
    const coolingUntil = later(this.#coolDown.until(now), others?.coolingUntil ?? null);
    const headroom = this.#room.headroom(now);
    const breaker = this.#breaker.state(now);
    const { inFlight, limit: concurrencyLimit } = this.#concurrency;
    const mayCall = coolingUntil === null && (concurrencyLimit === null || inFlight < concurrencyLimit);
    const speed = this.#firstTokenTime.speed(now, this.#waits(now));
    const suspendedUntil = later(this.#failureRate.suspendedUntil(now), this.#firstTokenTime.suspendedUntil(now));
    const closedFactor = (): number =>
      suspendedUntil === null
        ? healthFactor({
            reliability: Math.min(reliability(evidence), this.#failureRate.ceiling(now)),
            headroom,
            speed,
          })
        : 0;
    const open = (): number => (this.#breaker.admits(now) ? probeFactor : 0);
    this.#viewUntil = Math.min(
      now + refreshMs,
      suspendedUntil ?? Infinity,
      coolingUntil ?? Infinity,
      this.#breaker.openUntil(now) ?? Infinity,
    );
    return {
      success: chanceOfSuccess(evidence),
      factor: !mayCall ? 0 : breaker === 'closed' ? closedFactor() : open(),
      breaker,
      coolingUntil,
      headroom,
      inFlight,
      concurrencyLimit,
      firstTokenP50Ms: this.#firstTokens.quantile(0.5),
      firstTokenP95Ms: this.#firstTokens.quantile(0.95),
      tokensPerSecond: this.#tokensPerSecond,
    };
  }

  #waits(now: number): { ms: number; size: InputSize }[] {
    const waits = [];
    for (const { beganAt, size } of this.#waiting) {
      waits.push({ ms: now - beganAt, size });
      if (waits.length === waitsSeen) break;
    }
    return waits;
  }
}

const later = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.max(one, other);
