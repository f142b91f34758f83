// POST /api/reprice: reads the books that were sent and hands the sums out as a long answer.
import type { FastifyInstance } from 'fastify';
import { NoPriceBook, readPriceBook } from '../../catalog/book-file.ts';
import { createPriceBook, type PriceSources } from '../../catalog/prices.ts';
import type { PublishedBook } from '../../catalog/published-book.ts';
import type { ResolvedProvider } from '../../configuration/provider.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { RepriceAnswer, RepriceRequest } from '../../contract/questions/reprice.ts';
import { CollectorError } from '../errors.ts';
import { createTurn, inTurn, sendSteps } from '../long-answers.ts';
import type { QuestionContext } from '../questions/question.ts';
import { checkedWindow } from '../questions/windows.ts';
import { reprice } from './reprice.ts';

/** What prices are made of here, and who is called what in the price book. */
export interface PricingRooms {
  context: Pick<QuestionContext, 'store'>;
  providers: readonly ResolvedProvider[];
  inForce: Pick<PriceSources, 'overlay' | 'book'>;
}

/** The published book is about half a megabyte. */
const bodyLimit = 16 * 1024 * 1024;

export function serveReprice(app: FastifyInstance, { context, providers, inForce }: PricingRooms): void {
  const turn = createTurn();
  const schema = {
    summary: 'Recorded exchanges priced under other books: what would change. Nothing recorded is changed by it.',
    body: RepriceRequest,
    response: { 200: RepriceAnswer, '4xx': Problem, '5xx': Problem },
  };
  app.post('/api/reprice', { bodyLimit, schema }, async (request, reply) => {
    const { from, to, overlay, book } = request.body as RepriceRequest;
    const window = checkedWindow({ from, to });
    const prices = createPriceBook({
      overlay: overlay ?? inForce.overlay,
      book: book === undefined ? inForce.book : bookIn(book),
    });
    const named = priceProviderOf(providers);
    const begin = () => reprice({ context, window, prices, priceProvider: named, now: () => performance.now() });
    return sendSteps(inTurn(turn, begin), request, reply);
  });
}

export function priceProviderOf(providers: readonly ResolvedProvider[]): (name: string) => string {
  const known = new Map(providers.map(({ name, priceProvider }) => [name, priceProvider]));
  return (name) => known.get(name) ?? name;
}

function bookIn(json: unknown): PublishedBook {
  try {
    return readPriceBook(JSON.stringify(json));
  } catch (error) {
    if (error instanceof NoPriceBook) throw new CollectorError('price_book_invalid', { found: error.message });
    throw error;
  }
}
