// Which route a request belongs to: the first whose conditions all hold. Conditions are compiled once; those that cost
// nothing come first, and meaning is asked last.
import type { RouteMatch } from '../contract/route-match.ts';
import { compileHours } from './hours.ts';
import type { Classifier } from './meaning.ts';
import { compilePattern } from './pattern.ts';
import type { Meaning, Subject } from './question.ts';

type Condition = (subject: Subject) => boolean;

/** Everything but meaning. */
export function compileMatch(match: RouteMatch): Condition {
  const conditions = [...textConditions(match), ...namedConditions(match), ...otherConditions(match)];
  return (subject) => {
    for (const holds of conditions) if (!holds(subject)) return false;
    return true;
  };
}

function textConditions(match: RouteMatch): Condition[] {
  const texts: [string | undefined, (subject: Subject) => string][] = [
    [match.model, (subject) => subject.requestedModel],
    [match.provider, (subject) => subject.provider],
    [match.task, (subject) => subject.task],
    [match.app, (subject) => subject.app],
    [match.team, (subject) => subject.team],
    [match.user, (subject) => subject.user],
    [match.key, (subject) => subject.key],
    [match.environment, (subject) => subject.environment],
    [match.sensitivity, (subject) => subject.sensitivity],
  ];
  return texts.flatMap(([pattern, read]) => {
    if (pattern === undefined) return [];
    const matches = compilePattern(pattern);
    return [(subject: Subject) => matches(read(subject))];
  });
}

function namedConditions(match: RouteMatch): Condition[] {
  const headers = Object.entries(match.header ?? {}).map(([name, pattern]): Condition => {
    const [lower, matches] = [name.toLowerCase(), compilePattern(pattern)];
    return (subject) => {
      const value = subject.header(lower);
      return value !== null && matches(value);
    };
  });
  const tags = Object.entries(match.tags ?? {}).map(([name, pattern]): Condition => {
    const matches = compilePattern(pattern);
    return ({ tags: given }) => Object.hasOwn(given, name) && matches(given[name] ?? '');
  });
  return [...tags, ...headers];
}

function otherConditions({ dialect, operation, inputTokens, needs, hours }: RouteMatch): Condition[] {
  const conditions: Condition[] = [];
  if (dialect) conditions.push((subject) => subject.dialect === dialect);
  if (operation) conditions.push((subject) => subject.operation === operation);
  if (inputTokens) {
    const { min = 0, max = Number.POSITIVE_INFINITY } = inputTokens;
    conditions.push(({ inputTokens: tokens }) => tokens !== null && tokens >= min && tokens <= max);
  }
  if (needs) conditions.push((subject) => needs.every((need) => subject.needs[need]));
  if (hours) {
    const within = compileHours(hours);
    conditions.push((subject) => within(subject.now));
  }
  return conditions;
}

interface Matchable {
  name: string;
  matches: Condition;
  /** Null where meaning is no condition. */
  threshold: number | null;
}

export interface Matched<R> {
  route: R | null;
  /** What was said about the prompt; null where nobody had to ask. */
  meaning: Meaning | null;
}

/** The classifier is asked once at most, and only about the routes whose other conditions hold. */
export function matchRoute<R extends Matchable>(
  routes: readonly R[],
  subject: Subject,
  classify: Classifier,
): Matched<R> {
  let meaning: Meaning | null = null;
  for (const route of routes) {
    if (!route.matches(subject)) continue;
    if (route.threshold === null) return { route, meaning };
    meaning ??= subject.meaning ?? classify(subject.prompt(), likeNames(routes, subject));
    if (meaning.route === route.name && meaning.confidence >= route.threshold) return { route, meaning };
  }
  return { route: null, meaning };
}

/** The routes of which one will be taken, whatever the prompt is like; the last of them may be taken for sure. */
export function possibleRoutes<R extends Matchable>(routes: readonly R[], subject: Subject): R[] {
  const possible = routes.filter((route) => route.matches(subject));
  const sure = possible.findIndex(({ threshold }) => threshold === null);
  return sure < 0 ? possible : possible.slice(0, sure + 1);
}

function likeNames(routes: readonly Matchable[], subject: Subject): Set<string> {
  return new Set(
    routes.filter((route) => route.threshold !== null && route.matches(subject)).map((route) => route.name),
  );
}
