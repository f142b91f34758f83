// Money as people read it, from integer nano-dollars. The integer part goes through BigInt, so no sum loses a cent.
import { unknown } from './unknown.ts';

const nanosPerDollar = 1_000_000_000n;
const grouped = new Intl.NumberFormat('en-US');

/** Nano-dollars (decimal string, integer or null) as dollars: cents from a dollar up, three significant digits below. */
export function formatMoney(nanos: string | number | null): string {
  if (nanos === null) return unknown;
  const whole = typeof nanos === 'number' ? BigInt(Math.round(nanos)) : BigInt(nanos);
  if (whole === 0n) return '$0.00';
  const sign = whole < 0n ? '−' : '';
  const amount = whole < 0n ? -whole : whole;
  return sign + (amount >= nanosPerDollar ? aboveADollar(amount) : belowADollar(amount));
}

function aboveADollar(amount: bigint): string {
  const cents = (amount + 5_000_000n) / 10_000_000n;
  return `$${grouped.format(cents / 100n)}.${String(cents % 100n).padStart(2, '0')}`;
}

/** $0.043, $0.000123: enough digits that small amounts stay legible, never an exponent. */
function belowADollar(amount: bigint): string {
  const digits = amount.toString().padStart(9, '0');
  const leading = digits.search(/[1-9]/);
  const decimals = Math.min(9, Math.max(2, leading + 3));
  const unit = 10n ** BigInt(9 - decimals);
  const rounded = ((amount + unit / 2n) / unit).toString().padStart(decimals, '0');
  if (rounded.length > decimals) return '$1.00';
  return `$0.${rounded.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** All nine decimals, for titles and sums that are checked by hand. */
export function formatMoneyExact(nanos: string | number | null): string {
  if (nanos === null) return unknown;
  const amount = typeof nanos === 'number' ? BigInt(Math.round(nanos)) : BigInt(nanos);
  return `$${grouped.format(amount / nanosPerDollar)}.${String(amount % nanosPerDollar).padStart(9, '0')}`;
}

/** A price, nano-dollars per million tokens, as dollars per million. */
export function formatPrice(nanosPerMillion: number): string {
  const dollars = nanosPerMillion / 1e9;
  return `$${dollars.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 6 })}`;
}

/** For axes and bars only: a float that must never be added up. */
export function dollarsForDrawing(nanos: string | null): number | null {
  return nanos === null ? null : Number(nanos) / 1e9;
}

/** Short money for chart axes: $1.2k, $40, $0.05. */
export function formatMoneyAxis(dollars: number): string {
  if (dollars === 0) return '$0';
  if (dollars >= 1000) return `$${Number((dollars / 1000).toPrecision(3))}k`;
  return `$${Number(dollars.toPrecision(3))}`;
}
