// What is counted in one run, and the figures that come of it.
import type { Choice } from './choosing.ts';
import type { Scenario } from './scenarios.ts';
import type { Shape } from './simulation.ts';

export interface ScenarioFigures {
  /** Of the first target's usual share of requests, what went elsewhere from 5 s after a fault's begin to its end. */
  movedWithin5s: number | null;
  /** Of the failed attempts, the share that reached a client. */
  clientFailures: number;
  /** Attempts beyond one for each request, as a share of requests. */
  extraAttempts: number;
  /** Decisions in which a target without a fault was shut out, as a share of its decisions. */
  falseEjections: number;
}

const settleMs = 5_000;

export class Tally {
  attempts = 0;
  failures = 0;
  clientFailures = 0;
  #requests = 0;
  #settled = { requests: 0, toFaulty: 0 };
  #judged = { decisions: 0, shutOut: 0 };
  #scenario: Scenario;
  #share: number;
  #start: number;

  constructor(scenario: Scenario, { weights }: Shape, start: number) {
    this.#scenario = scenario;
    this.#share = weights[0]! / weights.reduce((sum, weight) => sum + weight, 0);
    this.#start = start;
  }

  decided({ first, shutOut }: Choice, now: number): void {
    this.#requests++;
    const at = now - this.#start;
    if (this.#scenario.faults.some(([from, to]) => at >= from + settleMs && at < to)) {
      this.#settled.requests++;
      if (first === 0) this.#settled.toFaulty++;
    }
    // The first target is above suspicion only where it has no fault at all: what follows a fault is no false ejection.
    const judgedFrom = this.#scenario.faults.length === 0 ? 0 : 1;
    for (let target = judgedFrom; target < shutOut.length; target++) {
      this.#judged.decisions++;
      if (shutOut[target]) this.#judged.shutOut++;
    }
  }

  figures(): ScenarioFigures {
    const { requests, toFaulty } = this.#settled;
    return {
      movedWithin5s: requests === 0 ? null : 1 - toFaulty / requests / this.#share,
      clientFailures: this.failures === 0 ? 0 : this.clientFailures / this.failures,
      extraAttempts: (this.attempts - this.#requests) / this.#requests,
      falseEjections: this.#judged.shutOut / this.#judged.decisions,
    };
  }
}
