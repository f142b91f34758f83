// Which limits a call falls under, and the rules that this means for it. Made once for each access document, so that for a
// call there is nothing left but comparisons.
import type { PaceLimit } from '../../contract/access/budget.ts';
import type { KeyRecord } from '../../contract/access/key.ts';
import { compilePattern, type Matcher } from '../../routing/pattern.ts';
import type { Counted, Rule } from './rule.ts';

/** Unknown text is ''; what is not known of the target yet, too. */
export interface PaceSubject {
  tenant: string;
  team: string;
  app: string;
  key: string;
  keyName: string;
  user: string;
  task: string;
  provider: string;
  model: string;
}

/** `callers`: what can be said before anybody has chosen a target; `targets`: the rest. */
export type PacePart = 'callers' | 'targets';

export interface CompiledLimit {
  limit: PaceLimit;
  matches(subject: PaceSubject): boolean;
}

export interface CompiledLimits {
  callers: readonly CompiledLimit[];
  targets: readonly CompiledLimit[];
  /** Those that say what one call may cost. */
  caps: readonly CompiledLimit[];
  /** Whether any of them wants to know how large a call is. */
  weighs: boolean;
}

export const noLimits: CompiledLimits = Object.freeze({ callers: [], targets: [], caps: [], weighs: false });

const fields = ['tenant', 'team', 'app', 'user', 'task', 'provider', 'model'] as const;

export function compileLimits(limits: readonly PaceLimit[]): CompiledLimits {
  if (limits.length === 0) return noLimits;
  const compiled = limits.map((limit) => ({ limit, matches: matcherOf(limit) }));
  const paced = compiled.filter(({ limit }) => limit.requestsPerMinute ?? limit.tokensPerMinute ?? limit.concurrency);
  const needsTarget = ({ limit }: CompiledLimit): boolean =>
    limit.for.provider !== undefined || limit.for.model !== undefined || limit.each === 'model';
  return {
    callers: paced.filter((one) => !needsTarget(one)),
    targets: paced.filter(needsTarget),
    caps: compiled.filter(({ limit }) => limit.maxCallUsd !== undefined),
    weighs: limits.some(({ tokensPerMinute, maxCallUsd }) => tokensPerMinute !== undefined || maxCallUsd !== undefined),
  };
}

function matcherOf({ for: match, each }: PaceLimit): CompiledLimit['matches'] {
  const tests: ((subject: PaceSubject) => boolean)[] = [];
  for (const field of fields) {
    const pattern = match[field];
    if (pattern === undefined) continue;
    const matches = compilePattern(pattern);
    tests.push((subject) => matches(subject[field]));
  }
  if (match.key !== undefined) tests.push(keyMatcher(compilePattern(match.key)));
  // Who names no user has no user's limit; only a limit for each of several divides by what was said.
  if (each) tests.push((subject) => subject[each] !== '');
  return (subject) => tests.every((holds) => holds(subject));
}

const keyMatcher =
  (matches: Matcher) =>
  ({ key, keyName }: PaceSubject): boolean =>
    key !== '' && (matches(key) || matches(keyName));

/** Null where nothing applies. `tokens`: what the call is expected to take; null counts as none until it is over. */
export function rulesFor(limits: readonly CompiledLimit[], subject: PaceSubject, tokens: number | null): Rule[] | null {
  let rules: Rule[] | null = null;
  for (const { limit, matches } of limits) {
    if (!matches(subject)) continue;
    const value = limit.each ? subject[limit.each] : '';
    const counter = `limit:${limit.name}|${limit.each ?? ''}|${value}`;
    rules = rulesOf({ ...limit, counter, label: limit.name, tokens }, rules ?? []);
  }
  return rules;
}

/** What the key itself carries. */
export function rulesOfKey(key: KeyRecord | null, tokens: number | null): Rule[] | null {
  if (key === null) return null;
  const { requestsPerMinute, tokensPerMinute, concurrency } = key.allowance;
  if (requestsPerMinute === null && tokensPerMinute === null && concurrency === null) return null;
  return rulesOf({ ...key.allowance, counter: `key:${key.id}`, label: `key ${key.name}`, tokens }, []);
}

interface Given {
  requestsPerMinute?: number | null;
  tokensPerMinute?: number | null;
  concurrency?: number | null;
  counter: string;
  label: string;
  tokens: number | null;
}

function rulesOf({ counter, label, tokens, ...limit }: Given, into: Rule[]): Rule[] {
  const put = (counts: Counted, most: number | null | undefined, cost: number): void => {
    if (most) into.push({ limit: label, counter: `${counter}|${counts}`, counts, most, cost });
  };
  put('requests', limit.requestsPerMinute, 1);
  put('tokens', limit.tokensPerMinute, tokens ?? 0);
  put('concurrency', limit.concurrency, 1);
  return into;
}
