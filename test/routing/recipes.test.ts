// docs/routing.md as written: every block is loaded as a configuration, and does what its heading says.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ExclusionReason } from '../../contract/decision.ts';
import { StrategyName } from '../../contract/routes.ts';
import { compileEscalation } from '../../routing/escalate.ts';
import { createRouter, type Router } from '../../routing/router.ts';
import type { PlannedTarget } from '../../routing/target.ts';
import { load } from '../configuration/folder.ts';
import { question, seeded, type World } from './question.ts';

const text = readFileSync(path.resolve(import.meta.dirname, '../../docs/routing.md'), 'utf8');
const recipes = new Map(
  [...text.matchAll(/^### (\S+)\n[\s\S]*?```json\n([\s\S]*?)```/gm)].map(([, name, json]) => [name!, json!]),
);

const routesOf = (name: string) =>
  load({ file: JSON.parse(recipes.get(name) ?? '{}'), env: { MISTRAL_API_KEY: 'key' } }).configuration.routes;
const router = (name: string): Router => createRouter({ routes: routesOf(name), unitKey: 'tests' });
const decide = (name: string, world: World) => router(name).decide(question(world));
const named = (plan: readonly PlannedTarget[]) => plan.map(({ provider }) => provider);

/** How many of many questions go to each provider/model. */
function spread(name: string, worldOf: (index: number) => World, questions = 4000): Record<string, number> {
  const asked = router(name);
  const counts: Record<string, number> = {};
  for (let index = 0; index < questions; index++) {
    const { provider, model } = asked.decide(question(worldOf(index))).plan[0]!;
    counts[`${provider}/${model}`] = (counts[`${provider}/${model}`] ?? 0) + 1;
  }
  return Object.fromEntries(Object.entries(counts).map(([target, count]) => [target, count / questions]));
}

describe('the page', () => {
  it('has a recipe for every strategy', () => {
    expect(StrategyName.options.filter((name) => !recipes.has(name))).toEqual([]);
  });

  it('has none that says one thing in the heading and another in the block', () => {
    for (const name of StrategyName.options.filter((strategy) => strategy !== 'fixed' && strategy !== 'weighted'))
      expect(routesOf(name)[0]?.strategy).toBe(name);
  });

  it('lists the reasons of the contract and no others', () => {
    const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, reason]) => reason);
    expect(listed.toSorted()).toEqual(ExclusionReason.options.toSorted());
  });
});

