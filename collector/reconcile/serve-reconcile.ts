// POST /api/reconcile: the invoice's CSV is the body, as text/csv or text/plain; the answer is a long one.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import type { PriceBook } from '../../catalog/prices.ts';
import { type Invoice, NoInvoice, readInvoice } from '../../catalog/reconcile/read-invoice.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { ReconcileAnswer, ReconcileQuery } from '../../contract/questions/reconcile.ts';
import { CollectorError } from '../errors.ts';
import { createTurn, inTurn, sendSteps } from '../long-answers.ts';
import { type PricingRooms, priceProviderOf } from '../pricing/serve-reprice.ts';
import { reconcile } from './reconcile.ts';

/** A year of days, models and keys in one file. */
const bodyLimit = 32 * 1024 * 1024;

export interface ReconcileRooms extends Pick<PricingRooms, 'context' | 'providers'> {
  prices: PriceBook;
}

export function serveReconcile(app: FastifyInstance, { context, providers, prices }: ReconcileRooms): void {
  const turn = createTurn();
  const schema = {
    summary:
      'An invoice (CSV text as the body) held against the record, by model and day, with the reasons for differences.',
    querystring: ReconcileQuery,
    consumes: ['text/csv'],
    body: z.string().describe('the invoice: CSV text with a header line'),
    response: { 200: ReconcileAnswer, '4xx': Problem, '5xx': Problem },
  };
  app.register(async (scope) => {
    scope.addContentTypeParser(['text/csv', 'text/plain'], { parseAs: 'string', bodyLimit }, (_request, body, done) =>
      done(null, body),
    );
    scope.post('/api/reconcile', { bodyLimit, schema }, async (request, reply) => {
      const { provider = '' } = request.query as ReconcileQuery;
      const invoice = invoiceIn(request.body as string);
      const priceProvider = priceProviderOf(providers);
      const asked = { context, invoice, provider: provider.toLowerCase(), prices, priceProvider };
      return sendSteps(
        inTurn(turn, () => reconcile({ ...asked, now: () => performance.now() })),
        request,
        reply,
      );
    });
  });
}

function invoiceIn(text: string): Invoice {
  try {
    return readInvoice(text);
  } catch (error) {
    if (error instanceof NoInvoice) throw new CollectorError('invoice_invalid', { found: error.message });
    throw error;
  }
}
