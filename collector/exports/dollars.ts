// Nano-dollars as decimal dollars, exact to the last digit however large.
import type { Figure } from './csv.ts';

/** `1234567890` -> `1.23456789`; null stays null. */
export function dollars(nanos: string | bigint | null): Figure | null {
  if (nanos === null) return null;
  const value = BigInt(nanos);
  const digits = String(value < 0n ? -value : value).padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return { figure: `${value < 0n ? '-' : ''}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}` };
}
