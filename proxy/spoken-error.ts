// Turns one of our codes into what a dialect can say.
import type { SpokenError } from './dialects/dialect.ts';
import { type ErrorCode, errorTable } from './errors.ts';

export function spokenError(exchangeId: string, code: ErrorCode, message: string): SpokenError {
  const { status, type } = errorTable[code];
  return { status, code, type, message, exchangeId };
}
