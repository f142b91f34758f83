// The answer of a rehearsal as tables for a terminal.
import type { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';

/** `since`: the span as it was asked for. */
export function rehearsalReport(answer: RehearsalAnswer, since: string): string {
  const { recorded, replayed, cost, nobody, excluded, unheard, notes } = answer;
  if (recorded === 0)
    return `No decision was recorded in the last ${since}, so there is nothing to try these routes on.`;
  const sample = replayed < recorded ? `, an even sample of ${count(recorded)}` : '';
  const sections = [
    `${count(replayed)} recorded decisions of the last ${since}${sample}. Nothing was switched on.`,
    routesTable(answer),
    targetsTable(answer),
    costLines(cost),
    ...(nobody > 0 ? [`${requests(nobody)} would have had nobody who may answer${reasons(excluded)}.`] : []),
    ...unheard.map(({ route, conditions }) => {
      return `Route "${route}" matches on what was not recorded (${conditions.join(', ')}), so it matches nothing here.`;
    }),
    notes.map((note) => `- ${note}`).join('\n'),
  ];
  return sections.join('\n\n');
}

function routesTable({ routes, replayed }: RehearsalAnswer): string {
  const rows = routes.map(({ name, requests: matched }) => [
    name || '(no route: by the model’s own name)',
    count(matched),
    percent(matched, replayed),
  ]);
  return table(['Route', 'requests', 'share'], rows);
}

function targetsTable({ targets, replayed }: RehearsalAnswer): string {
  const rows = targets.map(({ provider, model, before, after }) => [
    `${provider}/${model}`,
    percent(before, replayed),
    percent(after, replayed),
    count(before),
    count(Math.round(after)),
  ]);
  return table(['Asked first', 'before', 'after', 'requests before', 'after'], rows);
}

function costLines({ before, after, both }: RehearsalAnswer['cost']): string {
  const lines = [
    `Expected cost before: ${dollars(before.nanos)}${unknown(before.unknown)}`,
    `Expected cost after:  ${dollars(after.nanos)}${unknown(after.unknown)}`,
  ];
  if (both.requests > 0) {
    const change = `${dollars(both.beforeNanos)} before, ${dollars(both.afterNanos)} after`;
    lines.push(`Of the ${requests(both.requests)} whose cost is known both ways: ${change}`);
  }
  return lines.join('\n');
}

const unknown = (calls: number): string => (calls === 0 ? '' : `, and ${requests(calls)} of unknown cost`);

function reasons(excluded: RehearsalAnswer['excluded']): string {
  const list = excluded.map(({ reason, requests: times }) => `${reason} ${count(times)}`);
  return list.length === 0 ? '' : ` (${list.join(', ')})`;
}

function table(heads: string[], rows: string[][]): string {
  const all = [heads, ...rows];
  const widths = heads.map((_, column) => Math.max(...all.map((row) => row[column]!.length)));
  const cell = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[0]!) : text.padStart(widths[column]!);
  return all.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}

const count = (number: number): string => number.toLocaleString('en-US');
const requests = (number: number): string => `${count(number)} ${number === 1 ? 'request' : 'requests'}`;
const percent = (part: number, whole: number): string => (whole === 0 ? '—' : `${((100 * part) / whole).toFixed(1)}%`);

/** Nano-dollars in whole cents from a dollar up, in four digits below; unknown is a dash. */
function dollars(nanos: string | null): string {
  if (nanos === null) return '—';
  const amount = Number(nanos) / 1e9;
  return amount >= 1
    ? `$${amount.toLocaleString('en-US', { maximumFractionDigits: 2 })}`
    : `$${Number(amount.toPrecision(4))}`;
}
