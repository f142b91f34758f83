// GET /api/status: what the dashboard needs to know about the house itself.
import { z } from 'zod';

export const StatusAnswer = z.object({
  version: z.string(),
  simulated: z.boolean().describe('the traffic comes from the demo’s simulated providers'),
  timezone: z.string(),
  proxyUrl: z.string().describe('what an app puts where its base URL was'),
  store: z.enum(['embedded', 'server']),
  exchanges: z.number().describe('rows in the store'),
  firstExchangeAt: z.number().nullable(),
  lastExchangeAt: z.number().nullable(),
  segmentsWaiting: z.number().describe('received, not yet in ClickHouse'),
  deadRecords: z.number().describe('records set aside because ClickHouse would not take them'),
});
export type StatusAnswer = z.infer<typeof StatusAnswer>;
