// One scenario from beginning to end with a seed: requests arrive at random, targets are chosen, fail and are replaced,
// and everything that health is told in the proxy it is told here.
import type { Call, CallResult } from '../../proxy/health/call.ts';
import { type Classification, classify } from '../../proxy/health/classify.ts';
import { readRateLimit } from '../../proxy/health/headroom.ts';
import { createHealth, type Health } from '../../proxy/health/health.ts';
import { type AttemptMade, nextAttempt } from '../../proxy/health/next-attempt.ts';
import { RetryBudget } from '../../proxy/health/retry-budget.ts';
import { type Choice, type Chooser, createChooser } from './choosing.ts';
import { type Answer, otherErrors, type Scenario, well } from './scenarios.ts';
import { SimulatedTime, seededRandom } from './simulated-time.ts';
import { Tally } from './tally.ts';

export interface Shape {
  perSecond: number;
  /** Of the targets; the first is the one that has the fault. */
  weights: number[];
}

const start = 1_800_000_000_000;
const deadlineMs = 60_000;
const usualLimitMs = 30_000;
const task = 'support';

export function simulate(scenario: Scenario, shape: Shape, seed: number): Tally {
  const random = seededRandom(seed);
  const time = new SimulatedTime(start);
  const health = createHealth({ clock: time.clock, random });
  const chooser = createChooser({ weights: shape.weights, health, clock: time.clock, random });
  const tally = new Tally(scenario, shape, start);
  const world = new World({ time, random, scenario, health, chooser, tally });
  const arrive = (): void => {
    if (time.clock() - start > scenario.lengthMs) return;
    world.request();
    time.after((-Math.log(1 - random()) * 1_000) / shape.perSecond, arrive);
  };
  arrive();
  time.run();
  return tally;
}

interface WorldParts {
  time: SimulatedTime;
  random: () => number;
  scenario: Scenario;
  health: Health;
  chooser: Chooser;
  tally: Tally;
}

interface Exchange {
  choice: Choice;
  attempts: AttemptMade[];
  deadline: number;
}

interface Underway {
  exchange: Exchange;
  target: number;
  call: Call;
}

class World {
  #parts: WorldParts;
  #budget: RetryBudget;

  constructor(parts: WorldParts) {
    this.#parts = parts;
    this.#budget = new RetryBudget(parts.time.clock);
  }

  request(): void {
    const { chooser, tally, time } = this.#parts;
    const now = time.clock();
    const choice = chooser.choose();
    tally.decided(choice, now);
    this.#budget.request(task);
    this.#attempt({ choice, attempts: [], deadline: now + deadlineMs }, choice.first);
  }

  #attempt(exchange: Exchange, target: number): void {
    const { time, health, chooser, tally } = this.#parts;
    tally.attempts++;
    const kind = { model: 'model', inputTokens: 900, stream: true, reasoning: false };
    const limit = health.timeLimits(kind).firstTokenMs ?? usualLimitMs;
    const call = health.began(chooser.keys[target]!, { ...kind, firstTokenLimitMs: limit });
    const answer = this.#answer(target);
    if (answer.firstTokenMs > limit)
      time.after(limit, () => this.#failed({ exchange, target, call }, 'SIGHTLINE_UPSTREAM_TIMEOUT'));
    else if (answer.status === null)
      time.after(answer.totalMs, () => this.#failed({ exchange, target, call }, 'ECONNREFUSED'));
    else if (answer.status >= 400) time.after(answer.totalMs, () => this.#failed({ exchange, target, call }, answer));
    else {
      time.after(answer.firstTokenMs, () => health.firstToken(call));
      time.after(answer.totalMs, () => health.ended(call, success(answer)));
    }
  }

  #answer(target: number): Answer {
    const { scenario, time, random } = this.#parts;
    if (target > 0) return well(random, otherErrors);
    const at = time.clock() - start;
    const broken = scenario.faults.some(([from, to]) => at >= from && at < to);
    return broken ? scenario.faulty(random) : well(random, scenario.usualErrors);
  }

  #failed({ exchange, target, call }: Underway, how: Answer | string): void {
    const { time, health, tally, random } = this.#parts;
    const now = time.clock();
    const answered = typeof how === 'string' ? null : { headers: how.headers, status: how.status! };
    const rateLimit = answered && readRateLimit(answered, now);
    const network = typeof how === 'string' ? how : null;
    const classification: Classification = classify({ network, status: answered?.status ?? null, errorClass: null });
    const result = { ...nothing, verdict: classification.verdict, totalMs: now - call.beganAt, rateLimit };
    health.ended(call, result);
    tally.failures++;
    exchange.attempts.push({ target, otherKey: false, failure: classification });
    const move = nextAttempt({
      attempts: exchange.attempts,
      mayAsk: exchange.choice.mayAsk(),
      otherKeyFree: false,
      retryAfterMs: rateLimit?.retryAfterMs ?? null,
      remainingMs: exchange.deadline - now,
      budgetLeft: this.#budget.left(task),
      random,
    });
    if (move.target === null) {
      tally.clientFailures++;
      return;
    }
    const next = move.target;
    this.#budget.retry(task);
    time.after(move.waitMs, () => this.#attempt(exchange, next));
  }
}

const nothing = { firstTokenMs: null, longestGapMs: null, outputTokens: null };

const success = ({ firstTokenMs, totalMs, headers }: Answer): CallResult => ({
  verdict: 'success',
  firstTokenMs,
  totalMs,
  longestGapMs: 80,
  outputTokens: 120,
  rateLimit: readRateLimit({ headers, status: 200 }, 0),
});
