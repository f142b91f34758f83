// Asks a second provider when the first is slow to begin; whoever says something first has the client, and the other is let
// go. Both are attempts of the same exchange.

import type { Hedge } from '../../../routing/hedge.ts';
import type { Exchange } from '../../exchange.ts';
import type { Permission } from '../../outlet.ts';
import { toTarget } from '../../upstream/find-target.ts';
import { noLimits } from '../decide.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { HeldTap } from './held-tap.ts';
import { type AttemptPlan, type Failed, oneAttempt } from './one-attempt.ts';

export async function hedgedAttempt(
  exchange: Exchange,
  plan: AttemptPlan,
  hedge: Hedge,
  rooms: AnswerRooms,
): Promise<Failed | null> {
  const second = toTarget(rooms.directory, exchange.route, hedge.target);
  if (!second) return oneAttempt(exchange, plan, rooms);
  const race = new Race(exchange);
  const first = race.run('first', plan, rooms);
  const { budget } = rooms.watch;
  const slow = await Promise.race([first.then(() => false), race.begun.then(() => false), after(hedge.afterMs)]);
  if (!slow || exchange.gone || !budget.hedge(exchange.attribution.task)) return first;
  const why = `no content after ${Math.round(hedge.afterMs)} ms`;
  const target = { ...second, limits: noLimits };
  const other = race.run('second', { ...plan, target, kind: 'hedge', why }, rooms);
  const [one, two] = await Promise.all([first, other]);
  // Either has answered; else what the planned target said is what counts.
  return one === null || two === null ? null : one;
}

type Runner = 'first' | 'second';

class Race {
  readonly begun: Promise<void>;
  readonly #exchange: Exchange;
  readonly #cancels = new Map<Runner, () => void>();
  #winner: Runner | null = null;
  #begin!: () => void;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  /** Null too where the other has won: then the client has its answer. */
  async run(runner: Runner, plan: AttemptPlan, rooms: AnswerRooms): Promise<Failed | null> {
    const tap = plan.tap && new HeldTap(plan.tap);
    const before = new Set(this.#exchange.cancels);
    const running = oneAttempt(
      this.#exchange,
      {
        ...plan,
        tap,
        permission: () => this.#claim(runner),
        onCommit: () => {
          tap?.release();
          this.#cancelOther(runner);
        },
      },
      rooms,
    );
    // The attempt registers how it is let go before it first waits for anything of the network.
    setImmediate(() => {
      for (const cancel of this.#exchange.cancels) if (!before.has(cancel)) this.#cancels.set(runner, cancel);
    });
    const failed = await running;
    if (this.#winner !== null && this.#winner !== runner) return null;
    if (failed) tap?.release();
    return failed;
  }

  #claim(runner: Runner): Permission {
    this.#winner ??= runner;
    this.#begin();
    return this.#winner === runner ? 'go' : 'never';
  }

  #cancelOther(runner: Runner): void {
    this.#cancels.get(runner === 'first' ? 'second' : 'first')?.();
  }
}

const after = (milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => setTimeout(() => resolve(true), milliseconds).unref());
