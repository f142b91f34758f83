// Range, filters and buckets: what stands in the URL, and what the charts make of buckets without traffic.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeriesRow } from '../../contract/questions/series.ts';
import { countsOf, figuresOf, gridOf, groupsBySize } from '../../dashboard/src/charts/buckets.ts';
import { stallsOf, tokensPerSecond } from '../../dashboard/src/charts/stream-timing.ts';
import { createPalette } from '../../dashboard/src/theme/palette.ts';
import { activeFilters, readFilters } from '../../dashboard/src/window/filters.ts';
import { presets, readRange, resolveRange, usualPreset, writeRange } from '../../dashboard/src/window/range.ts';

const row = (at: number, requests: number, group = ''): SeriesRow => ({
  at,
  group,
  requests,
  errors: 0,
  aborted: 0,
  costNanos: null,
  inputTokens: null,
  outputTokens: null,
  p50Ms: 5,
  p95Ms: null,
  p99Ms: null,
  firstTokenP50Ms: null,
  firstTokenP95Ms: null,
});

describe('range', () => {
  test('what is written into the URL is read back', () => {
    for (const preset of presets) expect(readRange(writeRange({ preset }))).toEqual({ preset });
    const custom = { preset: 'custom', from: 1, to: 2 } as const;
    expect(readRange(writeRange(custom))).toEqual(custom);
  });
  test('anything odd in the URL is the last 24 hours', () => {
    for (const query of [
      {},
      { range: 'x' },
      { from: '5', to: '4' },
      { from: 'a', to: 'b' },
      { from: ['1'], to: null },
    ]) {
      expect(readRange(query)).toEqual({ preset: '24h' });
    }
  });
  test('within one minute the window is the same, so nothing is asked twice', () => {
    const start = Date.UTC(2026, 10, 21, 12, 0, 1);
    expect(resolveRange({ preset: '1h' }, start)).toEqual(resolveRange({ preset: '1h' }, start + 50_000));
  });
  test('the usual range is a day, or less while there is less to see', () => {
    const now = Date.UTC(2026, 0, 5);
    expect(usualPreset(null, now)).toBe('24h');
    expect(usualPreset(now - 60_000, now)).toBe('15m');
    expect(usualPreset(now - 20 * 60_000, now)).toBe('1h');
    expect(usualPreset(now - 5 * 3_600_000, now)).toBe('24h');
  });

  test('any range has at most a hundred buckets and a step the collector takes', () => {
    const spans = fc.integer({ min: 1000, max: 366 * 86_400_000 });
    fc.assert(
      fc.property(spans, (span) => {
        const { step } = resolveRange({ preset: 'custom', from: 0, to: span }, 0);
        expect(step % 60).toBe(0);
        expect(step === 86_400 || span / (step * 1000) <= 100).toBe(true);
      }),
    );
  });
});

test('filters are read from the URL, and an outcome that does not exist is left out', () => {
  const filters = readFilters({ model: 'gpt', outcome: 'nonsense', team: '', id: 'x' });
  expect(activeFilters(filters)).toEqual([{ name: 'model', value: 'gpt' }]);
});

describe('buckets', () => {
  const window = { from: 0, to: 600_000, step: 60 };
  test('a missing bucket is zero requests but an unknown percentile', () => {
    const grid = gridOf([row(60_000, 3), row(180_000, 4)], window);
    const line = grid.groups.get('')!;
    expect(grid.at).toHaveLength(10);
    expect(countsOf(line, (each) => each.requests)).toEqual([0, 3, 0, 4, 0, 0, 0, 0, 0, 0]);
    expect(figuresOf(line, (each) => each.p50Ms).slice(0, 4)).toEqual([null, 5, null, 5]);
  });
  test('no row is lost, whatever the anchor of the buckets', () => {
    const rows = fc.tuple(
      fc.integer({ min: 0, max: 59_999 }),
      fc.uniqueArray(fc.integer({ min: 0, max: 8 }), { minLength: 1 }),
    );
    fc.assert(
      fc.property(rows, ([offset, places]) => {
        const grid = gridOf(
          places.map((place) => row(offset + place * 60_000, place + 1)),
          window,
        );
        const sum = countsOf(grid.groups.get('')!, (each) => each.requests).reduce((total, each) => total + each, 0);
        expect(sum).toBe(places.reduce((total, place) => total + place + 1, 0));
      }),
    );
  });
  test('days of 23 and 25 hours fall into the grid of days', () => {
    const day = 86_400_000;
    const rows = [row(0, 1), row(day - 3_600_000, 1), row(2 * day, 1)];
    const grid = gridOf(rows, { from: 0, to: 3 * day, step: 86_400 });
    expect(countsOf(grid.groups.get('')!, (each) => each.requests)).toEqual([1, 1, 1]);
  });
  test('the biggest group comes first and the rest comes last', () => {
    const grid = gridOf([row(0, 1, 'small'), row(0, 9, 'other'), row(0, 5, 'big')], window);
    expect(groupsBySize(grid, (each) => each.requests)).toEqual(['big', 'small', 'other']);
  });
});

describe('palette', () => {
  test('names shown together differ, and keep their colour on the next visit', () => {
    let stored = '';
    const palette = createPalette(null, (now) => {
      stored = now;
    });
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    palette.claim(names);
    const colours = names.map(palette.colour);
    expect(new Set(colours).size).toBe(8);
    expect(names.map(createPalette(stored, () => {}).colour)).toEqual(colours);
    expect(palette.colour('')).toBe('var(--series-other)');
  });
  test('a broken store is as good as none', () => {
    for (const stored of ['{', '5', '[[1]]', '[["a",99]]'])
      expect(createPalette(stored, () => {}).colour('a')).toMatch(/^var/);
  });
});

describe('stream timing', () => {
  test('a stall is a silence that stands out', () => {
    expect(
      stallsOf([
        [0, 1, 1],
        [50, 1, 1],
        [100, 1, 1],
        [1400, 1, 1],
        [1450, 1, 1],
      ]),
    ).toEqual([{ from: 100, until: 1400 }]);
    expect(
      stallsOf([
        [0, 1, 1],
        [900, 1, 1],
        [1800, 1, 1],
      ]),
    ).toEqual([]);
    expect(stallsOf([])).toEqual([]);
  });
  test('speed is unknown where tokens or times are', () => {
    expect(tokensPerSecond({ firstTokenMs: 500, totalMs: 1500, outputTokens: 40 })).toBe(40);
    expect(tokensPerSecond({ firstTokenMs: null, totalMs: 1500, outputTokens: 40 })).toBeNull();
    expect(tokensPerSecond({ firstTokenMs: 1500, totalMs: 1500, outputTokens: 40 })).toBeNull();
  });
});
