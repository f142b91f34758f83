// POST /api/cache/purge: from now on no proxy serves what was cached before, of a tenant, a user or a namespace.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { CachePurge } from '../../contract/access/access-document.ts';
import { Problem } from '../../contract/questions/problem.ts';
import type { PurgeBook, PurgeWish } from './purge-book.ts';

const text = z.string().max(256);
const Wish = z.strictObject({
  tenant: text.min(1).default('default'),
  user: text.default('').describe('answers to calls of this user; left out: everybody’s'),
  namespace: text.default('').describe('answers within this namespace; left out: all of them'),
});

export function servePurges(app: FastifyInstance, book: PurgeBook): void {
  app.post(
    '/api/cache/purge',
    {
      schema: {
        summary: 'Have no proxy serve what was cached before now; in force everywhere within five seconds',
        body: Wish,
        response: { 200: CachePurge, '4xx': Problem, '5xx': Problem },
      },
    },
    async (request) => book.add(request.body as PurgeWish),
  );
}
