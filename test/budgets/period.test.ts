// When budgets begin anew, in zones with whole, half and quarter hours and where clocks are changed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { periodsIn } from '../../catalog/spending/period.ts';
import { BudgetPeriod } from '../../contract/access/budget.ts';

const hours = (count: number) => count * 3_600_000;
const day = (zone: string, at: string) => periodsIn(zone)('day', Date.parse(at));
const iso = ({ startsAt, endsAt }: { startsAt: number; endsAt: number }) => [
  new Date(startsAt).toISOString(),
  new Date(endsAt).toISOString(),
];

describe('a period', () => {
  it('begins at local midnight, half and quarter hours included', () => {
    expect(iso(day('Asia/Kolkata', '2026-11-24T12:00:00Z'))[0]).toBe('2026-11-23T18:30:00.000Z');
    expect(iso(day('Asia/Kathmandu', '2026-11-24T12:00:00Z'))[0]).toBe('2026-11-23T18:15:00.000Z');
    expect(iso(periodsIn('Asia/Kathmandu')('hour', Date.parse('2026-11-24T12:00:00Z')))).toEqual([
      '2026-11-24T11:15:00.000Z',
      '2026-11-24T12:15:00.000Z',
    ]);
  });

  it('makes the day 23 and 25 hours long where Los Angeles changes its clocks', () => {
    const spring = day('America/Los_Angeles', '2026-03-08T20:00:00Z');
    const autumn = day('America/Los_Angeles', '2026-11-01T20:00:00Z');
    expect([spring.endsAt - spring.startsAt, autumn.endsAt - autumn.startsAt]).toEqual([hours(23), hours(25)]);
  });

  it('begins a day with its first moment where midnight is skipped', () => {
    // Cairo's clocks went from 24:00 on 25 April 2024 to 01:00.
    const cairo = day('Africa/Cairo', '2024-04-26T12:00:00Z');
    expect(iso(cairo)[0]).toBe('2024-04-25T22:00:00.000Z');
    expect(cairo.endsAt - cairo.startsAt).toBe(hours(23));
  });

  it('begins weeks on Monday and months on the first', () => {
    const periods = periodsIn('Asia/Kolkata');
    const at = Date.parse('2026-11-29T18:29:59Z'); // Sunday, a second before midnight
    expect(iso(periods('week', at))).toEqual(['2026-11-22T18:30:00.000Z', '2026-11-29T18:30:00.000Z']);
    expect(iso(periods('month', at))).toEqual(['2026-10-31T18:30:00.000Z', '2026-11-30T18:30:00.000Z']);
  });

  it('follows the one before without a gap, and contains every moment it is asked for', () => {
    const zones = ['UTC', 'America/Los_Angeles', 'Asia/Kolkata', 'Asia/Kathmandu', 'Europe/Berlin', 'Africa/Cairo'];
    const from = Date.parse('2020-01-01T00:00:00Z');
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...BudgetPeriod.options),
        fc.integer({ min: from, max: from + 10 * 365 * 86_400_000 }),
        (zone, per, at) => {
          const period = periodsIn(zone)(per, at);
          expect(period.startsAt <= at && at < period.endsAt).toBe(true);
          expect(periodsIn(zone)(per, period.startsAt)).toEqual(period);
          expect(periodsIn(zone)(per, period.endsAt - 1)).toEqual(period);
          expect(periodsIn(zone)(per, period.endsAt).startsAt).toBe(period.endsAt);
        },
      ),
      { numRuns: 400 },
    );
  });
});
