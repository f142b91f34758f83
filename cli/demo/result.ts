// What a demo run says at its end: the object for --json, and the same in words.
import type { Books } from './books.ts';

export interface DemoResult {
  sent: number;
  recorded: number;
  partial: number;
  gap: number;
  costUsd: number | null;
  p95Ms: number | null;
  dashboard: string;
}

export const resultOf = (sent: number, books: Books, dashboard: string): DemoResult => ({
  sent,
  recorded: books.recorded,
  partial: books.partial,
  gap: books.gap,
  costUsd: books.costUsd,
  p95Ms: books.p95Ms,
  dashboard,
});

/** The law of conservation, seen from outside: every call that was sent is recorded, partial or counted as a gap. */
export const addsUp = ({ sent, recorded, partial, gap }: DemoResult): boolean => sent === recorded + partial + gap;

/** A paragraph for people. */
export function summary(result: DemoResult): string {
  const { sent, recorded, partial, gap } = result;
  const law = addsUp(result) ? `${sent} = ${recorded} + ${partial} + ${gap}, nothing is missing` : explain(result);
  return [
    `  sent ${sent} · recorded ${recorded} · partial ${partial} · gap ${gap}`,
    `  ${law}`,
    `  spend ${dollars(result.costUsd)} (simulated) · p95 ${milliseconds(result.p95Ms)}`,
    '',
  ].join('\n');
}

export const dollars = (amount: number | null): string => (amount === null ? 'unknown' : `$${amount.toFixed(4)}`);

export const milliseconds = (amount: number | null): string => (amount === null ? 'unknown' : `${amount} ms`);

function explain({ sent, recorded, partial, gap }: DemoResult): string {
  const known = recorded + partial + gap;
  if (known > sent) {
    return `${known - sent} more recorded than the demo sent: something else called this proxy, or the data folder was not empty`;
  }
  return `${sent - known} of ${sent} calls are not accounted for; look at /api/conservation and at the lines of proxy and collector above`;
}
