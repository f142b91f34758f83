// Spans of time as people write them on a command line: 90d, 12h, 30m, 45s.
import { UsageProblem } from '../command.ts';

const units: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 };

export function seconds(flag: string, span: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(span) ?? [];
  if (count === undefined || unit === undefined)
    throw new UsageProblem(`${flag} takes a span such as 30m, 12h or 90d, not "${span}".`);
  return Number(count) * (units[unit] ?? 0);
}
