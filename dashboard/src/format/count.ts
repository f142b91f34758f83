// Counts, shares and sizes as people read them.
import { unknown } from './unknown.ts';

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });

/** 12,345 */
export function formatCount(count: number | null): string {
  return count === null ? unknown : grouped.format(count);
}

/** 12.3K from a hundred thousand up, the full number below: tiles stay narrow and exact where they can. */
export function formatCompact(count: number | null): string {
  if (count === null) return unknown;
  return count < 100_000 ? grouped.format(count) : compact.format(count);
}

/** Short count for axes and token columns. */
export function formatShort(count: number | null): string {
  if (count === null) return unknown;
  return count < 10_000 ? grouped.format(count) : compact.format(count);
}

/** The share of `part` in `whole` as 1.2 %; unknown when there is no whole. */
export function formatShare(part: number, whole: number): string {
  return whole === 0 ? unknown : formatPercent(part / whole);
}

export function formatPercent(share: number): string {
  const percent = share * 100;
  if (percent === 0) return '0%';
  if (percent < 0.05) return '<0.1%';
  return `${percent < 10 ? percent.toFixed(1) : Math.round(percent)}%`;
}

/** Bytes as 840 B, 12.4 kB, 3.1 MB. */
export function formatBytes(bytes: number | null): string {
  if (bytes === null) return unknown;
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
