// What is counted of a run, by the true table and not by what was seen of it.
import { requests, tasks, type World } from './world.ts';

export interface RunFigures {
  /** Dollars a request that the oracle would have had more. */
  regretUsd: number;
  /** Share of requests answered by a model that is below the task's floor. */
  floorViolations: number;
  spentUsd: number;
  premiumUsd: number;
  /** True accepted share less that of the premium model alone. */
  acceptanceChange: number;
  /** Of the task that comes closest to its floor: true accepted share over the run less the floor. */
  aboveFloor: number;
  firstAttemptFailures: number;
  /** Requests after the middle until the model that became worse got less than a tenth of its task; null: never. */
  recovery: number | null;
}

const block = 500;

export class Tally {
  readonly #world: World;
  readonly #ofTask = tasks.map(() => ({ requests: 0, accepted: 0 }));
  #sums = {
    regretUsd: 0,
    floorViolations: 0,
    spentUsd: 0,
    premiumUsd: 0,
    acceptanceChange: 0,
    firstAttemptFailures: 0,
  };
  #recovery: number | null = null;
  #drifted = { of: 0, chosen: 0 };

  constructor(world: World) {
    this.#world = world;
  }

  count({ task, chosen, served, request }: { task: number; chosen: number; served: number; request: number }): void {
    const world = this.#world;
    const accepted = world.acceptance(task, served, request);
    const sums = this.#sums;
    sums.regretUsd += world.utility(task, world.best(task, request), request) - world.utility(task, served, request);
    if (accepted < tasks[task]!.qualityFloor) sums.floorViolations += 1;
    sums.spentUsd += world.costUsd(served, request);
    sums.premiumUsd += world.costUsd(world.premium, request);
    sums.acceptanceChange += accepted - world.acceptance(task, world.premium, request);
    if (chosen !== served) sums.firstAttemptFailures += 1;
    this.#ofTask[task]!.requests += 1;
    this.#ofTask[task]!.accepted += accepted;
    if (request >= requests / 2) this.#watchRecovery(task, chosen, request);
  }

  /** In blocks of requests, when the model that drifts away is left. */
  #watchRecovery(task: number, chosen: number, request: number): void {
    const drifted = this.#drifted;
    if (task === 0) {
      drifted.of += 1;
      if (chosen === 1) drifted.chosen += 1;
    }
    if ((request + 1) % block !== 0) return;
    if (this.#recovery === null && drifted.chosen < 0.1 * drifted.of) this.#recovery = request + 1 - requests / 2;
    this.#drifted = { of: 0, chosen: 0 };
  }

  figures(): RunFigures {
    const mean = (sum: number): number => sum / requests;
    const sums = this.#sums;
    const above = this.#ofTask.map((one, task) => one.accepted / one.requests - tasks[task]!.qualityFloor);
    return {
      regretUsd: mean(sums.regretUsd),
      floorViolations: mean(sums.floorViolations),
      spentUsd: mean(sums.spentUsd),
      premiumUsd: mean(sums.premiumUsd),
      acceptanceChange: mean(sums.acceptanceChange),
      aboveFloor: Math.min(...above),
      firstAttemptFailures: mean(sums.firstAttemptFailures),
      recovery: this.#recovery,
    };
  }
}
