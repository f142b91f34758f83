// Invented figures for the dashboard's tests: a daily rhythm per model and task, worked out rather than stored, so that a
// month costs nothing to make.
import type { SeriesRow } from '../../contract/questions/series.ts';
import type { Totals } from '../../contract/questions/totals.ts';
import type { Dimension } from '../../contract/questions/window.ts';
import { pricesOf } from './dashboard-bodies.ts';
import { models, repeatable, tasks } from './dashboard-exchanges.ts';

const hour = 3_600_000;

/** The groups of a dimension, each with the share of traffic it has and the models behind it. */
function groupsOf(by: Dimension): { group: string; share: number; slow: number; price: number | null }[] {
  const merged = new Map<string, { share: number; slow: number; price: number | null }>();
  const sources = by === 'provider' || by === 'model' ? models : tasks;
  const whole = sources.reduce((sum, each) => sum + each.weight, 0);
  for (const each of sources) {
    const group = by === 'environment' ? 'production' : String(each[by as keyof typeof each] ?? '');
    const price = 'model' in each ? (pricesOf(each.model)?.[1] ?? null) : 9e9;
    const known = merged.get(group) ?? { share: 0, slow: 0, price };
    known.share += each.weight / whole;
    known.slow = 'milliseconds' in each ? each.milliseconds : 1400 + (each.weight % 7) * 330;
    merged.set(group, known);
  }
  return [...merged].map(([group, each]) => ({ group, ...each }));
}

/** Requests per hour at a moment: quiet nights, a slow rise over the weeks. */
function ratePerHour(at: number): number {
  const daily = 1 + 0.75 * Math.sin(((at / hour - 8) / 24) * 2 * Math.PI);
  return 420 * daily * (1 + ((at / (24 * hour)) % 30) / 90);
}

function figuresFor(
  at: number,
  milliseconds: number,
  of: { share: number; slow: number; price: number | null },
  seed: number,
): Totals {
  const random = repeatable(Math.floor(at / 60_000) * 31 + seed);
  const exact = ((ratePerHour(at) * milliseconds) / hour) * of.share * (0.75 + random() * 0.5);
  const requests = Math.floor(exact + random());
  const errors = Math.round(requests * (random() < 0.06 ? 0.08 : 0.012));
  const output = Math.round(requests * 260 * (0.8 + random() * 0.4));
  const slow = of.slow * (0.85 + random() * 0.3);
  return {
    requests,
    errors,
    aborted: Math.round(requests * 0.005),
    costNanos: of.price === null || requests === 0 ? null : String(Math.round((output * of.price * 2.1) / 1e6)),
    unpriced: of.price === null ? requests : 0,
    estimated: Math.round(requests * 0.01),
    inputTokens: output * 6,
    outputTokens: output,
    p50Ms: Math.round(slow * 0.7),
    p95Ms: Math.round(slow * 1.7),
    p99Ms: Math.round(slow * 2.6),
    firstTokenP50Ms: Math.round(slow * 0.16),
    firstTokenP95Ms: Math.round(slow * 0.38),
  };
}

/** `step` in seconds. A quiet quarter of an hour in the middle has no traffic, so its buckets are missing. */
export function seriesRows({
  from,
  to,
  step,
  by,
  scale,
}: {
  from: number;
  to: number;
  step: number;
  by?: Dimension;
  scale: number;
}): SeriesRow[] {
  const width = step * 1000;
  const groups = by ? groupsOf(by) : [{ group: '', share: 1, slow: 1500, price: 9e9 }];
  const rows: SeriesRow[] = [];
  for (let at = Math.ceil(from / width) * width; at < to; at += width) {
    if (step <= 900 && Math.floor(at / 900_000) % 61 === 7) continue;
    for (const [index, each] of groups.entries()) {
      const {
        unpriced: _unpriced,
        estimated: _estimated,
        ...figures
      } = figuresFor(at, width, { ...each, share: each.share * scale }, index + 1);
      if (figures.requests > 0) rows.push({ at, group: each.group, ...figures });
    }
  }
  return rows;
}

type Span = { from: number; to: number; scale: number };

export function topRows({ by, ...span }: Span & { by: Dimension }): (Totals & { group: string })[] {
  const rows = groupsOf(by).map(({ group, price }) => ({ group, ...sumOf(span, by, group, price) }));
  return rows.sort((one, other) => Number(other.costNanos ?? 0) - Number(one.costNanos ?? 0));
}

export function totalsFor(span: Span): Totals {
  const rows = topRows({ ...span, by: 'model' });
  const sum = (figure: (row: Totals) => number) => rows.reduce((total, row) => total + figure(row), 0);
  return {
    ...rows[0]!,
    requests: sum((row) => row.requests),
    errors: sum((row) => row.errors),
    aborted: sum((row) => row.aborted),
    costNanos: String(sum((row) => Number(row.costNanos))),
    unpriced: sum((row) => row.unpriced),
    estimated: sum((row) => row.estimated),
    inputTokens: sum((row) => row.inputTokens ?? 0),
    outputTokens: sum((row) => row.outputTokens ?? 0),
  };
}

/** What the buckets of one group add up to, so that tiles, tables and charts agree. */
function sumOf(span: Span, by: Dimension, group: string, price: number | null): Totals {
  const step = span.to - span.from > 2 * 24 * hour ? 3600 : span.to - span.from > 2 * hour ? 900 : 60;
  const rows = seriesRows({ ...span, step, by }).filter((row) => row.group === group);
  const sum = (figure: (row: SeriesRow) => number | null) => rows.reduce((total, row) => total + (figure(row) ?? 0), 0);
  const { p50Ms, p95Ms, p99Ms, firstTokenP50Ms, firstTokenP95Ms } = rows[0] ?? nothing;
  const requests = sum((row) => row.requests);
  return {
    requests,
    errors: sum((row) => row.errors),
    aborted: sum((row) => row.aborted),
    costNanos: price === null ? null : String(sum((row) => Number(row.costNanos))),
    unpriced: price === null ? requests : 0,
    estimated: Math.round(requests * 0.01),
    inputTokens: sum((row) => row.inputTokens),
    outputTokens: sum((row) => row.outputTokens),
    ...{ p50Ms, p95Ms, p99Ms, firstTokenP50Ms, firstTokenP95Ms },
  };
}

export const nothing: Totals = {
  requests: 0,
  errors: 0,
  aborted: 0,
  costNanos: null,
  unpriced: 0,
  estimated: 0,
  inputTokens: null,
  outputTokens: null,
  p50Ms: null,
  p95Ms: null,
  p99Ms: null,
  firstTokenP50Ms: null,
  firstTokenP95Ms: null,
};
