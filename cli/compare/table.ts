// The comparison as people read it, with what it does not say.
import type { OverheadAnswer, OverheadFigures } from '../../contract/questions/overhead.ts';
import type { Comparison, PerCallName, SideFigures, TimeName } from './comparison.ts';
import type { Difference } from './statistics.ts';

type Show = (value: number) => string;
type Row = [label: string, direct: string, proxied: string, difference: string];

export function comparisonTable(comparison: Comparison): string {
  const { provider, model, pairs, compared, stream, direct, proxied, ownMs } = comparison;
  const rows: Row[] = [
    ['', 'direct', 'proxied', 'difference (95 % of the time between)'],
    ...timeRows(comparison, 'firstByteMs', 'first byte'),
    ...(stream ? timeRows(comparison, 'firstTokenMs', 'first token') : []),
    ...timeRows(comparison, 'totalMs', 'whole answer'),
    ['errors', String(failed(direct)), String(failed(proxied)), ''],
    perCallRow(comparison, 'inputTokens', 'input tokens, a call', count),
    perCallRow(comparison, 'outputTokens', 'output tokens, a call', count),
    perCallRow(comparison, 'costNanos', 'cost, a call', dollars),
  ];
  const own = ownMs.p50 === null ? 'unknown' : `p50 ${milliseconds(ownMs.p50)}, p95 ${milliseconds(ownMs.p95 ?? 0)}`;
  const notes = [
    `Sightline’s own share, as the proxy says: ${own}.`,
    ...wrong('direct', direct),
    ...wrong('proxied', proxied),
    ...(compared < 100 ? [`With ${compared} pairs the p95 rests on a handful of calls.`] : []),
  ];
  const heading = `${provider}/${model}, ${pairs} pairs, ${stream ? 'streams' : 'whole answers'}`;
  return [heading, '', ...aligned(rows), '', ...notes].join('\n');
}

function timeRows({ direct, proxied, difference }: Comparison, name: TimeName, label: string): Row[] {
  return (['p50', 'p95'] as const).map((fraction) => [
    `${label} ${fraction}`,
    shown(direct.times[name][fraction], milliseconds),
    shown(proxied.times[name][fraction], milliseconds),
    differenceText(difference.times[name][fraction], milliseconds),
  ]);
}

function perCallRow({ direct, proxied, difference }: Comparison, name: PerCallName, label: string, show: Show): Row {
  const [one, other] = [direct.perCall[name], proxied.perCall[name]];
  return [label, shown(one, show), shown(other, show), differenceText(difference.perCall[name], show)];
}

function differenceText({ value, interval }: Difference, show: Show): string {
  if (value === null) return 'unknown';
  const signed: Show = (one) => (one < 0 ? `-${show(-one)}` : `+${show(one)}`);
  return interval ? `${signed(value)} (${signed(interval[0])} … ${signed(interval[1])})` : signed(value);
}

const failed = ({ errors }: SideFigures): number => Object.values(errors).reduce((sum, times) => sum + times, 0);

const wrong = (side: string, { errors }: SideFigures): string[] =>
  Object.entries(errors).map(([word, times]) => `${side}: ${word} × ${times}`);

export function overheadTable({ all, providers }: OverheadAnswer, window: string): string {
  const row = (name: string, figures: OverheadFigures): string[] => [
    ...[name, String(figures.exchanges), share(figures.errors, figures.exchanges)],
    share(figures.furtherAttempts, figures.attempts),
    ...[figures.p50Micros, figures.p95Micros, figures.p99Micros].map((micros) =>
      micros === null ? 'unknown' : milliseconds(micros / 1000),
    ),
  ];
  const rows = [
    ['', 'exchanges', 'errors', 'further attempts', 'own share p50', 'p95', 'p99'],
    ...providers.map(({ provider, ...figures }) => row(provider || '(nobody)', figures)),
    row('all', all),
  ];
  return [`What was recorded in the last ${window}`, '', ...aligned(rows)].join('\n');
}

function aligned(rows: readonly string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => (row[at] as string).length)));
  return rows.map((row) =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at]!) : cell.padStart(widths[at]!)))
      .join('  ')
      .trimEnd(),
  );
}

const shown = (value: number | null, show: Show): string => (value === null ? 'unknown' : show(value));
const milliseconds: Show = (value) => `${value >= 100 ? Math.round(value) : value.toFixed(value < 10 ? 2 : 1)} ms`;
const count: Show = (value) => String(Number(value.toFixed(1)));
const dollars: Show = (nanos) => `$${(nanos / 1e9).toFixed(7)}`;
const share = (part: number, whole: number): string =>
  whole === 0 ? 'unknown' : `${((100 * part) / whole).toFixed(1)} %`;
