// When failures are one incident and when they are two.
import { describe, expect, it } from 'vitest';
import { type Cell, calmMs, cellMs, stretchesOf } from '../../collector/questions/stretches.ts';

const cell = (number: number, changes: Partial<Cell> = {}): Cell => ({
  ...{ provider: 'a', at: number * cellMs, attempts: 10, failed: 5 },
  ...changes,
});

describe('stretches', () => {
  it('join bad minutes with less than the calm between them', () => {
    expect(stretchesOf([cell(0), cell(1, { failed: 9 }), cell(3)])).toEqual([
      { provider: 'a', from: 0, to: 4 * cellMs, worstShare: 0.9 },
    ]);
  });

  it('are two where the calm lasted long enough', () => {
    const calm = calmMs / cellMs;
    expect(stretchesOf([cell(0), cell(1 + calm)])).toHaveLength(2);
    expect(stretchesOf([cell(0), cell(calm)])).toHaveLength(1);
  });

  it('never mix providers, and come newest first whatever the order of the cells', () => {
    const found = stretchesOf([cell(9), cell(1, { provider: 'b' }), cell(0), cell(10), cell(0, { provider: 'b' })]);
    expect(found.map(({ provider, from }) => [provider, from / cellMs])).toEqual([
      ['a', 9],
      ['b', 0],
      ['a', 0],
    ]);
  });

  it('are none where nothing was bad', () => {
    expect(stretchesOf([])).toEqual([]);
  });
});
