// /livez: the process answers. /readyz: a row was really written to and read from the store, and we are not stopping.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { Metrics } from './metrics.ts';
import type { QuestionContext } from './questions/question.ts';

const storeTimeoutMs = 3000;

export const Readiness = z.object({
  ready: z.boolean(),
  store: z.object({ ok: z.boolean(), detail: z.string(), answeredInMs: z.number() }),
  stopping: z.boolean(),
  segmentsWaiting: z.number().describe('received, not yet in ClickHouse'),
  lagMs: z.number().nullable().describe('how long the oldest of them has waited; null when none does'),
  deadRecords: z.number(),
});

export interface HealthOptions {
  context: QuestionContext;
  /** How long the oldest waiting segment has waited; null when none does. */
  lagMs(): number | null;
  stopping(): boolean;
  metrics: Metrics;
}

export function serveHealth(app: FastifyInstance, { context, lagMs, stopping, metrics }: HealthOptions): void {
  app.get(
    '/livez',
    { schema: { summary: 'The process answers', response: { 200: z.object({ alive: z.literal(true) }) } } },
    () => ({
      alive: true as const,
    }),
  );

  app.get(
    '/readyz',
    { schema: { summary: 'The store takes and gives rows', response: { 200: Readiness, 503: Readiness } } },
    async (_request, reply) => {
      const { store, ingest, clock } = context;
      const asked = clock();
      const { ok, detail } = await store
        .health(storeTimeoutMs)
        .catch((error: Error) => ({ ok: false, detail: error.message }));
      const ready = ok && !stopping();
      return reply
        .code(ready ? 200 : 503)
        .header('cache-control', 'no-store')
        .send({
          ready,
          store: { ok, detail, answeredInMs: clock() - asked },
          stopping: stopping(),
          segmentsWaiting: ingest.waiting(),
          lagMs: lagMs(),
          deadRecords: ingest.deadRecords(),
        });
    },
  );

  app.get('/metrics', { schema: { summary: 'Prometheus metrics' } }, async (_request, reply) =>
    reply.type('text/plain; version=0.0.4; charset=utf-8').send(await metrics.text()),
  );
}
