// The arithmetic under every price, and the bounded memory beside it.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divideRounded, nanosOfDollars, timesScaled, toScaled } from '../../catalog/decimal.ts';
import { createRecentlyUsed } from '../../catalog/recently-used.ts';

test('a decimal string is read without losing a digit', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.nat(17), (digits, places) => {
      const text = digits.toString().padStart(places + 1, '0');
      const decimal = places === 0 ? text : `${text.slice(0, -places)}.${text.slice(-places)}`;
      expect(toScaled(decimal)).toBe(digits * 10n ** BigInt(18 - places));
    }),
  );
});

test('any finite number reads as itself', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), (value) => {
      expect(Math.abs(Number(toScaled(value)) / 1e18 - value)).toBeLessThanOrEqual(value * 1e-15 + 1e-18);
    }),
  );
});

test.each(['', '-1', 'NaN', 'Infinity', '1,5', '0x10', '1e9999', '$1', '.5'])('%j is no amount', (text) => {
  expect(toScaled(text)).toBeNull();
});

test('tenths add up and halves round up', () => {
  expect(toScaled('0.1')! + toScaled('0.2')!).toBe(toScaled('0.3'));
  expect(timesScaled(toScaled('2.5')!, toScaled('0.5')!)).toBe(toScaled('1.25'));
  expect(divideRounded(7n, 2n)).toBe(4n);
  expect(nanosOfDollars(toScaled('0.0000000014999')!)).toBe(1n);
});

test('what was used least recently is forgotten first, and nothing grows past the limit', () => {
  const made: string[] = [];
  const memory = createRecentlyUsed<string>(2);
  const ask = (key: string) =>
    memory.get(key, () => {
      made.push(key);
      return key;
    });
  for (const key of ['a', 'b', 'a', 'c', 'a', 'b']) ask(key);
  expect(made).toEqual(['a', 'b', 'c', 'b']);
});
