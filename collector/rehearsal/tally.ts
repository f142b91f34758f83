// Adds up what a rehearsal finds, call by call: routes matched, who is asked first before and after, what that costs, and who
// is left without anybody.
import type { ExclusionReason } from '../../contract/decision.ts';
import type { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';
import type { Routing } from '../../routing/router.ts';
import type { RecordedCall } from './recorded-calls.ts';
import { callNanos, type World } from './replay-question.ts';

export type Tallied = Pick<RehearsalAnswer, 'replayed' | 'routes' | 'targets' | 'cost' | 'nobody' | 'excluded'>;

/** Whole nano-dollars, so that nothing is lost in the sum; null until something is known. */
type Sum = bigint | null;

export class Tally {
  readonly #world: World;
  readonly #routes = new Map<string, number>();
  readonly #targets = new Map<string, { provider: string; model: string; before: number; after: number }>();
  readonly #excluded = new Map<ExclusionReason, number>();
  readonly #before = { sum: null as Sum, unknown: 0 };
  readonly #after = { sum: null as Sum, unknown: 0 };
  readonly #both = { requests: 0, before: null as Sum, after: null as Sum };
  #replayed = 0;
  #nobody = 0;

  /** `names`: every route that could match, in its order. */
  constructor(world: World, names: readonly string[]) {
    this.#world = world;
    for (const name of [...names, '']) this.#routes.set(name, 0);
  }

  add(call: RecordedCall, { decision, problem }: Pick<Routing, 'decision' | 'problem'>): void {
    this.#replayed++;
    this.#routes.set(decision.route, (this.#routes.get(decision.route) ?? 0) + 1);
    const before = call.chosen ? this.#priced(this.#before, callNanos(call, call.chosen, this.#world)) : null;
    if (call.chosen) this.#target(call.chosen).before++;
    if (problem) {
      this.#nobody++;
      for (const reason of new Set(problem.exclusions.map((exclusion) => exclusion.reason)))
        this.#excluded.set(reason, (this.#excluded.get(reason) ?? 0) + 1);
      return;
    }
    const after = this.#priced(this.#after, this.#expected(call, decision.candidates));
    if (before === null || after === null) return;
    this.#both.requests++;
    this.#both.before = plus(this.#both.before, before);
    this.#both.after = plus(this.#both.after, after);
  }

  /** Each target's cost times the chance that it is asked; null as soon as one of them is unknown. */
  #expected(call: RecordedCall, candidates: Routing['decision']['candidates']): number | null {
    let expected: number | null = 0;
    for (const candidate of candidates) {
      if (candidate.probability === 0) continue;
      this.#target(candidate).after += candidate.probability;
      const nanos = callNanos(call, candidate, this.#world);
      expected = expected === null || nanos === null ? null : expected + candidate.probability * nanos;
    }
    return expected;
  }

  #priced(side: { sum: Sum; unknown: number }, nanos: number | null): bigint | null {
    if (nanos === null) {
      side.unknown++;
      return null;
    }
    const whole = BigInt(Math.round(nanos));
    side.sum = plus(side.sum, whole);
    return whole;
  }

  #target({ provider, model }: { provider: string; model: string }) {
    const name = `${provider}/${model}`;
    const known = this.#targets.get(name) ?? { provider, model, before: 0, after: 0 };
    this.#targets.set(name, known);
    return known;
  }

  answer(): Tallied {
    return {
      replayed: this.#replayed,
      routes: [...this.#routes].map(([name, requests]) => ({ name, requests })),
      targets: [...this.#targets.values()]
        .map((target) => ({ ...target, after: rounded(target.after) }))
        .sort((one, other) => other.after - one.after || other.before - one.before),
      cost: {
        before: { nanos: text(this.#before.sum), unknown: this.#before.unknown },
        after: { nanos: text(this.#after.sum), unknown: this.#after.unknown },
        both: {
          requests: this.#both.requests,
          beforeNanos: text(this.#both.before),
          afterNanos: text(this.#both.after),
        },
      },
      nobody: this.#nobody,
      excluded: [...this.#excluded]
        .map(([reason, requests]) => ({ reason, requests }))
        .sort((one, other) => other.requests - one.requests),
    };
  }
}

const plus = (sum: Sum, nanos: bigint): bigint => (sum ?? 0n) + nanos;
const text = (sum: Sum): string | null => (sum === null ? null : String(sum));
/** Sums of probabilities carry the dust of floating point. */
const rounded = (requests: number): number => Math.round(requests * 1000) / 1000;
