// No combination of failures moves a constrained request to a forbidden target: not at the first choice, not in the plan,
// not at any later attempt.
import { describe, expect, it } from 'vitest';
import type { TargetHealth } from '../../routing/question.ts';
import { isSame, type Target } from '../../routing/target.ts';
import { readWishes } from '../../routing/wishes.ts';
import { noNeeds, question, routerFor, type World } from './question.ts';

const ills: (Partial<TargetHealth> | undefined)[] = [
  undefined,
  { factor: 1 },
  { factor: 0.3 },
  { factor: 0 },
  { breaker: 'open' },
  { coolingUntil: Number.MAX_SAFE_INTEGER },
  { inFlight: 3, concurrencyLimit: 3 },
];

const facts = {
  house: { selfHosted: true, region: 'eu-1', retention: 'none' as const },
  near: { region: 'eu-2', retention: 'any' as const },
  far: { region: 'us-1', retention: 'none' as const, inputNanosPerToken: 100_000 },
};
const targets = [
  { provider: 'far', model: 'm' },
  { provider: 'near', model: 'm' },
];
const fallback = [{ provider: 'house', model: 'm' }];

interface Case {
  name: string;
  constraints: object;
  sensitivity?: string;
  permitted: string[];
}

const cases: Case[] = [
  { name: 'residency', constraints: { residency: ['eu-*'] }, permitted: ['near', 'house'] },
  { name: 'self-hosted only', constraints: { selfHostedOnly: true }, permitted: ['house'] },
  {
    name: 'self-hosted for a class',
    constraints: { selfHostedFor: ['secret'] },
    sensitivity: 'secret',
    permitted: ['house'],
  },
  { name: 'retention', constraints: { retention: 'none' }, permitted: ['far', 'house'] },
  { name: 'price', constraints: { maxCostUsd: 0.01 }, permitted: ['near', 'house'] },
  { name: 'nobody', constraints: { residency: ['ap-*'] }, permitted: [] },
];
const strategies = ['fixed', 'weighted', 'cheapest', 'fastest', 'least-busy', 'published', 'cascade', 'tiers'];
const extras = [
  {},
  { canary: { percent: 50, target: targets[0] } },
  { experiment: { name: 'x', arms: [{ percent: 100, target: targets[0] }] } },
  { shadow: { target: targets[0] }, hedge: { afterMs: 1 } },
];

/** Every state of health of three targets. */
function* worlds(): Generator<Record<string, Partial<TargetHealth>>> {
  for (const far of ills) {
    for (const near of ills) {
      for (const house of ills) {
        yield { ...(far && { far }), ...(near && { near }), ...(house && { house }) };
      }
    }
  }
}

describe('a constrained request', () => {
  describe.each(cases)('under $name', ({ constraints, sensitivity = '', permitted }) => {
    it.each(strategies)('never reaches a forbidden target by strategy %s', (strategy) => {
      const tiers = [{ maxLatencyMs: 1000, maxCostUsd: 1 }];
      const routers = extras.map((extra) => routerFor({ strategy, targets, fallback, constraints, tiers, ...extra }));
      const reached = new Set<string>();
      for (const router of routers) {
        for (const health of worlds()) {
          const asked = question({ facts, health, sensitivity });
          const { plan, problem, shadow, hedge } = router.decide(asked);
          for (const { provider } of plan) reached.add(provider);
          if (shadow) reached.add(shadow.provider);
          if (hedge) reached.add(hedge.target.provider);
          expect(problem === null).toBe(permitted.length > 0);
        }
      }
      expect([...reached].filter((provider) => !permitted.includes(provider))).toEqual([]);
      expect([...reached].toSorted()).toEqual(permitted.toSorted());
    });

    it('is refused every forbidden target at every hop, whoever failed and however ill the rest is', () => {
      const router = routerFor({ targets, fallback, constraints });
      const all: Target[] = [...targets, ...fallback];
      for (const health of worlds()) {
        const asked = question({ facts, health, sensitivity });
        for (let failed = 0; failed < 2 ** all.length; failed++) {
          const tried = all.filter((_, at) => failed & (1 << at));
          for (const target of all) {
            const reason = router.recheck(asked, target, tried);
            if (!permitted.includes(target.provider) || tried.some((one) => isSame(one, target)))
              expect(reason).not.toBe(null);
          }
        }
      }
    });

    it('still has somewhere to go at every hop, as long as a permitted target is untried', () => {
      const router = routerFor({ targets, fallback, constraints });
      const all: Target[] = [...targets, ...fallback];
      for (const health of worlds()) {
        const asked = question({ facts, health, sensitivity });
        for (let failed = 0; failed < 2 ** all.length; failed++) {
          const tried = all.filter((_, at) => failed & (1 << at));
          const open = all.filter((target) => router.recheck(asked, target, tried) === null);
          const left = permitted.filter((provider) => !tried.some((one) => one.provider === provider));
          expect(open.length > 0).toBe(left.length > 0);
        }
      }
    });
  });

  const reasonFor = (world: World, route: object = {}): string | null => {
    const router = routerFor({ targets: [{ provider: 'far', model: 'm' }], ...route });
    return router.decide(question(world)).decision.candidates[0]!.excluded;
  };

  it('says why, in the words of the closed list', () => {
    expect(reasonFor({ lookups: { permits: () => false } })).toBe('key_policy');
    expect(reasonFor({ facts: { far: { hasCredential: false } } })).toBe('no_credential');
    expect(reasonFor({ inputTokens: 200_000 })).toBe('context_window');
    expect(reasonFor({ inputTokens: 90_000, maxOutputTokens: 20_000 })).toBe('context_window');
    expect(reasonFor({ wishes: readWishes({ provider: { only: ['near'] } }) })).toBe('request_policy');
    expect(reasonFor({}, { targets: [{ provider: 'far', model: 'm', maxCostUsd: 0.000001 }] })).toBe('price_cap');
    expect(reasonFor({}, { strategy: 'weighted', targets: [{ provider: 'far', model: 'm', weight: 0 }] })).toBe(
      'zero_weight',
    );
    expect(reasonFor({}, { fallback, constraints: {} })).toBe(null);
  });

  it('takes the unknown for a no where a constraint asks, and for a yes where a request merely needs', () => {
    const unknown = { far: { capabilities: {}, region: '', retention: null, inputNanosPerToken: null } };
    expect(reasonFor({ facts: unknown }, { constraints: { residency: ['eu*'] } })).toBe('residency');
    expect(reasonFor({ facts: unknown }, { constraints: { retention: 'none' } })).toBe('retention');
    expect(reasonFor({ facts: unknown }, { constraints: { maxCostUsd: 1 } })).toBe('price_cap');
    expect(reasonFor({ facts: unknown }, { constraints: { capabilities: ['tools'] } })).toBe('capability');
    const needs = { ...noNeeds, tools: true };
    expect(reasonFor({ facts: unknown, needs })).toBe(null);
    expect(reasonFor({ facts: { far: { capabilities: { tools: false } } }, needs })).toBe('capability');
  });
});
