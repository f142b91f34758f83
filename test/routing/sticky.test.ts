// Who stays where, for how long, and what is kept of their names.
import { describe, expect, it } from 'vitest';
import { RouteConfiguration } from '../../contract/routes.ts';
import type { PublishedWeights, TargetHealth } from '../../routing/question.ts';
import { createRouter } from '../../routing/router.ts';
import { question, routerFor, type World } from './question.ts';

const targets = ['a', 'b', 'c'].map((provider) => ({ provider, model: 'm' }));
const split = { strategy: 'published', targets };
const sessions = Array.from({ length: 300 }, (_, index) => `session ${index}`);
const version = (...[a, b, c]: [number, number, number]): PublishedWeights => ({
  version: [a, b, c].join('-'),
  probabilities: { 'a/m': a, 'b/m': b, 'c/m': c },
});
const under = (weights: PublishedWeights, world: World = {}): World => ({
  ...world,
  lookups: { ...world.lookups, weights: () => weights },
});

/** The provider that each session is sent to. */
function places(router: ReturnType<typeof routerFor>, world: World): (string | undefined)[] {
  return sessions.map((session) => router.decide(question({ ...world, session })).plan[0]?.provider);
}

describe('a session', () => {
  it('stays where it was when the weights change, and says that it did not draw again', () => {
    const router = routerFor(split);
    const before = places(router, under(version(0.6, 0.3, 0.1)));
    expect(places(router, under(version(0.1, 0.3, 0.6)))).toEqual(before);
    const again = router.decide(question(under(version(0.1, 0.3, 0.6), { session: sessions[0]! }))).decision;
    expect(again).toMatchObject({ kind: 'sticky', draw: null });
  });

  it('draws again once the route’s minutes have passed since its last request', () => {
    const router = routerFor({ ...split, sticky: { minutes: 10 } });
    const at = (minutes: number) =>
      router.decide(question(under(version(1, 1, 1), { session: 'one', now: minutes * 60_000 }))).decision.kind;
    expect([at(0), at(9), at(18), at(29)]).toEqual(['sampled', 'sticky', 'sticky', 'sampled']);
  });

  it('is drawn to the same target in every process', () => {
    const world = under(version(0.5, 0.3, 0.2));
    expect(places(routerFor(split), world)).toEqual(places(routerFor(split), world));
  });

  it('moves, in a process that remembers nothing, never into a share that shrank nor out of one that grew', () => {
    const before = places(routerFor(split), under(version(0.5, 0.3, 0.2)));
    const after = places(routerFor(split), under(version(0.5, 0.2, 0.3)));
    const moved = after.flatMap((place, index) => (place === before[index] ? [] : [`${before[index]}>${place}`]));
    expect(moved.length).toBeGreaterThan(0);
    expect(moved.filter((move) => move.endsWith('b') || move.startsWith('c'))).toEqual([]);
  });

  it('leaves a target that fails, and the others stay', () => {
    const router = routerFor(split);
    const weights = version(0.5, 0.3, 0.2);
    const before = places(router, under(weights));
    for (const a of [{ breaker: 'open' }, { factor: 0.01 }] as Partial<TargetHealth>[]) {
      const during = places(routerFor(split), under(weights, { health: { a } }));
      during.forEach((place, index) => {
        expect(place).not.toBe('a');
        if (before[index] !== 'a') expect(place).toBe(before[index]);
      });
    }
  });

  it('is held apart by route and task, so that tasks are split independently', () => {
    const router = routerFor(split);
    const world = under(version(1, 1, 1));
    expect(places(router, { ...world, task: 'one' })).not.toEqual(places(router, { ...world, task: 'two' }));
  });

  it('is stored as a keyed hash: neither its name nor a hash that another key would give', () => {
    const routes = [RouteConfiguration.parse({ name: 'route', ...split })];
    const unitOf = (unitKey: string) =>
      createRouter({ routes, unitKey }).decide(question(under(version(1, 1, 1), { session: 'alice' }))).decision.unit;
    expect(unitOf('one')).toMatch(/^[0-9a-f]{16}$/);
    expect(unitOf('one')).toBe(unitOf('one'));
    expect(unitOf('one')).not.toBe(unitOf('two'));
  });
});

describe('the unit', () => {
  it('may be the user, whatever the session', () => {
    const router = routerFor({ ...split, sticky: { by: 'user' } });
    const world = under(version(1, 1, 1), { user: 'alice' });
    expect(new Set(places(router, world)).size).toBe(1);
  });

  it('is the request alone where there is no session, or the route wants none', () => {
    expect(routerFor(split).decide(question(under(version(1, 1, 1)))).decision.unit).toBe('');
    const router = routerFor({ ...split, sticky: { by: 'none' } });
    expect(router.decide(question(under(version(1, 1, 1), { session: 'one' }))).decision.unit).toBe('');
  });

  it('of a trial keeps its side when the trial grows', () => {
    const careful = (percent: number) =>
      routerFor({ targets: [targets[0]], canary: { percent, target: targets[1], unit: 'session' } });
    const few = places(careful(5), {});
    const many = places(careful(40), {});
    expect(few.filter((place) => place === 'b').length).toBeGreaterThan(0);
    expect(few.filter((place, index) => place === 'b' && many[index] !== 'b')).toEqual([]);
  });
});
