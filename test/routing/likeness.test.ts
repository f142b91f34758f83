// What a prompt is like, going by vectors: the same answer for models that put things far apart and for those that do not.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareWith, type Vector } from '../../routing/likeness.ts';

/** Directions in a plane, in degrees; `spread` below 1 pulls all of them together, as some models do. */
const at = (degrees: number, spread = 1): Vector => {
  const angle = (degrees * spread * Math.PI) / 180;
  return [Math.cos(angle), Math.sin(angle)];
};
const world = (spread: number) =>
  compareWith(
    [
      { route: 'refunds', vectors: [at(0, spread), at(10, spread), at(20, spread)] },
      { route: 'code', vectors: [at(80, spread), at(90, spread)] },
    ],
    [at(45, spread), at(50, spread), at(140, spread)],
  );
const both = new Set(['refunds', 'code']);

describe.each([1, 0.5])('with a model that spreads by %d', (spread) => {
  const likeness = world(spread);

  it('what is among the examples is like them for sure', () => {
    expect(likeness(at(12, spread), both)).toEqual({ route: 'refunds', confidence: 1 });
    expect(likeness(at(86, spread), both)).toMatchObject({ route: 'code' });
  });

  it('what is as far from them as anything else is not', () => {
    expect(likeness(at(150, spread), both)).toEqual({ route: '', confidence: 0 });
  });

  it('what lies between is in doubt', () => {
    const { route, confidence } = likeness(at(40, spread), both);
    expect(route).toBe('refunds');
    expect(confidence).toBeGreaterThan(0);
    expect(confidence).toBeLessThan(1);
  });

  it('a route that may not be taken is not named', () => {
    expect(likeness(at(12, spread), new Set(['code'])).route).not.toBe('refunds');
  });
});

it('the length of a vector says nothing', () => {
  const likeness = world(1);
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 359 }),
      fc.double({ min: 0.01, max: 1e6, noNaN: true }),
      (degrees, factor) => {
        const once = likeness(at(degrees), both);
        const scaled = likeness(
          at(degrees).map((value) => value * factor),
          both,
        );
        expect(scaled.confidence).toBeCloseTo(once.confidence, 6);
      },
    ),
  );
});

it('vectors of another model, or of no length, are like nothing', () => {
  expect(world(1)([1, 0, 0], both)).toEqual({ route: '', confidence: 0 });
  expect(world(1)([0, 0], both)).toEqual({ route: '', confidence: 0 });
});

it('a single example is enough to recognise its own words', () => {
  const likeness = compareWith([{ route: 'one', vectors: [at(0)] }], [at(90)]);
  expect(likeness(at(1), new Set(['one']))).toEqual({ route: 'one', confidence: 1 });
  expect(likeness(at(80), new Set(['one'])).confidence).toBeLessThan(0.5);
});
