// A forecast is a guess; these are the claims that it has to keep however the days were.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { forecastMonth, type KnownDay } from '../../collector/questions/month-forecast.ts';

const week = (nanos: (weekday: number) => number, weeks: number): KnownDay[] =>
  Array.from({ length: weeks * 7 }, (_, day) => ({ weekday: day % 7, nanos: nanos(day % 7) }));

describe('a month’s forecast', () => {
  it('is exact, and sure of it, where every day has cost the same', () => {
    const found = forecastMonth({
      spentNanos: 1000n,
      days: week(() => 100, 3),
      today: { weekday: 0, elapsed: 0.5 },
      ahead: [1, 2, 3, 4],
    });
    expect(found).toEqual({ expectedNanos: 1450n, lowNanos: 1450n, highNanos: 1450n, basis: 'weekdays' });
  });

  it('knows that weekends cost less', () => {
    const days = week((weekday) => (weekday === 0 || weekday === 6 ? 0 : 100), 4);
    const found = forecastMonth({ spentNanos: 0n, days, today: { weekday: 5, elapsed: 1 }, ahead: [6, 0, 1] });
    expect(found.expectedNanos).toBe(100n);
  });

  it('goes by all days alike while it has not seen each weekday twice', () => {
    const days = week((weekday) => (weekday === 0 ? 0 : 70), 1);
    const found = forecastMonth({ spentNanos: 0n, days, today: { weekday: 0, elapsed: 1 }, ahead: [0] });
    expect(found).toMatchObject({ basis: 'days', expectedNanos: 60n });
  });

  it('says nothing from less than three days', () => {
    const days = week(() => 1, 1).slice(0, 2);
    const found = forecastMonth({ spentNanos: 5n, days, today: { weekday: 0, elapsed: 0 }, ahead: [1] });
    expect(found).toEqual({ expectedNanos: null, lowNanos: null, highNanos: null, basis: 'none' });
  });

  it('never lies below what is spent, and always between its ends', () => {
    const anyDays = fc.array(fc.nat({ max: 1e12 }), { minLength: 3, maxLength: 60 });
    fc.assert(
      fc.property(
        anyDays,
        fc.bigInt(0n, 10n ** 15n),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (nanos, spentNanos, elapsed) => {
          const days = nanos.map((value, day) => ({ weekday: day % 7, nanos: value }));
          const found = forecastMonth({ spentNanos, days, today: { weekday: 3, elapsed }, ahead: [4, 5, 6, 0, 1] });
          expect(found.lowNanos!).toBeGreaterThanOrEqual(spentNanos);
          expect(found.expectedNanos!).toBeGreaterThanOrEqual(found.lowNanos!);
          expect(found.highNanos!).toBeGreaterThanOrEqual(found.expectedNanos!);
        },
      ),
    );
  });

  it('is less sure after few days than after many of the same kind', () => {
    const uneven = (count: number) =>
      Array.from({ length: count }, (_, day) => ({ weekday: day % 7, nanos: day % 2 === 0 ? 50 : 150 }));
    const width = (count: number): bigint => {
      const { lowNanos, highNanos } = forecastMonth({
        ...{ spentNanos: 10_000n, days: uneven(count), today: { weekday: 0, elapsed: 1 } },
        ahead: [1, 2, 3, 4, 5, 6, 0, 1, 2, 3],
      });
      return highNanos! - lowNanos!;
    };
    expect(width(4)).toBeGreaterThan(width(12));
  });
});
