// The figures that totals, series and top share: as SQL over slices, and from a row of it to the contract.
import type { z } from 'zod';
import type { Totals } from '../../contract/questions/totals.ts';

/** Aggregates over the columns of slices.ts. Names end in _f so that none is called like a column it adds up. */
export const figureColumns = `
  sum(requests_n) AS requests_f,
  sumIf(requests_n, outcome IN ('failed', 'truncated', 'unreachable', 'refused')) AS errors_f,
  sumIf(requests_n, outcome = 'aborted') AS aborted_f,
  sum(cost_n) AS cost_f,
  sum(unpriced_n) AS unpriced_f,
  sum(estimated_n) AS estimated_f,
  sum(input_n) AS input_f,
  sum(output_n) AS output_f,
  quantilesTDigestMerge(0.5, 0.95, 0.99)(total_s) AS total_f,
  quantilesTDigestMerge(0.5, 0.95, 0.99)(first_token_s) AS first_token_f`;

/** 64-bit integers come as strings; a percentile of no samples as null. */
export interface FigureRow {
  requests_f: string;
  errors_f: string;
  aborted_f: string;
  cost_f: string | null;
  unpriced_f: string;
  estimated_f: string;
  input_f: string | null;
  output_f: string | null;
  total_f: (number | null)[];
  first_token_f: (number | null)[];
}

/** Counts as numbers (they stay below 2^53), money as the decimal string it is, percentiles in whole milliseconds. */
export function toFigures(row: FigureRow): z.infer<typeof Totals> {
  return {
    requests: Number(row.requests_f),
    errors: Number(row.errors_f),
    aborted: Number(row.aborted_f),
    costNanos: row.cost_f,
    unpriced: Number(row.unpriced_f),
    estimated: Number(row.estimated_f),
    inputTokens: numberOrNull(row.input_f),
    outputTokens: numberOrNull(row.output_f),
    p50Ms: milliseconds(row.total_f[0]),
    p95Ms: milliseconds(row.total_f[1]),
    p99Ms: milliseconds(row.total_f[2]),
    firstTokenP50Ms: milliseconds(row.first_token_f[0]),
    firstTokenP95Ms: milliseconds(row.first_token_f[1]),
  };
}

export function numberOrNull(value: string | number | null): number | null {
  return value === null ? null : Number(value);
}

const milliseconds = (value: number | null | undefined): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? Math.round(value) : null;
