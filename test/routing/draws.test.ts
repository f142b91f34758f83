// What is chosen follows the probabilities that are recorded, and the recorded ones are those of a draw.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishedWeights, TargetHealth } from '../../routing/question.ts';
import { question, routerFor, seeded, type World } from './question.ts';

const names = ['a/m', 'b/m', 'c/m', 'd/m'];
const targets = names.map((name) => ({ provider: name[0], model: 'm' }));
const draws = 100_000;

/** Pearson's statistic of what was chosen against the sum of what was recorded. */
function chiSquare(decideNext: (index: number) => ReturnType<ReturnType<typeof routerFor>['decide']>): number {
  const expected = new Map<string, number>();
  const chosen = new Map<string, number>();
  for (let index = 0; index < draws; index++) {
    const { decision, plan } = decideNext(index);
    const first = `${plan[0]!.provider}/${plan[0]!.model}`;
    chosen.set(first, (chosen.get(first) ?? 0) + 1);
    for (const { provider, model, probability } of decision.candidates) {
      const name = `${provider}/${model}`;
      expected.set(name, (expected.get(name) ?? 0) + probability);
    }
  }
  let sum = 0;
  for (const [name, count] of expected) if (count > 0) sum += ((chosen.get(name) ?? 0) - count) ** 2 / count;
  return sum;
}

/** Of three degrees of freedom: exceeded by one honest run in a thousand. */
const critical = 16.27;

const versions: PublishedWeights[] = [
  { version: 'even', probabilities: { 'a/m': 0.25, 'b/m': 0.25, 'c/m': 0.25, 'd/m': 0.25 } },
  { version: 'steep', probabilities: { 'a/m': 0.9, 'b/m': 0.07, 'c/m': 0.02, 'd/m': 0.01 } },
  { version: 'three', probabilities: { 'a/m': 0.5, 'b/m': 0.3, 'c/m': 0.2 } },
];

describe('over 100 000 draws', () => {
  it.each(versions)('requests alone follow the weights of version $version', (weights) => {
    const router = routerFor({ strategy: 'published', targets, sticky: { by: 'none' } });
    const random = seeded(11);
    const asked = question({ random, lookups: { weights: () => weights } });
    expect(chiSquare(() => router.decide(asked))).toBeLessThan(critical);
  });

  it.each(versions)('sessions follow the weights of version $version', (weights) => {
    const router = routerFor({ strategy: 'published', targets });
    const of = (index: number): World => ({ session: `session ${index}`, lookups: { weights: () => weights } });
    expect(chiSquare((index) => router.decide(question(of(index))))).toBeLessThan(critical);
  });

  it('what health takes away is in the record', () => {
    const router = routerFor({ targets: targets.map((target, at) => ({ ...target, weight: at + 1 })) });
    const health = { a: { factor: 0.9 }, b: { factor: 0.2 }, c: { breaker: 'open' as const } };
    const of = (index: number): World => ({ session: `session ${index}`, health });
    expect(chiSquare((index) => router.decide(question(of(index))))).toBeLessThan(critical);
  });

  it('a ranking that hands on what an ailing target loses records what it hands on', () => {
    const router = routerFor({ strategy: 'fixed', targets });
    const random = seeded(5);
    const asked = question({ random, health: { a: { factor: 0.6 }, b: { factor: 0.3 } } });
    const { decision } = router.decide(asked);
    expect(decision.kind).toBe('sampled');
    expect(decision.candidates.map(({ probability }) => Number(probability.toFixed(3)))).toEqual([0.6, 0.12, 0.28, 0]);
    expect(chiSquare(() => router.decide(asked))).toBeLessThan(critical);
  });

  it('an experiment mixes its arms in as recorded', () => {
    const arms = [
      { percent: 30, target: targets[1] },
      { percent: 10, target: { provider: 'd', model: 'm' } },
    ];
    const router = routerFor({ targets: targets.slice(0, 3), experiment: { name: 'x', unit: 'user', arms } });
    const of = (index: number): World => ({ user: `user ${index}`, health: { b: { factor: 0.5 } } });
    expect(chiSquare((index) => router.decide(question(of(index))))).toBeLessThan(critical);
  });
});

const factor = fc.constantFrom(0, 0.01, 0.2, 0.5, 0.95, 1);
const health = fc.option(
  fc.record<Partial<TargetHealth>>({
    factor,
    breaker: fc.constantFrom('closed', 'half-open', 'open'),
    coolingUntil: fc.constantFrom(null, 0, Number.MAX_SAFE_INTEGER),
    inFlight: fc.nat(4),
    concurrencyLimit: fc.constantFrom(null, 3),
    firstTokenP50Ms: fc.constantFrom(null, 100, 5000),
  }),
  { nil: undefined },
);
const facts = fc.record({
  region: fc.constantFrom('', 'eu', 'us'),
  selfHosted: fc.boolean(),
  hasCredential: fc.boolean(),
  inputNanosPerToken: fc.constantFrom(null, 100, 1e7),
  contextWindow: fc.constantFrom(null, 500, 10_000),
  speaksBatch: fc.boolean(),
});
const perTarget = <T>(one: fc.Arbitrary<T>) => fc.record({ a: one, b: one, c: one, d: one });
const route = fc.record({
  strategy: fc.constantFrom('fixed', 'weighted', 'cheapest', 'fastest', 'least-busy', 'published', 'cascade', 'tiers'),
  targets: fc.tuple(fc.nat(2), fc.nat(2)).map((weights) => weights.map((weight, at) => ({ ...targets[at], weight }))),
  fallback: fc.constantFrom([], [{ ...targets[2], timeToFirstTokenMs: 1000, maxCostUsd: 0.001 }]),
  canary: fc.option(fc.record({ percent: fc.nat(100), target: fc.constant(targets[3]) }), { nil: undefined }),
  constraints: fc.constantFrom({}, { residency: ['eu'] }, { selfHostedOnly: true }, { maxCostUsd: 0.01 }),
  tiers: fc.constant([{ maxLatencyMs: 200, maxCostUsd: 0.001 }]),
  patience: fc.constantFrom(undefined, { batchAfterMs: 1 }),
});

describe('whatever is excluded and however ill everybody is', () => {
  it('probabilities add up to 1, and the chosen one has one, unless nobody is permitted', () => {
    fc.assert(
      fc.property(route, perTarget(facts), perTarget(health), fc.nat(2), (given, factsOf, healthOf, who) => {
        const lookups = { health: ({ provider }: { provider: string }) => fullHealth(healthOf, provider) };
        const session = ['', 'one', 'two'][who]!;
        const asked = question({ facts: factsOf, lookups, session, patienceMs: 10 });
        const { decision, plan, problem } = routerFor(given).decide(asked);
        const sum = decision.candidates.reduce((total, { probability }) => total + probability, 0);
        expect(Math.abs(sum - (problem ? 0 : 1))).toBeLessThan(1e-9);
        expect(plan.length === 0).toBe(problem !== null);
        if (!problem) expect(decision.candidates[decision.plan[0]!]!.probability).toBeGreaterThan(0);
        for (const place of decision.plan) expect(decision.candidates[place]!.excluded).toBe(null);
        for (const { excluded, probability } of decision.candidates) if (excluded) expect(probability).toBe(0);
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});

function fullHealth(all: Record<string, Partial<TargetHealth> | undefined>, provider: string): TargetHealth | null {
  const known = all[provider];
  return known ? ({ success: null, firstTokenP95Ms: null, ...known } as TargetHealth) : null;
}
