// Reads an invoice's CSV into lines of day, model, amount and tokens. What is not understood is said, line by line.
import { CsvError, parse } from 'csv-parse/sync';
import { toScaled } from '../decimal.ts';
import { bucketOf, type Column, type Columns, columnsIn, plainName, providerOf, shapeOf } from './invoice-columns.ts';

export interface InvoiceLine {
  /** UTC, as 2026-11-21. */
  day: string;
  /** '' where the file does not say. */
  provider: string;
  model: string;
  /** Dollars × 1e18; null where the file has no amounts. */
  amount: bigint | null;
  /** Half of its last decimal: so much may have been rounded away. */
  slack: bigint;
  /** What the amount is for; '' for the whole. */
  bucket: string;
  requests: number | null;
  tokens: Readonly<Record<string, number>>;
}

export interface Invoice {
  shape: string;
  columns: Columns;
  lines: InvoiceLine[];
  /** Why lines were left out; at most twenty. */
  ignored: string[];
}

/** The file cannot be read as an invoice; the message says what was found. */
export class NoInvoice extends Error {
  override name = 'NoInvoice';
}

const mostIgnored = 20;
const counts = [
  ...(['input', 'inputUncached', 'inputCacheRead', 'inputCacheWrite5m', 'inputCacheWrite1h'] as const),
  ...(['output', 'webSearches'] as const),
];

/** Throws NoInvoice where the header says too little. */
export function readInvoice(text: string): Invoice {
  const [headers = [], ...rows] = records(text);
  const columns = columnsIn(headers);
  const shape = shapeOf(columns);
  const hasTokens = counts.some((column) => columns[column] !== undefined);
  if (!columns.day || !columns.model || !(columns.amount || hasTokens))
    throw new NoInvoice(complaint(headers, columns));
  const invoice: Invoice = { shape, columns, lines: [], ignored: [] };
  rows.forEach((row, index) => {
    const cells = new Map(headers.map((header, at) => [header, row[at] ?? '']));
    const cell = (column: Column): string => (columns[column] ? (cells.get(columns[column]) ?? '').trim() : '');
    const line = readLine(cell, columns, shape);
    if (typeof line !== 'string') invoice.lines.push(line);
    else if (invoice.ignored.length < mostIgnored) invoice.ignored.push(`line ${index + 2}: ${line}`);
  });
  if (invoice.lines.length === 0)
    throw new NoInvoice(`no line could be used; ${invoice.ignored[0] ?? 'there is none'}`);
  return invoice;
}

function records(text: string): string[][] {
  const [header = ''] = text.split('\n', 1);
  const delimiter = [',', ';', '\t'].reduce((best, one) =>
    header.split(one).length > header.split(best).length ? one : best,
  );
  try {
    return parse(text, { bom: true, delimiter, relax_column_count: true, skip_empty_lines: true, trim: true });
  } catch (error) {
    if (error instanceof CsvError) throw new NoInvoice(`it is not CSV (${error.message})`);
    throw error;
  }
}

function complaint(headers: readonly string[], columns: Columns): string {
  const missing = [
    ...(columns.day ? [] : ['a day (date, usage_date_utc, start_time, ChargePeriodStart)']),
    ...(columns.model ? [] : ['a model (model, model_version, line_item, x_Model)']),
    ...(columns.amount ? [] : ['an amount (amount_usd, cost_usd, amount_value, BilledCost) or token counts']),
  ];
  return `no column for ${missing.join(' or for ')}; the columns are: ${headers.join(', ').slice(0, 500)}`;
}

/** A line, or why there is none. */
function readLine(cell: (column: Column) => string, columns: Columns, shape: string): InvoiceLine | string {
  const day = dayOf(cell('day'));
  if (day === null) return `"${cell('day')}" is no day such as 2026-11-21`;
  const category = cell('category');
  if (category !== '' && plainName(category) !== 'usage') return `the charge is for ${category}, not for usage`;
  const currency = cell('currency').toLowerCase();
  if (currency !== '' && currency !== 'usd')
    return `the amount is in ${currency.toUpperCase()}, and prices are in dollars`;
  const [model = '', ...kind] =
    columns.model && plainName(columns.model) === 'lineitem' ? cell('model').split(',') : [cell('model')];
  if (model.trim() === '') return 'it names no model';
  const money = columns.amount ? moneyOf(cell('amount')) : { amount: null, slack: 0n };
  if (money === null) return `"${cell('amount')}" is no amount of dollars`;
  return {
    ...{ day, ...money, model: model.trim(), provider: cell('provider').toLowerCase() || providerOf(shape) || '' },
    bucket: bucketOf(kind.length > 0 ? kind.join(' ') : shape === 'OpenAI costs' ? '' : cell('kind')),
    requests: columns.requests ? countOf(cell('requests')) : null,
    tokens: Object.fromEntries(counts.filter((one) => columns[one]).map((one) => [one, countOf(cell(one)) ?? 0])),
  };
}

/** UTC. Epoch seconds or milliseconds, a date, or a date with its time. */
function dayOf(text: string): string | null {
  if (/^\d{10}(\d{3})?$/.test(text)) return new Date(Number(text.padEnd(13, '0'))).toISOString().slice(0, 10);
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return Number.isNaN(Date.parse(text)) ? null : text;
  const parts = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?) ?(Z|UTC|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!parts) return null;
  const zone = parts[3] === undefined || parts[3] === 'UTC' ? 'Z' : parts[3];
  const at = new Date(`${parts[1]}T${parts[2]}${zone}`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString().slice(0, 10);
}

function moneyOf(text: string): { amount: bigint; slack: bigint } | null {
  const bare = text.replace(/^\$/, '').replaceAll(',', '');
  if (bare === '') return { amount: 0n, slack: 0n };
  const amount = toScaled(bare);
  if (amount === null) return null;
  const decimals = /\.(\d*)/.exec(bare)?.[1]?.length ?? 0;
  const exponent = Number(/e([+-]?\d+)$/i.exec(bare)?.[1] ?? 0);
  const places = Math.min(18, Math.max(0, decimals - exponent));
  return { amount, slack: 5n * 10n ** BigInt(17 - Math.min(places, 17)) };
}

function countOf(text: string): number | null {
  const value = Number(text.replaceAll(',', ''));
  return text === '' || !Number.isFinite(value) || value < 0 ? null : value;
}
