// `sightline prices diff FILE`: what a book or an overlay would change of the prices in force.
import { comparePrices, type PriceChange, type PriceChanges } from '../../catalog/price-changes.ts';
import { listPrices } from '../../catalog/price-list.ts';
import type { PriceSources } from '../../catalog/prices.ts';
import { textFlag, UsageProblem } from '../command.ts';
import { aligned } from './columns.ts';
import { momentOf } from './list.ts';
import type { PriceActing, PriceAction } from './price-action.ts';
import { asBook, asOverlay, isBook, readText } from './read-books.ts';

export const diff: PriceAction = async (acting) => {
  const { words, terminal, values } = acting;
  const [file] = words;
  if (file === undefined) throw new UsageProblem('Which file holds the book or the overlay?');
  const read = readText(file, terminal.cwd);
  const changes = changesUnder(acting, isBook(read) ? { book: asBook(read) } : { overlay: asOverlay(read) });
  terminal.print(values.json === true ? JSON.stringify(changes) : changesText(changes));
  return 0;
};

/** Of the prices in force at the moment asked for. */
export function changesUnder({ values, loaded, now }: PriceActing, other: PriceSources): PriceChanges {
  const inForce = { overlay: loaded.priceOverlay, book: loaded.priceBook };
  const asked = {
    ...{ provider: textFlag(values, 'provider'), model: textFlag(values, 'model') },
    at: momentOf(textFlag(values, 'at'), now),
  };
  return comparePrices(listPrices({ ...asked, ...inForce }), listPrices({ ...asked, ...inForce, ...other }));
}

const mostNames = 20;

export function changesText({ added, removed, changed }: PriceChanges): string {
  if (added.length + removed.length + changed.length === 0) return 'Nothing changes.';
  const names = (rows: PriceChanges['added'], sign: string): string[] => [
    ...rows.slice(0, mostNames).map(({ provider, model, tier }) => `${sign} ${provider}/${model} ${tier}`),
    ...(rows.length > mostNames ? [`${sign} and ${rows.length - mostNames} more`] : []),
  ];
  const rows = changed.map((change) => [
    ...[`${change.provider}/${change.model}`, change.tier, change.what],
    ...[change.before ?? '—', change.after ?? '—', percentText(change)],
  ]);
  const table = rows.length === 0 ? [] : aligned([['', 'tier', 'bucket', 'before', 'after', 'change'], ...rows], 3);
  const summary = `${changed.length} prices change, ${added.length} come, ${removed.length} go. Dollars per million.`;
  return [...table, ...names(added, '+'), ...names(removed, '-'), summary].join('\n');
}

const percentText = ({ percent }: PriceChange): string =>
  percent === null ? '' : `${percent > 0 ? '+' : ''}${percent}%`;
