// /api/keys: makes, lists, rotates and revokes Sightline keys. A key itself is in the answer that made it and nowhere else.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { networkProblem } from '../../configuration/keys/networks.ts';
import { KeyBinding, KeyView } from '../../contract/access/key.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { CollectorError } from '../errors.ts';
import type { KeyBook } from './key-book.ts';

const id = z.object({ id: z.string().max(100) });
const made = z.object({ key: z.string().describe('shown this once'), record: KeyView });
const problems = { '4xx': Problem, '5xx': Problem };
const dayInSeconds = 86_400;
const Grace = z.object({
  graceSeconds: z
    .number()
    .int()
    .min(0)
    .max(90 * dayInSeconds)
    .default(dayInSeconds)
    .describe('how long the old key still holds'),
});

export function serveKeys(app: FastifyInstance, book: KeyBook): void {
  app.get(
    '/api/keys',
    {
      schema: {
        summary: 'All Sightline keys, the newest first',
        response: { 200: z.object({ keys: z.array(KeyView) }), ...problems },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { keys: book.views() };
    },
  );
  app.post(
    '/api/keys',
    { schema: { summary: 'Make a Sightline key', body: KeyBinding, response: { 200: made, ...problems } } },
    async (request, reply) => {
      const binding = request.body as KeyBinding;
      checkNetworks(binding.networks);
      reply.header('cache-control', 'no-store');
      return book.create(binding);
    },
  );
  app.post(
    '/api/keys/:id/rotate',
    {
      schema: {
        summary: 'Make a key that takes the place of another, which holds a while longer',
        params: id,
        body: Grace.nullish(),
        response: { 200: made, ...problems },
      },
    },
    async (request, reply) => {
      const { graceSeconds } = Grace.parse(request.body ?? {});
      reply.header('cache-control', 'no-store');
      return book.rotate((request.params as { id: string }).id, graceSeconds);
    },
  );
  app.delete(
    '/api/keys/:id',
    {
      schema: {
        summary: 'Revoke a key: within seconds no proxy takes it any more',
        params: id,
        response: { 200: KeyView, ...problems },
      },
    },
    async (request) => book.revoke((request.params as { id: string }).id),
  );
}

function checkNetworks(networks: readonly string[]): void {
  const found = networks.map(networkProblem).find((problem) => problem !== null);
  if (found) throw new CollectorError('key_invalid', { found });
}
