// What clients of other gateways say about routing, and how far it is honoured.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Target } from '../../routing/target.ts';
import { noWishes, readWishes } from '../../routing/wishes.ts';
import { question, routerFor, type World } from './question.ts';

describe('wishes are read', () => {
  it('in OpenRouter’s words', () => {
    const body = {
      models: ['anthropic/claude-opus-5', 'openai/gpt-5.6'],
      provider: {
        order: ['anthropic', 'openai'],
        only: ['anthropic', 'openai', 'mistral'],
        ignore: ['deepseek'],
        allow_fallbacks: false,
        require_parameters: true,
        data_collection: 'deny',
        sort: 'throughput',
        max_price: { prompt: 1, completion: '2.5', request: 0.01 },
      },
    };
    expect(readWishes(body)).toEqual({
      models: ['anthropic/claude-opus-5', 'openai/gpt-5.6'],
      order: ['anthropic', 'openai'],
      only: ['anthropic', 'openai', 'mistral'],
      ignore: ['deepseek'],
      allowFallbacks: false,
      requireParameters: true,
      sort: 'throughput',
      maxInputNanosPerToken: 1000,
      maxOutputNanosPerToken: 2500,
      maxRequestNanos: 10_000_000,
      retention: 'none',
    });
    expect(readWishes({ provider: { zdr: true } }).retention).toBe('none');
    expect(readWishes({ provider: { sort: { by: 'price', partition: 'none' } } }).sort).toBe('price');
  });

  it('in LiteLLM’s and Bifrost’s', () => {
    expect(readWishes({ fallbacks: ['gpt-5.6', { model: 'small' }, { provider: 'groq', model: 'llama-4' }] }).models) //
      .toEqual(['gpt-5.6', 'small', 'groq/llama-4']);
  });

  it('in Vercel’s', () => {
    const gateway = { order: ['vertex', 'anthropic'], only: ['vertex'], models: ['openai/gpt-5.6'], sort: 'ttft' };
    expect(readWishes({ providerOptions: { gateway } })).toMatchObject({ ...gateway, sort: 'latency' });
  });

  it('as none where there are none, or where they make no sense', () => {
    expect(readWishes({ model: 'm', messages: [] })).toEqual(noWishes);
    expect(readWishes({ models: 'a', provider: 'openai', fallbacks: [1, {}, null] })).toEqual(noWishes);
    expect(readWishes({ provider: { sort: 'constructor', max_price: { prompt: -1 } } })).toEqual(noWishes);
  });

  it('from anything without a fault', () => {
    const odd = fc.record({ models: fc.jsonValue(), provider: fc.jsonValue(), providerOptions: fc.jsonValue() });
    fc.assert(fc.property(fc.oneof(fc.jsonValue(), odd), (body) => readWishes(body) !== null));
  });
});

const targets = ['a', 'b', 'c'].map((provider) => ({ provider, model: 'm' }));
const plan = (body: unknown, world: World = {}, route: object = { targets }): string[] =>
  routerFor(route)
    .decide(question({ wishes: readWishes(body), ...world }))
    .plan.map(({ provider }) => provider);

describe('on a route, wishes', () => {
  it('order the targets', () => {
    expect(plan({ provider: { order: ['c', 'b'] } })).toEqual(['c', 'b', 'a']);
    expect(plan({ provider: { order: ['B'] } })).toEqual(['b', 'a', 'c']);
  });

  it('narrow them', () => {
    expect(plan({ provider: { only: ['b', 'c'] } })).toEqual(['b', 'c']);
    expect(plan({ provider: { ignore: ['a'] } })).toEqual(['b', 'c']);
    expect(plan({ provider: { allow_fallbacks: false } })).toEqual(['a']);
    expect(plan({ provider: { max_price: { prompt: 0.5 } } }, { facts: { b: { inputNanosPerToken: 400 } } })).toEqual([
      'b',
    ]);
    expect(plan({ provider: { zdr: true } }, { facts: { c: { retention: 'none' } } })).toEqual(['c']);
  });

  it('replace the drawing by a ranking', () => {
    const route = { targets: targets.map((target) => ({ ...target, weight: 1 })) };
    const wishes = readWishes({ provider: { sort: 'price' } });
    const asked = question({ wishes, session: 's', facts: { b: { inputNanosPerToken: 10 } } });
    const { decision } = routerFor(route).decide(asked);
    expect(decision).toMatchObject({ strategy: 'client-price', kind: 'pinned' });
    expect(decision.candidates.map(({ probability }) => probability)).toEqual([0, 1, 0]);
  });

  it('never add a target that the route does not have', () => {
    const lookups = { resolve: (): Target[] => [{ provider: 'elsewhere', model: 'm' }] };
    expect(plan({ models: ['elsewhere/m'] }, { lookups })).toEqual(['a', 'b', 'c']);
  });

  it('are not heard where the route ignores them', () => {
    const deaf = { targets, clientWishes: 'ignore' };
    expect(plan({ provider: { order: ['c'], only: ['c'], allow_fallbacks: false } }, {}, deaf)).toEqual([
      'a',
      'b',
      'c',
    ]);
  });
});

describe('without a route', () => {
  const direct = [
    { provider: 'a', model: 'm' },
    { provider: 'b', model: 'm' },
  ];
  const lookups = { resolve: (model: string): Target[] => [{ provider: 'x', model }] };
  const nowhere = { match: { model: 'other' }, targets };
  const decide = (body: unknown, world: World = {}) =>
    routerFor(nowhere).decide(question({ wishes: readWishes(body), direct, lookups, ...world }));

  it('who serves the model comes first, then what the client named', () => {
    const { decision, plan: planned, route } = decide({ models: ['n', 'o'] });
    expect(planned.map(({ provider, model }) => `${provider}/${model}`)).toEqual(['a/m', 'b/m', 'x/n', 'x/o']);
    expect(planned.map(({ from }) => from)).toEqual(['targets', 'targets', 'fallback', 'fallback']);
    expect(decision).toMatchObject({ route: '', kind: 'pinned', strategy: 'direct', draw: null });
    expect(route).toBe(null);
  });

  it('health decides between those who serve it, and nothing is drawn', () => {
    const ailing = decide({}, { health: { a: { factor: 0.3 } } });
    expect(ailing.decision.candidates.map(({ probability }) => probability)).toEqual([1, 0]);
    const out = decide({}, { health: { a: { breaker: 'open' } } });
    expect([out.plan[0]?.provider, out.decision.kind]).toEqual(['b', 'pinned']);
  });

  it('a model that nobody serves leaves nothing to ask', () => {
    expect(decide({}, { direct: [] })).toMatchObject({ plan: [], problem: { reason: 'nothing_eligible' } });
  });
});
