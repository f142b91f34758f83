// Sums over usage buckets: the invariant of contract/usage.ts is kept here and nowhere else.
import { type Usage, unknownUsage } from '../../../contract/usage.ts';

export type Buckets = Omit<Usage, 'total' | 'raw'>;

export const bucketNames = Object.keys(unknownUsage).filter((name) => name !== 'total' && name !== 'raw') as Array<
  keyof Buckets
>;

/** All non-null buckets added up; null when none is known. */
export function sumOfBuckets(buckets: Buckets): number | null {
  const known = bucketNames.map((name) => buckets[name]).filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/** A sum in which null is nothing; null when every part is. */
export function addKnown(...counts: Array<number | null>): number | null {
  const known = counts.filter((count) => count !== null);
  return known.length === 0 ? null : known.reduce((sum, count) => sum + count, 0);
}

/**
 * Usage from buckets, the total as the provider gave it (null when it gave none) and its own JSON.
 * Tokens of the total that no part accounts for are reasoning where reasoning was not counted apart: Google's
 * OpenAI-compatible endpoint leaves thoughts out of completion_tokens. A total smaller than its parts contradicts
 * them; the parts are what is billed, so the total then counts as unknown, as does a total without any parts.
 */
export function usageOf(buckets: Partial<Buckets>, total: number | null, raw: unknown): Usage {
  const full: Buckets = { ...unknownUsage, ...buckets };
  const sum = sumOfBuckets(full);
  if (total !== null && sum !== null && total > sum) {
    if (full.outputText === null) full.outputText = total - sum;
    else if (full.outputReasoning === null) full.outputReasoning = total - sum;
    else full.outputText += total - sum;
  }
  const settled = sumOfBuckets(full);
  return { ...full, total: settled === total ? total : null, raw: JSON.stringify(raw) };
}

/** A dollar amount as a plain decimal string, whatever notation the number would print in; null unless ≥ 0. */
export function decimalDollars(value: unknown): string | null {
  if (typeof value === 'string') return /^\d+(\.\d+)?$/.test(value) ? value : null;
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) return null;
  const printed = String(value);
  const match = /^(\d)(?:\.(\d+))?e-(\d+)$/.exec(printed);
  if (match === null) return printed.includes('e') ? null : printed;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  return `0.${'0'.repeat(Number(exponent) - 1)}${whole}${fraction}`;
}
