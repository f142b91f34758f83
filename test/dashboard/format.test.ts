// Figures as people read them: money never loses a cent, unknown is never zero, days are those of the time zone.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changeBetween } from '../../dashboard/src/format/change.ts';
import { formatCompact, formatCount, formatPercent, formatShare } from '../../dashboard/src/format/count.ts';
import { formatDuration } from '../../dashboard/src/format/duration.ts';
import { formatMoney, formatMoneyExact, formatPrice } from '../../dashboard/src/format/money.ts';
import { formatBucketRange } from '../../dashboard/src/format/time.ts';
import { dayOf, endOfDay, startOfDay } from '../../dashboard/src/window/zoned-day.ts';

describe('money', () => {
  test.each([
    ['0', '$0.00'],
    ['1', '$0.000000001'],
    ['123000', '$0.000123'],
    ['1603500', '$0.0016'],
    ['43000000', '$0.043'],
    ['999999999', '$1.00'],
    ['1000000000', '$1.00'],
    ['1234567890123', '$1,234.57'],
    ['9007199254740993000000000', '$9,007,199,254,740,993.00'],
  ])('%s nano-dollars read %s', (nanos, text) => expect(formatMoney(nanos)).toBe(text));

  test('unknown is a dash, never zero', () => {
    expect(formatMoney(null)).toBe('—');
    expect(formatCount(null)).toBe('—');
    expect(formatDuration(null)).toBe('—');
    expect(formatShare(0, 0)).toBe('—');
  });

  test('below a dollar the text is within half a percent of the amount', () => {
    const amounts = fc.bigInt({ min: 1n, max: 999_000_000n });
    fc.assert(
      fc.property(amounts, (amount) => {
        const shown = Number(formatMoney(amount.toString()).slice(1)) * 1e9;
        expect(Math.abs(shown - Number(amount)) / Number(amount)).toBeLessThan(0.0051);
      }),
    );
  });

  test('the exact text has every nano-dollar of any amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 24n }), (amount) => {
        expect(BigInt(formatMoneyExact(amount.toString()).replace(/[$,.]/g, ''))).toBe(amount);
      }),
    );
  });

  test('prices are dollars per million tokens', () => expect(formatPrice(2_500_000_000)).toBe('$2.50'));
});

describe('counts, durations and changes', () => {
  test('a small share is not rounded away', () => {
    expect(formatPercent(0.0001)).toBe('<0.1%');
    expect(formatPercent(0)).toBe('0%');
    expect(formatPercent(0.0213)).toBe('2.1%');
  });
  test('large counts stay short', () =>
    expect([formatCompact(99_999), formatCompact(1_234_567)]).toEqual(['99,999', '1.2M']));
  test('durations pick their unit', () => {
    expect([840, 1240, 9996, 12_400, 59_960, 125_000].map(formatDuration)).toEqual([
      '840 ms',
      '1.24 s',
      '10.0 s',
      '12.4 s',
      '1 m 00 s',
      '2 m 05 s',
    ]);
  });
  test('a rise of the error rate is bad news, a rise of spend is no news', () => {
    expect(changeBetween(1, 2, 'bad')).toEqual({ text: '100%', direction: 'up', meaning: 'bad' });
    expect(changeBetween(2, 1, 'bad')?.meaning).toBe('good');
    expect(changeBetween(1, 2, 'neutral')?.meaning).toBe('neutral');
  });
  test('there is no change where a period is unknown or empty', () => {
    expect([changeBetween(null, 1, 'bad'), changeBetween(1, null, 'bad'), changeBetween(0, 1, 'bad')]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describe('days of the reporting time zone', () => {
  test.each(['UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'America/Los_Angeles', 'Australia/Lord_Howe'])(
    'in %s every day begins where the one before ends and carries its own date',
    (timezone) => {
      const dates = fc.date({ min: new Date('2024-01-01'), max: new Date('2028-01-01'), noInvalidDate: true });
      fc.assert(
        fc.property(dates, (moment) => {
          const date = moment.toISOString().slice(0, 10);
          const [start, end] = [startOfDay(date, timezone), endOfDay(date, timezone)];
          expect(dayOf(start, timezone)).toBe(date);
          expect(dayOf(end - 1, timezone)).toBe(date);
          expect(dayOf(end, timezone)).not.toBe(date);
          expect((end - start) / 3_600_000).toBeGreaterThanOrEqual(23);
          expect((end - start) / 3_600_000).toBeLessThanOrEqual(25);
        }),
        { numRuns: 60 },
      );
    },
  );
  test('buckets are labelled in the time zone', () => {
    const label = { step: 900, span: 86_400_000, timezone: 'Asia/Kathmandu' };
    expect(formatBucketRange(Date.UTC(2026, 10, 21, 18, 15), label)).toBe('22 Nov, 00:00 – 00:15');
  });
});
