// GET /api/totals: the figures of a window, and of the window of the same length just before it.
import type { z } from 'zod';
import { TotalsAnswer, TotalsQuery } from '../../contract/questions/totals.ts';
import type { Filters, Window } from '../../contract/questions/window.ts';
import { type FigureRow, figureColumns, toFigures } from './figures.ts';
import { type QuestionContext, question } from './question.ts';
import { slices } from './slices.ts';
import { checkedWindow, isEmpty, previousWindow } from './windows.ts';

export const totals = question({
  path: '/api/totals',
  summary: 'Figures of a window and of the one of equal length before it. Exact to the millisecond.',
  query: TotalsQuery,
  answer: TotalsAnswer,
  async ask(context, query) {
    const window = checkedWindow(query);
    const [current, previous] = await Promise.all([
      totalsOf(context, window, query),
      totalsOf(context, previousWindow(query), query),
    ]);
    return { current, previous };
  },
});

async function totalsOf(
  { store }: QuestionContext,
  window: Window,
  filters: Filters,
): Promise<z.infer<typeof TotalsAnswer>['current']> {
  if (isEmpty(window)) return toFigures(nothing);
  const rows = slices({ window, filters, dimensions: [] });
  const [figures] = await store.read<FigureRow>(`SELECT ${figureColumns} FROM (${rows.sql})`, rows.parameters);
  return toFigures(figures ?? nothing);
}

/** Before 1970 there is nothing. */
const nothing: FigureRow = {
  requests_f: '0',
  errors_f: '0',
  aborted_f: '0',
  cost_f: null,
  unpriced_f: '0',
  estimated_f: '0',
  input_f: null,
  output_f: null,
  total_f: [],
  first_token_f: [],
};
