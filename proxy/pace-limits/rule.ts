// What one call has to pass: a rule for each limit that it falls under and for each thing that this limit counts. Pure sums.

export type Counted = 'requests' | 'tokens' | 'concurrency';

export interface Rule {
  /** Name of the limit, for people. */
  limit: string;
  /** What is counted, unique among all proxies: calls with the same counter share one. */
  counter: string;
  counts: Counted;
  /** A minute, or at the same time. */
  most: number;
  /** What this call takes: 1, or its tokens as far as they are known. */
  cost: number;
}

/** How a call and a rule stand to each other. */
export interface Standing {
  rule: Rule;
  /** What may be had at once after this call. */
  remaining: number;
  /** Until all of it may be had again. */
  resetMs: number;
  /** Until this call would pass; 0: it does; null: nobody knows, when somebody else is done. */
  waitMs: number | null;
}

export interface Taken {
  /** All rules or none: a call that is refused has taken nothing. */
  admitted: boolean;
  standings: Standing[];
  /** Counted together with other proxies. */
  together: boolean;
}

const leastAtOnce = { requests: 10, tokens: 1000 };

/**
 * What may come at once after a pause: a tenth of a minute's worth, and enough for a small limit to be used as people try
 * it out. No stretch of 60 s admits more than `most` and this, or than `most` and its largest call.
 */
export function burstOf({ counts, most }: Pick<Rule, 'counts' | 'most'>): number {
  if (counts === 'concurrency') return most;
  return Math.min(most, Math.max(leastAtOnce[counts], Math.floor(most / 10)));
}

/** Milliseconds in which one more may be had. */
export const stepMs = ({ most }: Pick<Rule, 'most'>): number => 60_000 / most;

/**
 * Generic cell rate: all that is kept of a counter is when it will be full again (`debtMs` from now). A call larger than
 * the burst passes when nothing is owed, and what comes next waits until it is paid off.
 */
export function waitFor(rule: Rule, debtMs: number): number {
  const burst = burstOf(rule);
  const wait = debtMs + (Math.min(rule.cost, burst) - burst) * stepMs(rule);
  return wait > 1e-6 ? wait : 0;
}

export function rateStanding(rule: Rule, debtMs: number, waitMs: number): Standing {
  const owed = debtMs / stepMs(rule);
  // What is left of a whole one after rounding may be a hair less.
  const remaining = Math.max(0, Math.floor(burstOf(rule) - owed + 1e-6));
  return { rule, remaining, resetMs: Math.max(0, debtMs), waitMs };
}

export function concurrencyStanding(rule: Rule, live: number, admitted: boolean): Standing {
  return { rule, remaining: Math.max(0, rule.most - live), resetMs: 0, waitMs: admitted ? 0 : null };
}

/** Until the call would pass all of them; null: nobody knows. */
export function longestWait({ standings }: Pick<Taken, 'standings'>): number | null {
  const waits = standings.map(({ waitMs }) => waitMs);
  const known = waits.filter((wait) => wait !== null);
  const longest = Math.max(0, ...known);
  return longest === 0 && known.length < waits.length ? null : longest;
}
