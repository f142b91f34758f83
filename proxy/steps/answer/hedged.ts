// Asks a second provider when the first is slow to begin; whoever says something first has the client, and the other is let
// go. Both are attempts of the same exchange.
import type { Hedge } from '../../../routing/hedge.ts';
import { ProxyError } from '../../errors.ts';
import type { Exchange } from '../../exchange.ts';
import type { Permission } from '../../outlet.ts';
import { UpstreamCall } from '../../upstream/call.ts';
import type { Failed } from './after-attempt.ts';
import type { AnswerRooms } from './answer-rooms.ts';
import { Heard } from './heard.ts';
import { HeldTap } from './held-tap.ts';
import { type AttemptPlan, oneAttempt } from './one-attempt.ts';

/** All attempts that failed, the planned one last; none where the client has its answer, or is gone. */
export async function hedgedAttempt(
  exchange: Exchange,
  plan: AttemptPlan,
  hedge: Hedge,
  rooms: AnswerRooms,
): Promise<Failed[]> {
  const race = new Race(exchange, rooms);
  const first = race.run(plan);
  const slow = await isSlow(first, race.begun, hedge.afterMs);
  const second = slow && !exchange.gone ? secondPlan(exchange, plan, { hedge, rooms }) : null;
  if (!second) return listed(await first);
  const [one, two] = await Promise.all([first, race.run(second)]);
  return race.won ? [] : [...listed(two), ...listed(one)];
}

const listed = (failed: Failed | null): Failed[] => (failed ? [failed] : []);

function secondPlan(
  exchange: Exchange,
  plan: AttemptPlan,
  { hedge, rooms }: { hedge: Hedge; rooms: AnswerRooms },
): AttemptPlan | null {
  const { provider: name, model } = hedge.target;
  const place = exchange.plan.findIndex((one) => one.provider.name === name && one.model === model);
  const target = exchange.plan[place];
  const asked = { provider: plan.target.provider.name, model: plan.target.model };
  const { question } = exchange;
  if (!target || !question || rooms.router.recheck(question, { provider: name, model }, [asked]) !== null) return null;
  if (!rooms.watch.budget.hedge(exchange.attribution.task)) return null;
  return { ...plan, target, place, kind: 'hedge', why: `no content after ${Math.round(hedge.afterMs)} ms` };
}

class Race {
  readonly begun: Promise<void>;
  readonly #exchange: Exchange;
  readonly #rooms: AnswerRooms;
  readonly #calls = new Set<UpstreamCall>();
  #winner: UpstreamCall | null = null;
  #begin!: () => void;

  constructor(exchange: Exchange, rooms: AnswerRooms) {
    this.#exchange = exchange;
    this.#rooms = rooms;
    this.begun = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  get won(): boolean {
    return this.#winner !== null;
  }

  async run(plan: AttemptPlan): Promise<Failed | null> {
    const call = new UpstreamCall();
    this.#calls.add(call);
    const held = plan.tap && new HeldTap(plan.tap);
    const heard = new Heard(plan.target, held);
    const failed = await oneAttempt(
      this.#exchange,
      {
        ...plan,
        ...{ call, tap: heard },
        permission: () => this.#claim(call),
        onCommit: () => {
          held?.release();
          this.#letGoOfOthers(call);
        },
      },
      this.#rooms,
    );
    if (this.#winner === call) return null;
    if (this.#winner) this.#noteLoser(failed, heard);
    // As long as nobody has won, what the planned target said is what the record has.
    else if (plan.kind !== 'hedge') held?.release();
    return failed;
  }

  #claim(call: UpstreamCall): Permission {
    this.#winner ??= call;
    this.#begin();
    return this.#winner === call ? 'go' : 'never';
  }

  #letGoOfOthers(winner: UpstreamCall): void {
    const reason = new ProxyError('SIGHTLINE_CLIENT_GONE', 'Another attempt was quicker.');
    for (const call of this.#calls) if (call !== winner) call.abort(reason);
  }

  #noteLoser(failed: Failed | null, heard: Heard): void {
    const attempt = failed?.attempt;
    if (!attempt) return;
    if (attempt.outcome === 'aborted') attempt.errorCode = '';
    attempt.why ||= 'another attempt was quicker';
    heard.meter(attempt, this.#exchange, { prices: this.#rooms.prices, whole: failed.withheld !== null });
  }
}

/** False as soon as the attempt has begun to answer, or has failed. */
function isSlow(attempt: Promise<unknown>, begun: Promise<void>, afterMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), afterMs);
    const quick = (): void => {
      clearTimeout(timer);
      resolve(false);
    };
    void begun.then(quick);
    void attempt.then(quick, quick);
  });
}
