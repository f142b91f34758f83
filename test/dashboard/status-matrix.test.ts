// What the status matrix and the table of live targets make of their answers, without a browser.
import { describe, expect, it } from 'vitest';
import type { LiveTarget } from '../../contract/questions/targets.ts';
import { matrixOf, matrixStep, placeAfter, stateOf } from '../../dashboard/src/charts/status-matrix.ts';
import { standingOf, targetLines } from '../../dashboard/src/components/target-standing.ts';
import { formatSpan } from '../../dashboard/src/format/duration.ts';

const minute = 60_000;
const figures = { attempts: 10, failed: 1, classes: {}, firstByteP95Ms: null };

describe('the step of the matrix', () => {
  it.each([
    [15 * minute, 60],
    [60 * minute, 60],
    [24 * 60 * minute, 900],
    [7 * 1440 * minute, 7200],
    [30 * 1440 * minute, 86_400],
  ])('over %d ms is %d seconds', (span, step) => {
    expect(matrixStep({ from: 0, to: span })).toBe(step);
  });
});

describe('a cell', () => {
  it.each([
    [0, 0, 'idle'],
    [100, 0, 'good'],
    [100, 1, 'good'],
    [100, 2, 'some'],
    [100, 10, 'many'],
    [2, 1, 'down'],
  ])('of %d attempts with %d failures is %s', (attempts, failed, state) => {
    expect(stateOf({ attempts, failed })).toBe(state);
  });

  it('nobody asked for is idle', () => {
    expect(stateOf(null)).toBe('idle');
  });
});

describe('the matrix', () => {
  const rows = [
    { at: 900_000, provider: 'a', ...figures },
    { at: 2_700_000, provider: 'a', ...figures },
    { at: 1_800_000, provider: 'b', ...figures },
  ];
  const providers = [
    { provider: 'b', ...figures },
    { provider: 'a', ...figures },
    { provider: 'c', ...figures },
  ];
  const matrix = matrixOf({ step: 900, timezone: 'UTC', rows, providers }, { from: 0, to: 3_600_000 });

  it('has a cell per bucket of the window, empty where nothing was asked', () => {
    expect(matrix.at).toEqual([0, 900_000, 1_800_000, 2_700_000]);
    const filled = matrix.lines.map(({ provider, cells }) => [provider, cells.map((cell) => cell?.at ?? null)]);
    expect(filled).toEqual([
      ['b', [null, null, 1_800_000, null]],
      ['a', [null, 900_000, null, 2_700_000]],
      ['c', [null, null, null, null]],
    ]);
  });

  it('is walked within its edges', () => {
    const from = { line: 0, cell: 3 };
    expect(placeAfter('ArrowRight', from, matrix)).toEqual(from);
    expect(placeAfter('ArrowUp', from, matrix)).toEqual(from);
    expect(placeAfter('ArrowDown', from, matrix)).toEqual({ line: 1, cell: 3 });
    expect(placeAfter('Home', from, matrix)).toEqual({ line: 0, cell: 0 });
    expect(placeAfter('x', from, matrix)).toBeNull();
  });
});

const target = (changes: Partial<LiveTarget> = {}): LiveTarget => ({
  ...{ provider: 'a', model: 'm', key: '0', region: '', breaker: 'closed', coolingUntil: null, headroom: null },
  ...{ inFlight: 0, concurrencyLimit: null, success: null, factor: 1 },
  ...{ firstTokenP50Ms: null, firstTokenP95Ms: null, tokensPerSecond: null },
  ...changes,
});

describe('a live target', () => {
  it.each([
    [{ breaker: 'open', coolingUntil: 9e9 }, 'open'],
    [{ breaker: 'half-open' }, 'probing'],
    [{ coolingUntil: 2000, factor: 0 }, 'cooling'],
    [{ coolingUntil: 500, factor: 0.2 }, 'held'],
    [{ headroom: 0.05 }, 'scarce'],
    [{}, 'ready'],
  ] as [Partial<LiveTarget>, string][])('%j is %s', (changes, standing) => {
    expect(standingOf(target(changes), 1000)).toBe(standing);
  });

  it('stands with those of all other proxies, trouble first', () => {
    const proxy = (boot: string, targets: LiveTarget[]) => ({ boot, reportedAt: 0, targets });
    const lines = targetLines(
      {
        at: 0,
        proxies: [proxy('one', [target(), target({ provider: 'b' })]), proxy('two', [target({ breaker: 'open' })])],
      },
      { provider: 'a' },
    );
    expect(lines.map(({ boot, standing }) => [boot, standing])).toEqual([
      ['two', 'open'],
      ['one', 'ready'],
    ]);
  });
});

describe('a stretch of time', () => {
  it.each([
    [12_000, '12 s'],
    [9 * minute, '9 min'],
    [69 * minute, '1 h 09 min'],
    [51 * 60 * minute, '2 d 3 h'],
  ])('of %d ms is %s', (span, text) => {
    expect(formatSpan(span)).toBe(text);
  });
});
