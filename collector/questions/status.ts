// GET /api/status: what the dashboard needs to know about the house itself. Cheap at any size: counts and ends come from
// the parts' own metadata.
import { z } from 'zod';
import { StatusAnswer } from '../../contract/questions/status.ts';
import { question } from './question.ts';

interface Row {
  exchanges_n: string;
  first_at: string;
  last_at: string;
}

export const status = question({
  path: '/api/status',
  summary: 'Version, reporting time zone, where the proxy is, and how much is stored and waiting.',
  query: z.object({}),
  answer: StatusAnswer,
  async ask({ store, ingest, version, simulated, timezone, proxyUrl }) {
    const [row] = await store.read<Row>(
      `SELECT count() AS exchanges_n, toUnixTimestamp64Milli(min(ts)) AS first_at, toUnixTimestamp64Milli(max(ts)) AS last_at
FROM {db:Identifier}.exchanges`,
    );
    const exchanges = Number(row?.exchanges_n ?? 0);
    return {
      version,
      simulated,
      timezone,
      proxyUrl,
      store: store.kind,
      exchanges,
      firstExchangeAt: exchanges > 0 ? Number(row?.first_at) : null,
      lastExchangeAt: exchanges > 0 ? Number(row?.last_at) : null,
      segmentsWaiting: ingest.waiting(),
      deadRecords: ingest.deadRecords(),
    };
  },
});
