// GET /api/live (text/event-stream): `event: exchanges` carries rows as they reach the store; `event: hello` comes first.
import { z } from 'zod';
import { ExchangeRow } from './exchanges.ts';
import { Filters } from './window.ts';

export const LiveQuery = Filters;
export const LiveEvent = z.object({
  rows: z.array(ExchangeRow),
  dropped: z.number().describe('rows left out because too many came at once'),
});
export type LiveEvent = z.infer<typeof LiveEvent>;
