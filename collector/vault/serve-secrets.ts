// /api/secrets: takes in sealed secrets, lists, changes and removes them. No secret in clear ever comes this way.
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { NewSecret, SealedSecret, SecretChange, SecretView } from '../../contract/access/secret.ts';
import { Problem } from '../../contract/questions/problem.ts';
import type { SecretBook } from './secret-book.ts';

const params = z.object({ id: z.string().max(100) });
const problems = { '4xx': Problem, '5xx': Problem };
const idOf = (request: { params: unknown }): string => (request.params as { id: string }).id;

export function serveSecrets(app: FastifyInstance, book: SecretBook): void {
  app.get(
    '/api/secrets',
    {
      schema: {
        summary: 'The secrets of the vault, the newest first, without their envelopes',
        response: { 200: z.object({ secrets: z.array(SecretView) }), ...problems },
      },
    },
    async (_request, reply) => {
      reply.header('cache-control', 'no-store');
      return { secrets: book.views() };
    },
  );
  app.get(
    '/api/secrets/:id',
    {
      schema: {
        summary: 'One secret with its envelope, for whoever has the master key',
        params,
        response: { 200: SealedSecret, ...problems },
      },
    },
    async (request, reply) => {
      reply.header('cache-control', 'no-store');
      return book.one(idOf(request));
    },
  );
  app.post(
    '/api/secrets',
    {
      bodyLimit: 64 * 1024,
      schema: { summary: 'Store a sealed secret', body: NewSecret, response: { 200: SecretView, ...problems } },
    },
    async (request) => book.create(request.body as NewSecret),
  );
  app.put(
    '/api/secrets/:id',
    {
      bodyLimit: 64 * 1024,
      schema: {
        summary: 'Change when a secret is used, or what its data key is sealed under',
        params,
        body: SecretChange,
        response: { 200: SecretView, ...problems },
      },
    },
    async (request) => book.change(idOf(request), request.body as SecretChange),
  );
  app.delete(
    '/api/secrets/:id',
    {
      schema: {
        summary: 'Remove a secret: within seconds no proxy uses it any more',
        params,
        response: { 200: SecretView, ...problems },
      },
    },
    async (request) => book.remove(idOf(request)),
  );
}
