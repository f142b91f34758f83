// `sightline prices list`: every rate that holds at a moment, by bucket and service tier, with the books it is from.
import { type ListedPrice, listPrices } from '../../catalog/price-list.ts';
import { createPriceBook } from '../../catalog/prices.ts';
import { textFlag, UsageProblem } from '../command.ts';
import { aligned } from './columns.ts';
import type { PriceAction } from './price-action.ts';

const shownColumns = {
  inputUncached: 'input',
  inputCacheRead: 'cached',
  inputCacheWrite5m: 'write 5m',
  inputCacheWrite1h: 'write 1h',
  outputText: 'output',
} as const;

export const list: PriceAction = async ({ values, loaded, terminal, now }) => {
  const sources = { overlay: loaded.priceOverlay, book: loaded.priceBook };
  const provider = textFlag(values, 'provider');
  const at = momentOf(textFlag(values, 'at'), now);
  const rows = listPrices({ ...sources, provider, model: textFlag(values, 'model'), at });
  const { version } = createPriceBook(sources);
  if (values.json === true) terminal.print(JSON.stringify({ version, at: new Date(at).toISOString(), prices: rows }));
  else terminal.print(rows.length === 0 ? 'No price fits.' : table(rows, version));
  return 0;
};

export function momentOf(text: string | undefined, now: number): number {
  if (text === undefined) return now;
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageProblem(`--at takes a day such as 2026-11-21, not "${text}".`);
  return at;
}

function table(rows: readonly ListedPrice[], version: string): string {
  const head = ['provider/model', 'tier', ...Object.values(shownColumns), 'besides'];
  const lines = rows.map((row) => [
    ...[`${row.provider}/${row.model}`, row.tier],
    ...Object.keys(shownColumns).map((bucket) => rateText(row.prices[bucket as keyof typeof shownColumns])),
    Object.entries(row.prices)
      .filter(([bucket]) => !(bucket in shownColumns))
      .map(([bucket, rate]) => `${bucket} ${rateText(rate)}`)
      .join(', '),
  ]);
  return [...aligned([head, ...lines], 2), '', `Dollars per million (~ rises with the context). ${version}`].join('\n');
}

const rateText = (rate: ListedPrice['prices'][keyof ListedPrice['prices']]): string =>
  rate ? `${rate.dollars}${rate.above ? '~' : ''}` : '';
