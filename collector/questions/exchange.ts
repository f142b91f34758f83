// GET /api/exchanges/:id: everything that is known of one exchange.
import { z } from 'zod';
import { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import { attemptsOf, bodiesOf, decisionOf, exchangeOf, keyOf } from './exchange-parts.ts';
import { toExchangeAnswer } from './exchange-record.ts';
import { question } from './question.ts';

export const exchange = question({
  path: '/api/exchanges/:id',
  summary: 'Everything that is known of one exchange, its bodies included while they are kept.',
  query: z.object({ id: z.uuid() }),
  inPath: true,
  answer: ExchangeAnswer,
  async ask(context, { id }) {
    const row = await exchangeOf(context, id);
    const key = keyOf(row);
    const [bodies, attempts, decision] = await Promise.all([
      bodiesOf(context, key),
      attemptsOf(context, key),
      decisionOf(context, key),
    ]);
    return toExchangeAnswer({ row, bodies, attempts, decision });
  },
});
