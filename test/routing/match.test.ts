// Which requests a route is for.
import { describe, expect, it } from 'vitest';
import { RouteMatch } from '../../contract/route-match.ts';
import { compileMatch } from '../../routing/match-route.ts';
import { noNeeds, question, routerFor, type World } from './question.ts';

const matches = (match: object, world: World): boolean => compileMatch(RouteMatch.parse(match))(question(world));

describe('a condition', () => {
  it('holds for the whole text; * stands for any run of characters and everything else for itself', () => {
    expect(matches({ model: 'gpt-*' }, { requestedModel: 'gpt-5.6' })).toBe(true);
    expect(matches({ model: 'gpt-*' }, { requestedModel: 'my-gpt-5.6' })).toBe(false);
    expect(matches({ model: '*-5.6*' }, { requestedModel: 'gpt-5.6-luna' })).toBe(true);
    expect(matches({ model: 'gpt-5.6' }, { requestedModel: 'gpt-5x6' })).toBe(false);
    expect(matches({ model: '*.6' }, { requestedModel: 'gpt-5x6' })).toBe(false);
    expect(matches({ model: '*' }, { requestedModel: '' })).toBe(true);
  });

  it.each(['task', 'app', 'team', 'environment', 'user', 'key', 'sensitivity', 'provider'] as const)(
    'looks at the %s',
    (field) => {
      expect(matches({ [field]: 'this' }, { [field]: 'this' })).toBe(true);
      expect(matches({ [field]: 'this' }, { [field]: 'that' })).toBe(false);
      expect(matches({ [field]: 'this' }, {})).toBe(false);
    },
  );

  it('looks at headers by name, whatever their case, and at tags', () => {
    const header = (name: string) => (name === 'x-tier' ? 'gold' : null);
    expect(matches({ header: { 'X-Tier': 'g*' } }, { header })).toBe(true);
    expect(matches({ header: { 'X-Tier': 's*' } }, { header })).toBe(false);
    expect(matches({ header: { 'x-other': '*' } }, { header })).toBe(false);
    expect(matches({ tags: { tier: 'gold', lot: '*' } }, { tags: { tier: 'gold', lot: '7' } })).toBe(true);
    expect(matches({ tags: { tier: 'gold', lot: '*' } }, { tags: { tier: 'gold' } })).toBe(false);
    expect(matches({ tags: { toString: '*' } }, {})).toBe(false);
  });

  it('looks at dialect, operation and needs', () => {
    expect(matches({ dialect: 'gemini' }, { dialect: 'gemini' })).toBe(true);
    expect(matches({ dialect: 'gemini' }, {})).toBe(false);
    expect(matches({ operation: 'embeddings' }, {})).toBe(false);
    expect(matches({ needs: ['tools'] }, { needs: { ...noNeeds, tools: true, vision: true } })).toBe(true);
    expect(matches({ needs: ['tools', 'schema'] }, { needs: { ...noNeeds, tools: true } })).toBe(false);
  });

  it('looks at the size, which an unknown one does not fit', () => {
    const range = { inputTokens: { min: 100, max: 200 } };
    expect([99, 100, 200, 201].map((inputTokens) => matches(range, { inputTokens }))).toEqual([
      ...[false, true, true, false],
    ]);
    expect(matches({ inputTokens: { min: 0 } }, { inputTokens: null })).toBe(false);
  });

  it('must hold together with all others', () => {
    const both = { app: 'shop', task: 'support' };
    expect(matches(both, both)).toBe(true);
    expect(matches(both, { app: 'shop' })).toBe(false);
    expect(matches({}, {})).toBe(true);
  });
});

describe('hours', () => {
  const at = (hours: string, time: string): boolean => matches({ hours }, { now: Date.parse(time) });

  it('pass midnight', () => {
    const night = '22:00-06:00';
    expect(at(night, '2026-01-15T21:59:59Z')).toBe(false);
    expect(at(night, '2026-01-15T22:00:00Z')).toBe(true);
    expect(at(night, '2026-01-16T00:00:00Z')).toBe(true);
    expect(at(night, '2026-01-16T05:59:59Z')).toBe(true);
    expect(at(night, '2026-01-16T06:00:00Z')).toBe(false);
  });

  it('are those of the named zone, in summer and in winter', () => {
    const night = '22:00-06:00 Europe/Berlin';
    expect(at(night, '2026-01-15T20:59:00Z')).toBe(false);
    expect(at(night, '2026-01-15T21:00:00Z')).toBe(true);
    expect(at(night, '2026-07-15T20:00:00Z')).toBe(true);
    expect(at(night, '2026-07-15T19:59:00Z')).toBe(false);
    expect(at('09:00-17:00 Asia/Kolkata', '2026-01-15T03:30:00Z')).toBe(true);
    expect(at('09:00-17:00 Asia/Kolkata', '2026-01-15T03:29:00Z')).toBe(false);
  });

  it('are asked anew every minute', () => {
    const within = compileMatch(RouteMatch.parse({ hours: '09:00-17:00' }));
    const times = ['08:59:59', '09:00:00', '16:59:59', '17:00:00'].map((time) => Date.parse(`2026-01-15T${time}Z`));
    expect(times.map((now) => within(question({ now })))).toEqual([false, true, true, false]);
  });
});

describe('of several routes', () => {
  const targets = [{ provider: 'a', model: 'm' }];

  it('the first whose conditions hold is taken', () => {
    const router = routerFor(
      { name: 'one', match: { task: 'x' }, targets },
      { name: 'two', match: { app: 'y' }, targets },
      { name: 'three', targets },
    );
    const routeOf = (world: World) => router.decide(question(world)).decision.route;
    expect([routeOf({ task: 'x', app: 'y' }), routeOf({ app: 'y' }), routeOf({})]).toEqual(['one', 'two', 'three']);
  });

  it('one without targets is passed over', () => {
    const router = routerFor({ name: 'capture', capture: 'metadata' }, { name: 'real', targets });
    expect(router.decide(question()).decision.route).toBe('real');
  });
});
