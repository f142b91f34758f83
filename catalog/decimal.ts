// Exact money: decimal strings and numbers as whole multiples of 1e-18, because 0.1 + 0.2 of a dollar must be 0.3.

/** 1e-18 of the unit: enough for every decimal of the published price book (17 significant digits). */
const SCALE = 18;
const ONE = 10n ** BigInt(SCALE);

/** Reads "2.5", "1e-7" or 2.5 exactly; digits past the 18th decimal are cut. Null when it is not a plain number ≥ 0. */
export function toScaled(value: string | number): bigint | null {
  const match = /^(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i.exec(String(value).trim());
  if (!match) return null;
  const fraction = match[2] ?? '';
  const shift = SCALE + Number(match[3] ?? 0) - fraction.length;
  const digits = BigInt(match[1] + fraction);
  return shift >= 0 ? digits * 10n ** BigInt(shift) : digits / 10n ** BigInt(-shift);
}

/** Product of two scaled numbers, scaled, rounded down past the 18th decimal. */
export function timesScaled(left: bigint, right: bigint): bigint {
  return (left * right) / ONE;
}

/** Half up, never negative: `divideRounded(7n, 2n)` is 4n. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}

/** Dollars (scaled) as whole nano-dollars, half up. */
export function nanosOfDollars(scaledDollars: bigint): bigint {
  return divideRounded(scaledDollars, ONE / 1_000_000_000n);
}

/** Dollars per million tokens (scaled) as nano-dollars per million tokens, for people to read: may have a fraction. */
export function nanosPerMillion(scaledDollars: bigint): number {
  return Number(scaledDollars) / 1e9;
}

/** A scaled number as a plain decimal string: "2.5". */
export function decimalText(scaled: bigint): string {
  const digits = scaled.toString().padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return fraction === '' ? digits.slice(0, -SCALE) : `${digits.slice(0, -SCALE)}.${fraction}`;
}
