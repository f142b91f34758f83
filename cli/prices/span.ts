// A span of time as people type it.
import { UsageProblem } from '../command.ts';

const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds. Throws UsageProblem. */
export function spanOf(span: string): number {
  const [, count, unit] = /^(\d+)([mhd])$/.exec(span) ?? [];
  const length = Number(count) * (units[unit ?? ''] ?? 0);
  if (!(length > 0)) throw new UsageProblem(`--since takes a span such as 90m, 24h or 30d, not "${span}".`);
  return length;
}
