// Stops calls to a target that is plainly broken, and lets single probes through until it has proved itself again.
// That the last target of a set is never shut out is for whoever sees the set: eligible.ts.
import { CallWindow } from './call-window.ts';
import type { BreakerState } from './target-health.ts';

const consecutiveFailures = 5;
const enoughCalls = 10;
const failedShare = 0.5;
const slowShare = 0.8;
const firstOpenMs = 15_000;
const longestOpenMs = 300_000;
const jitter = 0.2;
/** After the first probe succeeded, so many more must, without exception. */
const confirmations = 3;
/** Closed for so long, the next opening is the first of a new story. */
const forgottenMs = 120_000;
const longestCallMs = 600_000;

/** What a call may say about the breaker's state: only what it was begun in. */
export interface BreakerTicket {
  epoch: number;
  probe: boolean;
}

export type BreakerVerdict = 'success' | 'failure' | 'neutral';

export class Breaker {
  #state: BreakerState = 'closed';
  #epoch = 0;
  #window = new CallWindow();
  #inARow = 0;
  #openings = 0;
  #until = 0;
  #closedAt = 0;
  #probes = 0;
  #proved = 0;
  #probedAt = 0;
  #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  state(now: number): BreakerState {
    if (this.#state === 'open' && now >= this.#until) this.#enter('half-open');
    return this.#state;
  }

  /** When an open breaker lets the first probe through; null unless it is open. */
  openUntil(now: number): number | null {
    return this.state(now) === 'open' ? this.#until : null;
  }

  /** Whether a call may go there now. */
  admits(now: number): boolean {
    const state = this.state(now);
    if (state !== 'half-open') return state === 'closed';
    // A probe that nobody ever ended must not keep the target shut for good.
    if (this.#probes > 0 && now - this.#probedAt > longestCallMs) this.#probes = 0;
    return this.#probes < (this.#proved === 0 ? 1 : confirmations - this.#proved + 1);
  }

  /** Calls are counted when they begin: a window shorter than an answer would otherwise never see them together. */
  began(now: number): BreakerTicket {
    const probe = this.state(now) !== 'closed';
    if (probe) {
      this.#probes++;
      this.#probedAt = now;
    } else this.#window.count('calls', now);
    return { epoch: this.#epoch, probe };
  }

  /** True when this call closed the breaker. `slow`: the first token took longer than half of what it may. */
  ended(ticket: BreakerTicket, verdict: BreakerVerdict, slow: boolean, now: number): boolean {
    if (ticket.epoch !== this.#epoch) return false;
    if (ticket.probe) return this.#probeEnded(verdict, now);
    if (verdict === 'neutral') return false;
    this.#inARow = verdict === 'failure' ? this.#inARow + 1 : 0;
    if (verdict === 'failure') this.#window.count('failures', now);
    if (slow) this.#window.count('slow', now);
    if (this.#mustOpen(now)) this.#open(now);
    return false;
  }

  #mustOpen(now: number): boolean {
    if (this.#inARow >= consecutiveFailures) return true;
    const { calls, failures, slow } = this.#window.sums(now);
    if (calls < enoughCalls) return false;
    return failures >= failedShare * calls || slow >= slowShare * calls;
  }

  #probeEnded(verdict: BreakerVerdict, now: number): boolean {
    this.#probes = Math.max(0, this.#probes - 1);
    if (verdict === 'neutral') return false;
    if (verdict === 'failure') {
      // While open, calls are made only because nobody else was left: they must not lengthen the wait each time.
      if (this.#state === 'open') this.#proved = 0;
      else this.#open(now);
      return false;
    }
    // A call that was made while open, because nobody else was left, proves life as well as a probe does.
    this.#proved++;
    if (this.#proved <= confirmations) {
      if (this.#state === 'open') this.#state = 'half-open';
      return false;
    }
    this.#enter('closed');
    this.#closedAt = now;
    this.#window.clear();
    this.#inARow = 0;
    return true;
  }

  #open(now: number): void {
    if (this.#state === 'closed' && now - this.#closedAt > forgottenMs) this.#openings = 0;
    const longest = Math.min(longestOpenMs, firstOpenMs * 2 ** this.#openings);
    this.#until = now + longest * (1 - jitter + 2 * jitter * this.#random());
    this.#openings++;
    this.#enter('open');
  }

  #enter(state: BreakerState): void {
    this.#state = state;
    // A probe may be under way when the time to open ends; it still counts as one.
    if (state === 'half-open') return;
    this.#epoch++;
    this.#probes = 0;
    this.#proved = 0;
  }
}
