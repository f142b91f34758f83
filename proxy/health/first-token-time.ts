// Whether a target has become slow: time to first token as a peak-sensitive average, beside a slow one that says what is
// usual there. Each value is first set in relation to what is usual for its input size.
import { type InputSize, inputSizes } from './input-size.ts';
import { Suspension } from './suspension.ts';

/** Peaks are taken at once and fade with this. */
const peakTimeMs = 10_000;
/** Values per input size, and in all, before anything is compared. */
const enough = 8;
/** Weight of a new value in what is usual, once there are enough: a few hundred calls. */
const slowShare = 1 / 300;
/** Ordinary scatter costs a target nothing. */
const scatter = 1.5;
/** Two waiting calls past this multiple of the usual peak say what their answers would say too late. */
const waitsTooLong = 4;
/** Cumulative sum of logarithms: what exceeds a bit more than twice the usual adds to it, all else wears it off. */
const tolerated = Math.log(2.25);
/** So many standard deviations of the target's own scatter are an alarm, but never less than this. */
const alarmDeviations = 4;
const leastAlarm = 2.4;
/** On probation one call at a time: two in a row below the first are good, a single one above the second is not. */
const good = 2.5;
const bad = 3.5;
const probationSpeed = 0.2;

interface Usual {
  logMs: number;
  values: number;
}

export interface Wait {
  ms: number;
  size: InputSize;
}

export class FirstTokenTime {
  #usual: Usual[] = Array.from({ length: inputSizes }, () => ({ logMs: 0, values: 0 }));
  #variance = 0.2;
  #peak = 1;
  #usualPeak = 1;
  #values = 0;
  #at = 0;
  #suspicion = 0;
  #suspension = new Suspension();
  #goodInARow = 0;

  add(ms: number, size: InputSize, now: number): void {
    const relation = this.#relation(ms, size);
    this.#learn(ms, size);
    if (relation === null) return;
    if (this.#suspension.standing(now) === 'free') this.#compare(relation, now);
    else this.#prove(relation, now);
  }

  /**
   * 0 to 1: (usual / now)², 0 while suspended. `waits` are calls that still wait for their first token.
   */
  speed(now: number, waits: readonly Wait[] = []): number {
    if (this.#values < enough) return 1;
    this.#watch(waits, now);
    switch (this.#suspension.standing(now)) {
      case 'suspended':
        return 0;
      case 'probation':
        return waits.length === 0 ? probationSpeed : 0;
      case 'free': {
        const times = this.#faded(now) / this.#usualPeak;
        return times <= scatter ? 1 : (1 / times) ** 2;
      }
    }
  }

  suspendedUntil(now: number): number | null {
    return this.#suspension.until(now);
  }

  /** A target that proved itself again is measured anew against what was usual before. */
  forgive(): void {
    this.#suspension.lift();
    this.#goodInARow = 0;
    this.#suspicion = 0;
    this.#peak = this.#usualPeak;
  }

  #watch(waits: readonly Wait[], now: number): void {
    let longest = 0;
    let second = 0;
    for (const { ms, size } of waits) {
      const relation = this.#relation(ms, size) ?? 0;
      if (relation > longest) [longest, second] = [relation, longest];
      else if (relation > second) second = relation;
    }
    const standing = this.#suspension.standing(now);
    const tooLong = waitsTooLong * this.#usualPeak;
    if (standing === 'free' ? second >= tooLong : standing === 'probation' && longest >= bad) this.#suspend(now);
  }

  #compare(relation: number, now: number): void {
    const log = Math.log(relation);
    const alarm = Math.max(leastAlarm, alarmDeviations * Math.sqrt(this.#variance));
    this.#suspicion = Math.max(0, this.#suspicion + log - tolerated);
    this.#values++;
    if (this.#suspicion >= alarm) this.#suspend(now);
    const faded = this.#faded(now);
    const kept = Math.exp(Math.min(0, this.#at - now) / peakTimeMs);
    this.#peak = relation > faded ? relation : relation + (faded - relation) * kept;
    this.#at = now;
    // Extremes must not teach what is usual, or a slow minute would excuse the next.
    const share = Math.max(slowShare, 1 / (this.#values + 1));
    this.#usualPeak += (Math.min(this.#peak, this.#usualPeak * scatter) - this.#usualPeak) * share;
    this.#variance += (Math.min(1, log * log) - this.#variance) * Math.max(slowShare, 1 / (this.#values + 10));
  }

  #prove(relation: number, now: number): void {
    if (this.#suspension.standing(now) === 'suspended') return;
    if (relation >= bad) this.#suspend(now);
    else if (relation > good) this.#goodInARow = 0;
    else if (++this.#goodInARow >= 2) this.forgive();
  }

  #suspend(now: number): void {
    this.#suspension.impose(now);
    this.#suspicion = 0;
    this.#goodInARow = 0;
  }

  #faded(now: number): number {
    const kept = Math.exp(Math.min(0, this.#at - now) / peakTimeMs);
    return this.#usualPeak + (this.#peak - this.#usualPeak) * kept;
  }

  #relation(ms: number, size: InputSize): number | null {
    const usual = this.#usual[size]!;
    return usual.values < enough ? null : Math.max(1, ms) / Math.exp(usual.logMs);
  }

  #learn(ms: number, size: InputSize): void {
    const usual = this.#usual[size]!;
    const log = Math.log(Math.max(1, ms));
    const off = usual.values < enough ? log - usual.logMs : Math.max(-0.7, Math.min(0.7, log - usual.logMs));
    usual.values++;
    usual.logMs += off * Math.max(slowShare, 1 / usual.values);
  }
}
