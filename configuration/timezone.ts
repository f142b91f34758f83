// Whether a time zone is one that this machine knows.
import { didYouMean } from './nearest.ts';
import type { ConfigurationProblem } from './problems.ts';

export function timezoneProblem(path: string, timezone: string): ConfigurationProblem[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return [];
  } catch {
    return [
      {
        path,
        found: `"${timezone}"`,
        expected: 'an IANA time zone such as "Europe/Berlin"',
        fix: didYouMean(timezone, Intl.supportedValuesOf('timeZone')) || 'use "UTC"',
      },
    ];
  }
}