describe('the recipe', () => {
  it('fixed asks the first, then the second, then the chain within its limits', () => {
    const { plan, decision } = decide('fixed', { task: 'support' });
    expect(named(plan)).toEqual(['anthropic', 'openai', 'mistral']);
    expect(plan[2]).toMatchObject({ from: 'fallback', timeToFirstTokenMs: 2000, maxCostUsd: 0.02 });
    expect(decision).toMatchObject({ route: 'support', strategy: 'fixed', kind: 'pinned' });
  });

  it('weighted sends nine of ten sessions to the first', () => {
    const shares = spread('weighted', (index) => ({ session: `session ${index}` }));
    expect(shares['anthropic/claude-opus-5']).toBeCloseTo(0.9, 1);
    expect(shares['mistral/large']).toBeCloseTo(0.1, 1);
  });

  it('cheapest takes the lowest expected cost, and only by night', () => {
    const facts = { openai: { inputNanosPerToken: 900 }, deepseek: { inputNanosPerToken: 300 } };
    const night = decide('cheapest', { task: 'summary', facts, now: Date.UTC(2026, 6, 1, 21) });
    expect(named(night.plan)).toEqual(['deepseek', 'openai', 'mistral']);
    expect(decide('cheapest', { task: 'summary', facts, now: Date.UTC(2026, 6, 1, 12) }).route).toBe(null);
  });

  it('fastest looks at the slow end, and hedges with the other provider', () => {
    const health = {
      groq: { firstTokenP50Ms: 100, firstTokenP95Ms: 2000 },
      cerebras: { firstTokenP50Ms: 200, firstTokenP95Ms: 400 },
    };
    const { plan, hedge } = decide('fastest', { app: 'editor-web', health });
    expect(named(plan)).toEqual(['cerebras', 'groq']);
    expect(hedge).toMatchObject({ target: { provider: 'groq' }, afterMs: 400, maxPercent: 3 });
  });

  it('least-busy takes the machine with fewer calls under way', () => {
    const health = { left: { inFlight: 7 }, right: { inFlight: 2 } };
    expect(named(decide('least-busy', { requestedModel: 'house', health }).plan)).toEqual(['right', 'left']);
  });

  it('published follows the published weights, and the file until there are any', () => {
    const weights = () => ({ version: 'v7', probabilities: { 'openai/gpt-5.6': 1 } });
    const learned = decide('published', { lookups: { weights } });
    expect([learned.plan[0]?.provider, learned.decision.weightsVersion]).toEqual(['openai', 'v7']);
    const before = decide('published', {}).decision;
    expect(before.candidates.map(({ probability }) => probability)).toEqual([0.8, 0.2]);
    expect(before.weightsVersion).toBe('');
  });

  it('cascade begins with the cheap one and says when the next is asked', () => {
    const { plan, decision, route } = decide('cascade', { task: 'extract' });
    expect([named(plan), decision.kind]).toEqual([['mistral', 'anthropic'], 'cascade']);
    const escalates = compileEscalation(route!.cascade!.escalateWhen);
    const answer = { text: '{"total": 4}', finish: 'stop' as const, confidence: 0.9, fitsSchema: true };
    expect(escalates(answer)).toBe(null);
    expect(escalates({ ...answer, confidence: 0.5 })).toContain('confidence');
    expect(escalates({ ...answer, fitsSchema: false })).toContain('schema');
    expect(escalates({ ...answer, text: 'Sorry, I don’t know.'.replace('’', "'") })).toContain('matches');
  });

  it('tiers takes the best that fits the limits of the request’s criticality', () => {
    const facts = { anthropic: { outputNanosPerToken: 75_000 } };
    const world = { requestedModel: 'chat', facts };
    expect(named(decide('tiers', { ...world, criticality: 'high' }).plan)).toEqual(['anthropic', 'mistral']);
    expect(named(decide('tiers', world).plan)).toEqual(['mistral', 'anthropic']);
  });

  it('canary gives one user in twenty to the newcomer, always the same ones', () => {
    const shares = spread('canary', (index) => ({ user: `user ${index}` }));
    expect(shares['anthropic/claude-opus-6']).toBeGreaterThan(0.03);
    expect(shares['anthropic/claude-opus-6']).toBeLessThan(0.07);
    const one = Object.values(spread('canary', () => ({ user: 'always the same' }), 50));
    expect(one).toEqual([1]);
  });

  it('experiment gives each arm its fifth', () => {
    const shares = spread('experiment', (index) => ({ session: `session ${index}` }));
    expect(shares['openai/gpt-5.6']).toBeCloseTo(0.6, 1);
    expect(shares['anthropic/claude-opus-5']).toBeCloseTo(0.2, 1);
    expect(shares['mistral/large']).toBeCloseTo(0.2, 1);
  });

  it('shadow copies a tenth and answers from the target', () => {
    const random = seeded(9);
    const asked = router('shadow');
    const routings = Array.from({ length: 4000 }, () => asked.decide(question({ random })));
    expect(routings.filter(({ shadow }) => shadow?.provider === 'deepseek').length / 4000).toBeCloseTo(0.1, 1);
    expect(new Set(routings.map(({ plan }) => plan[0]?.provider))).toEqual(new Set(['openai']));
  });

  it('continuation has somebody who could go on', () => {
    const { plan, route } = decide('continuation', { task: 'story' });
    expect([named(plan), route?.continuation]).toEqual([['anthropic', 'openai'], true]);
    expect(decide('fixed', { task: 'support' }).route?.continuation).toBe(false);
  });

  it('patience sends what can wait to a batch endpoint', () => {
    const facts = { openai: { speaksBatch: true } };
    const patient = decide('patience', { task: 'report', patienceMs: 4_000_000, facts });
    expect(patient.plan[0]).toMatchObject({ provider: 'openai', batch: true });
    const hurried = decide('patience', { task: 'report', patienceMs: 1000, facts });
    expect(hurried.plan[0]).toMatchObject({ provider: 'mistral', batch: false });
  });

  it('meaning tells a refund from everything else', () => {
    const asked = router('meaning');
    const routeOf = (prompt: string) => asked.decide(question({ prompt: () => prompt })).decision.route;
    expect(routeOf('Can you refund the payment for my broken order?')).toBe('refunds');
    expect(routeOf('Which birds sing in the winter?')).toBe('rest');
  });

  it('constraints keeps the confidential in the house, and fails when the house cannot be asked', () => {
    const facts = {
      house: { selfHosted: true, region: 'eu', inputNanosPerToken: 0, outputNanosPerToken: 0 },
      mistral: { region: 'eu-fr' },
    };
    expect(named(decide('constraints', { facts }).plan)).toEqual(['mistral', 'house']);
    expect(named(decide('constraints', { facts, sensitivity: 'confidential' }).plan)).toEqual(['house']);
    const gone = { ...facts, house: { ...facts.house, hasCredential: false } };
    expect(decide('constraints', { facts: gone, sensitivity: 'confidential' })).toMatchObject({
      plan: [],
      problem: {
        reason: 'nothing_eligible',
        exclusions: [{ reason: 'self_hosted_only' }, { reason: 'no_credential' }],
      },
    });
    expect(decide('constraints', { facts, inputTokens: 90_000 }).decision.candidates[0]?.excluded).toBe('price_cap');
  });
});
