// Asks the running collector what it knows: how many calls are recorded, what they cost, how long they took.
import { ConservationAnswer } from '../../contract/questions/conservation.ts';
import { TotalsAnswer } from '../../contract/questions/totals.ts';

/** Sums over all boots of the proxy. Unknown is null. */
export interface Books {
  started: number;
  /** Complete exchanges that the store really holds. */
  recorded: number;
  partial: number;
  gap: number;
  open: number;
  /** Every exchange that ended is in the store, and no segment is missing. */
  settled: boolean;
  costUsd: number | null;
  p95Ms: number | null;
}

/** `from`, `to`: epoch milliseconds. Rejects when the collector does not answer as its contract says. */
export async function readBooks(collectorUrl: string, window: { from: number; to: number }): Promise<Books> {
  const [conservation, totals] = await Promise.all([
    ask(`${collectorUrl}/api/conservation`),
    ask(`${collectorUrl}/api/totals?from=${window.from}&to=${window.to}`),
  ]);
  const { rows } = ConservationAnswer.parse(conservation);
  const { current } = TotalsAnswer.parse(totals);
  const sum = (pick: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + pick(row), 0);
  const partial = sum((row) => row.counters.partial);
  const stored = sum((row) => row.stored);
  const open = sum((row) => row.counters.open);
  return {
    started: sum((row) => row.counters.started),
    recorded: Math.max(0, stored - partial),
    partial,
    gap: sum((row) => row.counters.gap),
    open,
    settled: open === 0 && rows.every((row) => row.holds && row.missingSegments === 0),
    costUsd: current.costNanos === null ? null : Number(current.costNanos) / 1e9,
    p95Ms: current.p95Ms === null ? null : Math.round(current.p95Ms),
  };
}

/** What came after `before`: a folder that is used again already holds exchanges of earlier runs. */
export function since(before: Books, books: Books): Books {
  return {
    ...books,
    started: books.started - before.started,
    recorded: books.recorded - before.recorded,
    partial: books.partial - before.partial,
    gap: books.gap - before.gap,
  };
}

/** Asks again until all `sent` calls are in the store, at most for `timeoutMs`; then gives what it has. */
export async function readSettledBooks(
  collectorUrl: string,
  options: { sent: number; from: number; before: Books; timeoutMs: number; now: () => number },
): Promise<Books> {
  const deadline = options.now() + options.timeoutMs;
  for (;;) {
    // The window ends in the future, so that no call of this second is cut off.
    const all = await readBooks(collectorUrl, { from: options.from, to: options.now() + 60_000 });
    const books = since(options.before, all);
    const complete = books.settled && books.started >= options.sent;
    if (complete || options.now() > deadline) return books;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

async function ask(url: string): Promise<unknown> {
  const response = await fetch(url, { signal: AbortSignal.timeout(10_000) });
  const text = await response.text();
  if (!response.ok) throw new Error(`the collector answered ${response.status} to ${url}: ${text.slice(0, 300)}`);
  return JSON.parse(text);
}
