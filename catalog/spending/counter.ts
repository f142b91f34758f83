// What a budget counts under: a name for one budget, in one period, for one team, key, user … The proxy counts and the
// collector reads from the store under the same name; a budget that is changed to count something else counts anew.
import { type Budget, SpendDimension } from '../../contract/access/budget.ts';

export interface CounterParts {
  budget: string;
  /** Of the team, key …; '' where the budget is one for all. */
  value: string;
  startsAt: number;
}

/** Characters of a value in a name; a longer one is cut. */
const longestValue = 300;

/** `<budget>#<what it counts>|`, to which the value and the period's start are added. */
export function counterPrefix({ name, for: match, each, per }: Budget, timezone: string): string {
  const counts = SpendDimension.options.map((dimension) => match[dimension] ?? '');
  return `${name}#${shortHash([...counts, each ?? '', per, timezone].join('\n'))}|`;
}

export const counterName = (prefix: string, value: string, startsAt: number): string =>
  `${prefix}${value.slice(0, longestValue).replaceAll('|', '¦')}|${startsAt / 1000}`;

export function counterParts(counter: string): CounterParts {
  const [head = '', value = '', start = '0'] = counter.split('|');
  return { budget: head.slice(0, head.lastIndexOf('#')), value, startsAt: Number(start) * 1000 };
}

/** Providers answer with dated names (`-2026-01-31`, `@20260131`) where the plain one was asked for: both are one model. */
export const undatedModel = (model: string): string => model.replace(/[-@]\d{4}-?\d{2}-?\d{2}$/, '');

export const nanosOfUsd = (usd: number): number => Math.round(usd * 1e9);
export const usdOfNanos = (nanos: number): number => nanos / 1e9;

/** FNV-1a of the UTF-16 units, as eight hexadecimal digits: to tell versions of one budget apart, no more. */
function shortHash(text: string): string {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}
