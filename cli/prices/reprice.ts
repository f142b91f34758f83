// `sightline prices reprice`: what recorded calls would have cost under another overlay or book. The record stays as it is.
import { RepriceAnswer } from '../../contract/questions/reprice.ts';
import { operating } from '../collector-api.ts';
import { textFlag } from '../command.ts';
import { askLong } from './ask-long.ts';
import { aligned, dollars } from './columns.ts';
import type { PriceAction } from './price-action.ts';
import { asBook, asOverlay, readText } from './read-books.ts';
import { spanOf } from './span.ts';

export const reprice: PriceAction = async ({ values, terminal, now }) => {
  const since = textFlag(values, 'since') ?? '30d';
  const [overlay, book] = [textFlag(values, 'overlay'), textFlag(values, 'book')];
  const bookText = book === undefined ? null : readText(book, terminal.cwd);
  if (bookText) asBook(bookText);
  const body = JSON.stringify({
    ...{ from: now - spanOf(since), to: now },
    ...(overlay !== undefined && { overlay: asOverlay(readText(overlay, terminal.cwd)) }),
    ...(bookText && { book: JSON.parse(bookText.text) as unknown }),
  });
  const asked = { path: 'api/reprice', body, contentType: 'application/json', answer: RepriceAnswer } as const;
  const answer = await askLong(operating(values, terminal), { ...asked, doing: 'exchanges priced again' }, terminal);
  terminal.print(values.json === true ? JSON.stringify(answer) : report(answer, since));
  return 0;
};

type Sums = RepriceAnswer['total'];

function report({ rows, total, kept, priceVersion }: RepriceAnswer, since: string): string {
  const cells = (sums: Sums): string[] => [
    ...[String(sums.calls), dollars(sums.recordedNanos), dollars(sums.repricedNanos), dollars(sums.differenceNanos)],
    `${sums.unpricedBefore} → ${sums.unpricedAfter}`,
  ];
  const head = ['day', 'model', 'calls', 'recorded', 'priced again', 'difference', 'unpriced'];
  const lines = rows.map((row) => [row.day, `${row.provider}/${row.model}`, ...cells(row)]);
  return [
    ...aligned([head, ...lines, ['total', '', ...cells(total)]], 2),
    '',
    `The last ${since} under ${priceVersion}. Nothing recorded was changed.`,
    `Kept as recorded: ${kept.reported} calls whose cost the provider named, ${kept.cached} answers from the cache.`,
  ].join('\n');
}
