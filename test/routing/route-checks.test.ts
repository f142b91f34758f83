// Routes that cannot mean what they say are refused when the configuration is read.
import { describe, expect, it } from 'vitest';
import { capturePolicy } from '../../proxy/capture-policy.ts';
import { load, problemsOf } from '../configuration/folder.ts';

const target = { provider: 'openai', model: 'gpt-5.6' };
const other = { provider: 'anthropic', model: 'claude-opus-5' };
const third = { provider: 'mistral', model: 'large' };
const base = { name: 'one', targets: [target] };
const problems = (...routes: object[]) => problemsOf({ file: { routes } });
const paths = (...routes: object[]) => problems(...routes).map(({ path }) => path);

describe('a route is refused', () => {
  it.each([
    ['targets', { targets: [{ ...target, provider: 'opnai' }] }, 'routes[0].targets[0].provider'],
    ['fallback', { fallback: [{ ...other, provider: 'nobody' }] }, 'routes[0].fallback[0].provider'],
    ['canary', { canary: { percent: 5, target: { ...other, provider: 'x' } } }, 'routes[0].canary.target.provider'],
    ['shadow', { shadow: { target: { ...other, provider: 'x' } } }, 'routes[0].shadow.target.provider'],
    [
      'experiment',
      { experiment: { name: 'x', arms: [{ percent: 5, target: { ...other, provider: 'x' } }] } },
      'routes[0].experiment.arms[0].target.provider',
    ],
  ])('when its %s names a provider that does not exist', (_field, route, path) => {
    expect(paths({ ...base, ...route })).toEqual([path]);
  });

  it('with a suggestion where a provider or a key is nearly right', () => {
    expect(problems({ ...base, targets: [{ ...target, provider: 'opnai' }] })[0]?.fix).toBe('Did you mean "openai"?');
    expect(problems({ ...base, stratgy: 'fixed' })[0]?.fix).toBe('Did you mean "strategy"?');
    expect(problems({ ...base, match: { tsk: 'x' } })[0]?.fix).toBe('Did you mean "task"?');
    expect(problems({ ...base, strategy: 'cheapst' })[0]?.fix).toBe('Did you mean "cheapest"?');
  });

  it.each([
    ['a weight on some targets', { targets: [{ ...target, weight: 1 }, other] }, 'targets'],
    ['no weight above 0', { targets: [{ ...target, weight: 0 }] }, 'targets'],
    ['weights beside a ranking', { strategy: 'cheapest', targets: [{ ...target, weight: 1 }] }, 'strategy'],
    ['a target twice', { fallback: [target] }, 'fallback[0]'],
    ['a fallback alone', { targets: [], fallback: [other] }, 'targets'],
    ['constraints that would hold for nobody', { targets: [], constraints: { residency: ['eu*'] } }, 'targets'],
    [
      'arms above 100 per cent',
      {
        experiment: {
          name: 'x',
          arms: [
            { percent: 60, target: other },
            { percent: 50, target: third },
          ],
        },
      },
      'experiment.arms',
    ],
    [
      'two trials',
      {
        canary: { percent: 5, target: other },
        experiment: { name: 'x', arms: [{ percent: 5, target: third }] },
      },
      'canary',
    ],
    ['a cascade without rules', { strategy: 'cascade' }, 'cascade'],
    ['rules without a cascade', { cascade: { escalateWhen: {} } }, 'cascade'],
    ['tiers without limits', { strategy: 'tiers' }, 'tiers'],
    [
      'an expression that is none',
      { strategy: 'cascade', cascade: { escalateWhen: { matches: ['('] } } },
      'cascade.escalateWhen.matches[0]',
    ],
    ['a zone that is none', { match: { hours: '22:00-06:00 Europe/Berlim' } }, 'match.hours'],
    ['a size that nothing has', { match: { inputTokens: { min: 5, max: 2 } } }, 'match.inputTokens'],
    ['a threshold without examples', { match: { threshold: 0.5 } }, 'match.threshold'],
    ['capture by what is not known at the start', { capture: 'off', match: { key: 'k' } }, 'capture'],
  ])('for %s', (_what, route, path) => {
    expect(paths({ ...base, ...route })).toEqual([`routes[0].${path}`]);
  });

  it('for the name of another', () => {
    expect(paths(base, { ...base, targets: [other] })).toEqual(['routes[1].name']);
  });
});

it('the route of the design is taken as it stands', () => {
  const providers = {
    openai: { dialect: 'openai', baseUrl: 'https://api.openai.com/v1', apiKey: 'env:OPENAI_API_KEY' },
    anthropic: { apiKey: 'env:ANTHROPIC_API_KEY' },
    house: { dialect: 'openai', baseUrl: 'http://llm.internal:8000/v1', selfHosted: true, region: 'eu' },
  };
  const route = {
    name: 'support',
    match: { model: 'smart', task: 'support' },
    targets: [
      { provider: 'anthropic', model: 'claude-opus-5', weight: 90 },
      { provider: 'house', model: 'llama-4', weight: 10 },
    ],
    fallback: [{ provider: 'openai', model: 'gpt-5.6-luna', timeToFirstTokenMs: 2000, maxCostUsd: 0.02 }],
  };
  const env = { OPENAI_API_KEY: 'one', ANTHROPIC_API_KEY: 'two' };
  const { configuration } = load({ file: { providers, routes: [route] }, env });
  expect(configuration.routes[0]).toMatchObject({ ...route, mode: 'observe' });
  expect(configuration.routes[0]?.unsupported).toBeUndefined();
});

it('capture is lowered for the users and tags that a route names', () => {
  const routes = [
    { name: 'a', match: { user: 'minor-*' }, capture: 'off' },
    { name: 'b', match: { tags: { kind: 'private' } }, capture: 'metadata' },
  ];
  const policy = capturePolicy(load({ file: { routes } }).configuration);
  const nobody = { tenant: '', team: '', app: '', environment: '', user: '', task: '', session: '', key: '', tags: {} };
  const captureOf = (attribution: Partial<typeof nobody>) =>
    policy({
      requestedModel: 'm',
      provider: null,
      route: { dialect: 'openai-chat' },
      attribution: { ...nobody, ...attribution },
      capture: 'full',
    });
  expect(captureOf({ user: 'minor-7' })).toBe('off');
  expect(captureOf({ tags: { kind: 'private' } })).toBe('metadata');
  expect(captureOf({ user: 'adult' })).toBe('full');
});
