// What health may do to a choice, and what it may not.
import { describe, expect, it } from 'vitest';
import type { TargetHealth } from '../../routing/question.ts';
import { question, routerFor } from './question.ts';

const targets = [
  { provider: 'a', model: 'm', weight: 90 },
  { provider: 'b', model: 'm', weight: 10 },
];
const fallback = [{ provider: 'c', model: 'm' }];
const decide = (health: Record<string, Partial<TargetHealth>>, route: object = {}) =>
  routerFor({ targets, fallback, ...route }).decide(question({ health }));
const probabilities = (...given: Parameters<typeof decide>) =>
  decide(...given).decision.candidates.map(({ probability }) => Number(probability.toFixed(3)));
const named = ({ plan }: ReturnType<typeof decide>) => plan.map(({ provider }) => provider);

describe('health', () => {
  it('multiplies the shares, which add up to 1 again', () => {
    expect(probabilities({ a: { factor: 0.2 }, b: { factor: 1 } })).toEqual([0.643, 0.357, 0]);
  });

  it.each([
    ['breaker_open', { breaker: 'open' }],
    ['cooling_down', { coolingUntil: Number.MAX_SAFE_INTEGER }],
    ['no_capacity', { inFlight: 4, concurrencyLimit: 4 }],
    ['unhealthy', { factor: 0.01 }],
  ] as [string, Partial<TargetHealth>][])('takes a target out with the reason %s', (reason, a) => {
    const routing = decide({ a });
    expect(routing.decision.candidates[0]?.excluded).toBe(reason);
    expect(named(routing)).toEqual(['b', 'c']);
  });

  it('leaves out a hop whose usual time to first token is above its own limit', () => {
    const routing = decide(
      { c: { firstTokenP50Ms: 3000 } },
      { fallback: [{ ...fallback[0], timeToFirstTokenMs: 2000 }] },
    );
    expect(named(routing)).not.toContain('c');
    expect(routing.decision.candidates[2]?.excluded).toBe('latency_cap');
  });

  it('sends everything down the chain when all targets are out', () => {
    const routing = decide({ a: { breaker: 'open' }, b: { breaker: 'open' } });
    expect([named(routing), routing.decision.kind]).toEqual([['c'], 'failover']);
    expect(routing.decision.candidates.map(({ probability }) => probability)).toEqual([0, 0, 1]);
  });

  it('asks the least bad when it speaks against everybody, and the others after it', () => {
    const routing = decide({
      a: { coolingUntil: Number.MAX_SAFE_INTEGER },
      b: { factor: 0.01 },
      c: { breaker: 'open' },
    });
    expect(named(routing)).toEqual(['b', 'c', 'a']);
    expect(routing.problem).toBe(null);
  });

  it('gives way at a later hop when nobody else is left', () => {
    const router = routerFor({ targets, fallback });
    const asked = question({ health: { b: { breaker: 'open' } } });
    const [a, b] = targets as [(typeof targets)[0], (typeof targets)[0]];
    expect(router.recheck(asked, b, [a])).toBe('breaker_open');
    expect(router.recheck(asked, b, [a, fallback[0]!])).toBe(null);
    expect(router.recheck(asked, a, [a])).toBe('tried');
    const canary = { percent: 10, target: { provider: 'new', model: 'm' } };
    expect(routerFor({ targets, fallback, canary }).recheck(asked, b, [a, fallback[0]!])).toBe(null);
  });

  it('leaves the best alone over small doubts', () => {
    expect(probabilities({ a: { factor: 0.85 } }, { targets: targets.map(({ weight, ...rest }) => rest) })).toEqual([
      1, 0, 0,
    ]);
  });

  it('does not let a canary take over for the targets it is tried beside', () => {
    const canary = { percent: 10, target: { provider: 'new', model: 'm' } };
    expect(named(decide({ a: { breaker: 'open' }, b: { breaker: 'open' } }, { canary }))).toEqual(['c']);
    expect(named(decide({ a: { factor: 0.5 } }, { canary, targets: [targets[0]] })).slice(1)).not.toContain('new');
  });
});

describe('the prompt cache', () => {
  const two = targets.map(({ weight, ...rest }) => rest);
  const warmAtB = { warm: (_session: string, { provider }: { provider: string }) => (provider === 'b' ? 900 : 0) };

  it('keeps a session where its prefix is cheap, until the other is cheaper by more than the loss', () => {
    const router = routerFor({ strategy: 'cheapest', targets: two });
    const at = (inputNanosPerToken: number) => {
      const facts = { a: { inputNanosPerToken } };
      return router.decide(question({ session: 's', facts, lookups: warmAtB })).plan[0]?.provider;
    };
    expect([at(900), at(300), at(100)]).toEqual(['b', 'b', 'a']);
  });

  it('counts what reading it again costs in time', () => {
    const router = routerFor({ strategy: 'fastest', targets: two });
    const at = (firstTokenP50Ms: number) => {
      const health = { a: { firstTokenP50Ms }, b: { firstTokenP50Ms: 300 } };
      return router.decide(question({ session: 's', health, lookups: warmAtB })).plan[0]?.provider;
    };
    expect([at(250), at(150)]).toEqual(['b', 'a']);
  });
});
