// What a caller is told who came too early: which limit, and when to come again.

import { duration } from './rate-headers.ts';
import type { Rule, Taken } from './rule.ts';

export function paceRefusal({ standings }: Pick<Taken, 'standings'>, retryAfterMs: number): string {
  const refusing = standings.filter(({ waitMs }) => waitMs !== 0).map(({ rule }) => said(rule));
  const limits = refusing.length > 0 ? refusing : ['a limit'];
  return `Over ${limits.join(' and ')}. Try again in ${duration(retryAfterMs)}.`;
}

function said({ limit, counts, most }: Rule): string {
  if (counts === 'concurrency') return `"${limit}": ${most} ${most === 1 ? 'call' : 'calls'} at the same time`;
  return `"${limit}": ${most} ${counts} per minute`;
}
