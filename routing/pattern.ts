// Patterns of the configuration: `*` stands for any run of characters, everything else for itself.

export type Matcher = (value: string) => boolean;

export function compilePattern(pattern: string): Matcher {
  if (pattern === '*') return () => true;
  if (!pattern.includes('*')) return (value) => value === pattern;
  const head = pattern.slice(0, -1);
  if (pattern.endsWith('*') && !head.includes('*')) return (value) => value.startsWith(head);
  const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const expression = new RegExp(`^${parts.join('.*')}$`, 's');
  return (value) => expression.test(value);
}

/** True for a value that fits one of them. */
export function compilePatterns(patterns: readonly string[]): Matcher {
  const matchers = patterns.map(compilePattern);
  return (value) => matchers.some((matches) => matches(value));
}
