// How many extra attempts a task may cause: a share of its requests over the last seconds, retries and hedges together, so
// that a provider in trouble is not buried under them.

const slotMs = 1_000;
const slots = 10;
const retryShare = 0.1;
/** Even a task that asks once a minute may retry. */
const retriesPerSecond = 3;
const usualHedgeShare = 0.03;
/** Hedges are saved up for at most so many. */
const hedgesSaved = 5;
const mostTasks = 1_000;

class TaskBudget {
  #requests = new Uint32Array(slots);
  #spent = new Uint32Array(slots);
  #newest = Number.NEGATIVE_INFINITY;
  hedges = 0;

  request(now: number, hedgeShare: number): void {
    this.#requests[this.#turn(now)]!++;
    this.hedges = Math.min(hedgesSaved, this.hedges + hedgeShare);
  }

  left(now: number): boolean {
    this.#turn(now);
    const requests = this.#requests.reduce((sum, count) => sum + count, 0);
    const spent = this.#spent.reduce((sum, count) => sum + count, 0);
    return spent + 1 <= Math.max(retryShare * requests, (retriesPerSecond * slots * slotMs) / 1_000);
  }

  spend(now: number): void {
    this.#spent[this.#turn(now)]!++;
  }

  #turn(now: number): number {
    const current = Math.floor(now / slotMs);
    for (let step = 0; step < Math.min(slots, current - this.#newest); step++) {
      this.#requests[(current - step) % slots] = 0;
      this.#spent[(current - step) % slots] = 0;
    }
    this.#newest = Math.max(this.#newest, current);
    return this.#newest % slots;
  }
}

export class RetryBudget {
  #tasks = new Map<string, TaskBudget>();
  #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Every request of a client, once. `hedgeShare`: of these, so many may be asked twice. */
  request(task: string, hedgeShare = usualHedgeShare): void {
    const budget = this.#tasks.get(task) ?? new TaskBudget();
    // The task asked least recently stands first and goes first.
    this.#tasks.delete(task);
    this.#tasks.set(task, budget);
    if (this.#tasks.size > mostTasks) this.#tasks.delete(this.#tasks.keys().next().value!);
    budget.request(this.#clock(), hedgeShare);
  }

  left(task: string): boolean {
    return this.#tasks.get(task)?.left(this.#clock()) ?? false;
  }

  /** Takes one for a retry or a move to another target; false, and nothing taken, when none is left. */
  retry(task: string): boolean {
    const budget = this.#tasks.get(task);
    const now = this.#clock();
    if (!budget?.left(now)) return false;
    budget.spend(now);
    return true;
  }

  hedgeLeft(task: string): boolean {
    return (this.#tasks.get(task)?.hedges ?? 0) >= 1 && this.left(task);
  }

  /** A hedge takes from the shared budget and from its own, which is smaller. */
  hedge(task: string): boolean {
    if (!this.hedgeLeft(task)) return false;
    this.#tasks.get(task)!.hedges--;
    return this.retry(task);
  }
}
