// /api/budgets: lists budgets with what was spent of them, sets one, removes one.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { Budget } from '../../contract/access/budget.ts';
import { BudgetList, BudgetView } from '../../contract/access/budget-view.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { CollectorError } from '../errors.ts';
import type { BudgetBook } from './budget-book.ts';
import type { ViewOf } from './budget-views.ts';

const params = z.object({ name: z.string().max(100) });
const problems = { '4xx': Problem, '5xx': Problem };
const nameOf = (request: { params: unknown }): string => (request.params as { name: string }).name;
/** The name stands in the path. */
const BudgetBody = Budget.omit({ name: true }).extend({ name: Budget.shape.name.optional() });

export interface BudgetRooms {
  book: BudgetBook;
  viewOf: ViewOf;
  timezone: string;
}

export function serveBudgets(app: FastifyInstance, { book, viewOf, timezone }: BudgetRooms): void {
  const viewed = (name: string): BudgetView => {
    const known = book.all().find(({ budget }) => budget.name === name);
    if (!known) throw new CollectorError('budget_unknown', { name });
    return viewOf(known);
  };
  app.get(
    '/api/budgets',
    {
      schema: {
        summary: 'All budgets with what was spent and is held of them in their running periods',
        response: { 200: BudgetList, ...problems },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { timezone, budgets: book.all().map(viewOf) };
    },
  );
  app.get(
    '/api/budgets/:name',
    { schema: { summary: 'One budget', params, response: { 200: BudgetView, ...problems } } },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return viewed(nameOf(request));
    },
  );
  app.put(
    '/api/budgets/:name',
    {
      bodyLimit: 64 * 1024,
      schema: {
        summary: 'Set a budget: in force everywhere within seconds',
        params,
        body: BudgetBody,
        response: { 200: BudgetView, ...problems },
      },
    },
    async (request) => {
      const name = nameOf(request);
      const parsed = Budget.safeParse({ ...(request.body as object), name });
      if (!parsed.success)
        throw new CollectorError('budget_invalid', { found: parsed.error.issues[0]?.message ?? name });
      await book.set(parsed.data);
      return viewed(name);
    },
  );
  app.delete(
    '/api/budgets/:name',
    {
      schema: {
        summary: 'Remove a budget that was set through the API',
        params,
        response: { 200: z.object({ ok: z.literal(true) }), ...problems },
      },
    },
    async (request) => {
      await book.remove(nameOf(request));
      return { ok: true as const };
    },
  );
}
