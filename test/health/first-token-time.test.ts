import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FirstTokenTime } from '../../proxy/health/first-token-time.ts';
import { inputSize } from '../../proxy/health/input-size.ts';
import { QuantileSketch } from '../../proxy/health/quantile-sketch.ts';

const usual = [380, 420, 400, 350, 460, 410, 390, 500];
/** Two calls a second, so that `calls` calls end at `calls / 2` seconds. */
function settled(calls: number): FirstTokenTime {
  const time = new FirstTokenTime();
  for (let call = 0; call < calls; call++) time.add(usual[call % usual.length]!, 0, call * 500);
  return time;
}

describe('the time to first token', () => {
  it('says nothing against a target before it knows what is usual there', () => {
    const time = new FirstTokenTime();
    for (let call = 0; call < 8; call++) time.add(100 * (call + 1), 0, call);
    expect(time.speed(10)).toBe(1);
  });

  it('leaves a target alone after four answers that are five times slower', () => {
    const time = settled(100);
    for (let call = 0; call < 4; call++) {
      expect(time.suspendedUntil(50_000)).toBeNull();
      time.add(2_000, 0, 50_000);
    }
    expect(time.speed(50_000)).toBe(0);
  });

  it('sees slowness in two calls that still wait, before either has answered', () => {
    const waiting = { ms: 2_500, size: 0 } as const;
    expect(settled(100).speed(50_000, [waiting])).toBeGreaterThan(0);
    expect(settled(100).speed(50_000, [waiting, waiting])).toBe(0);
  });

  it('takes weight away at a peak at once and gives it back over seconds', () => {
    const time = settled(100);
    time.add(1_200, 0, 50_000);
    const atPeak = time.speed(50_000);
    expect(atPeak).toBeLessThan(0.3);
    expect(time.speed(58_000)).toBeGreaterThan(atPeak);
    expect(time.speed(120_000)).toBe(1);
  });

  it('compares large prompts with large prompts', () => {
    const time = settled(100);
    for (let call = 0; call < 20; call++) time.add(4_000, 3, 50_000 + call * 500);
    expect(time.speed(60_000)).toBe(1);
    for (let call = 0; call < 20; call++) time.add(20_000, 3, 60_000 + call * 500);
    expect(time.speed(70_000)).toBeLessThan(1);
  });

  it('lets one call at a time prove a suspended target well, and two good ones suffice', () => {
    const time = settled(100);
    for (let call = 0; call < 4; call++) time.add(2_000, 0, 50_000);
    const until = time.suspendedUntil(50_000)!;
    expect(time.speed(until)).toBeGreaterThan(0);
    expect(time.speed(until, [{ ms: 10, size: 0 }])).toBe(0);
    time.add(400, 0, until + 400);
    expect(time.speed(until + 500)).toBeLessThan(1);
    time.add(400, 0, until + 900);
    expect(time.speed(until + 1_000)).toBe(1);
  });

  it('suspends for longer when the target is still slow', () => {
    const time = settled(100);
    for (let call = 0; call < 4; call++) time.add(2_000, 0, 50_000);
    const until = time.suspendedUntil(50_000)!;
    time.add(2_000, 0, until);
    expect(time.suspendedUntil(until)! - until).toBeGreaterThan(until - 50_000);
  });

  it('stays between 0 and 1 whatever comes', () => {
    const value = fc.tuple(
      fc.double({ min: 0, max: 900_000, noNaN: true }),
      fc.nat(500_000),
      fc.integer({ min: 0, max: 3_000 }),
    );
    fc.assert(
      fc.property(fc.array(value, { maxLength: 80 }), (values) => {
        const time = new FirstTokenTime();
        let now = 0;
        for (const [ms, tokens, passed] of values) {
          now += passed;
          time.add(ms, inputSize(tokens), now);
          const speed = time.speed(now, [{ ms: passed, size: inputSize(tokens) }]);
          expect(speed >= 0 && speed <= 1).toBe(true);
        }
      }),
    );
  });
});

describe('a sketch of quantiles', () => {
  it('is within a tenth of the true quantile', () => {
    const values = fc.array(fc.double({ min: 6, max: 500_000, noNaN: true }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(values, fc.constantFrom(0.5, 0.95), (given, share) => {
        const sketch = new QuantileSketch();
        for (const value of given) sketch.add(value, 0);
        const exact = [...given].sort((one, other) => one - other)[Math.ceil(share * given.length) - 1]!;
        expect(sketch.quantile(share)! / exact).toBeGreaterThan(0.9);
        expect(sketch.quantile(share)! / exact).toBeLessThan(1.1);
      }),
    );
  });

  it('forgets what is old', () => {
    const sketch = new QuantileSketch(60_000);
    for (let call = 0; call < 100; call++) sketch.add(5_000, 0);
    for (let call = 0; call < 100; call++) sketch.add(100, 600_000);
    expect(sketch.quantile(0.95)).toBeLessThan(120);
    expect(sketch.count(600_000)).toBeCloseTo(100, 0);
  });

  it('goes on through days without losing its scale', () => {
    const sketch = new QuantileSketch(60_000);
    for (let minute = 0; minute < 3_000; minute++) sketch.add(minute % 2 ? 200 : 400, minute * 60_000);
    expect(sketch.count(2_999 * 60_000)).toBeCloseTo(2, 1);
    expect(sketch.quantile(0.5)).toBeGreaterThan(180);
  });

  it('knows nothing when empty', () => {
    expect(new QuantileSketch().quantile(0.5)).toBeNull();
  });
});
