// How often calls to one target fail: counts that fade, and a detector that notices within seconds when the recent calls
// look like those of another target altogether, however good the minutes before were.
import { chanceBelow } from './beta-distribution.ts';
import { Suspension } from './suspension.ts';

export const evidenceHalfLifeMs = 45_000;

/** A target that fails less often than this is well. */
const acceptableFailures = 0.05;

/** Cumulative sum of log-likelihoods, "fails in 30 %" against "fails in 2 %". */
const failureStep = Math.log(0.3 / 0.02);
const successStep = Math.log(0.7 / 0.98);
/** How much suspicion is an alarm at one call a second: two failures in a row, three in 11, four in 21. */
const alarmAtOnePerSecond = 5.1;
const leastAlarm = 5;
const mostAlarm = 11;
/** Share of an alarm with which a probation begins: one failure among its very first calls ends it. */
const suspicionOnProbation = 0.75;
/** A target on probation gets at most this part of its traffic, until nothing speaks against it any more. */
const probationCeiling = 0.2;

export interface Evidence {
  successes: number;
  failures: number;
}

export class FailureRate {
  #successes = 0;
  #failures = 0;
  #at = 0;
  #calls = 0;
  #suspicion = 0;
  #suspendedAt = 0;
  /** Calls since nothing spoke against the target. */
  #run: Evidence = { successes: 0, failures: 0 };
  #suspension = new Suspension();

  add(success: boolean, beganAt: number, now: number): void {
    if (this.#suspension.standing(now) === 'suspended') {
      if (!success) this.#run.failures++;
      // What began before is what it was imposed for. What began since was asked because nobody else was left, and a
      // success of that kind is as good as one on probation.
      if (!success || beganAt < this.#suspendedAt) return;
      this.#suspension.shorten(now);
      this.#at = now;
    }
    this.#fade(now);
    this.#calls++;
    const alarm = alarmAt((this.#calls * Math.LN2 * 1_000) / evidenceHalfLifeMs);
    if (success) this.#successes++;
    else this.#failures++;
    this.#run[success ? 'successes' : 'failures']++;
    this.#suspicion = Math.max(0, this.#suspicion + (success ? successStep : failureStep));
    if (this.#suspicion >= alarm) this.#suspend(alarm, now);
    else if (this.#suspicion === 0) this.#calm();
  }

  /** Null unless the target is to be left alone for now. */
  suspendedUntil(now: number): number | null {
    return this.#suspension.until(now);
  }

  /** What the target's factor is at most. */
  ceiling(now: number): number {
    const standing = this.#suspension.standing(now);
    return standing === 'free' ? 1 : standing === 'probation' ? probationCeiling : 0;
  }

  /** Starts anew from what is known to be true now, for instance from the probes that closed a breaker. */
  restart(evidence: Evidence, now: number): void {
    this.#successes = evidence.successes;
    this.#failures = evidence.failures;
    this.#at = now;
    this.#suspicion = 0;
    this.#calm();
  }

  /** For others, who know nothing of a suspension here: while it lasts, the calls that led to it. */
  told(now: number): Evidence {
    return this.#suspension.standing(now) === 'suspended' ? { ...this.#run } : this.evidence(now);
  }

  evidence(now: number): Evidence {
    this.#fade(now);
    return { successes: this.#successes, failures: this.#failures };
  }

  /** What was seen before the change is no evidence any more; after the suspension a single failure is all that is held. */
  #suspend(alarm: number, now: number): void {
    this.#successes = 0;
    this.#failures = 1;
    this.#suspendedAt = now;
    this.#at = this.#suspension.impose(now);
    this.#suspicion = suspicionOnProbation * alarm;
  }

  #calm(): void {
    this.#run = { successes: 0, failures: 0 };
    this.#suspension.lift();
  }

  #fade(now: number): void {
    if (now <= this.#at) return;
    const kept = 2 ** ((this.#at - now) / evidenceHalfLifeMs);
    this.#successes *= kept;
    this.#calls *= kept;
    this.#failures *= kept;
    this.#at = now;
  }
}

/**
 * Grows with the logarithm of calls per second: a busy target has more occasions for a false alarm and needs no more
 * seconds for a true one, a quiet one has to be judged by few calls.
 */
const alarmAt = (callsPerSecond: number): number =>
  Math.min(mostAlarm, Math.max(leastAlarm, alarmAtOnePerSecond + Math.log(callsPerSecond)));

/** Mean of Beta(1 + successes, 1 + failures); null while there is next to no evidence. */
export function chanceOfSuccess({ successes, failures }: Evidence): number | null {
  if (successes + failures < 0.5) return null;
  return (1 + successes) / (2 + successes + failures);
}

/**
 * P(failures < 5 %) with Beta(1 + failures, 1 + successes), measured against what is believed before the first call (which
 * is 5 %): 1 while nothing speaks against the target, so that an unknown or rarely called one is not starved.
 */
export function reliability({ successes, failures }: Evidence): number {
  if (failures < 1e-3) return 1;
  return Math.min(1, chanceBelow(acceptableFailures, 1 + failures, 1 + successes) / acceptableFailures);
}
