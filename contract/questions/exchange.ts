// GET /api/exchanges/:id: everything that is known of one exchange, bodies included while they are kept.
import { z } from 'zod';
import { ExchangeRecord } from '../exchange.ts';

export const ExchangeAnswer = ExchangeRecord.omit({ kind: true }).extend({
  segment: z.string().describe('the segment that brought it'),
  recordedAt: z.number().describe('epoch milliseconds at which the store took it in'),
  bodiesKept: z.boolean().describe('false once the bodies have passed their retention, or were never captured'),
});
export type ExchangeAnswer = z.infer<typeof ExchangeAnswer>;
