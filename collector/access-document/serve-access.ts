// GET /v1/access: the access document for proxies, under the ingest key. Who has it already is told so in a few bytes.
import type { FastifyInstance } from 'fastify';
import { AccessDocument } from '../../contract/access/access-document.ts';
import { Problem } from '../../contract/questions/problem.ts';
import type { AccessDocuments } from './access-document.ts';

export function serveAccess(app: FastifyInstance, documents: AccessDocuments): void {
  app.get(
    '/v1/access',
    {
      schema: {
        summary: 'What proxies have to know of keys, budgets, limits, secrets and purges',
        response: { 200: AccessDocument, '4xx': Problem, '5xx': Problem },
      },
    },
    async (request, reply) => {
      const { document, text } = documents.current();
      const tag = `"${document.version}"`;
      reply.header('etag', tag).header('cache-control', 'no-store');
      if (request.headers['if-none-match'] === tag) return reply.code(304).send();
      // Written once for all proxies; it was made of checked parts.
      return reply
        .type('application/json; charset=utf-8')
        .serializer((payload: unknown) => String(payload))
        .send(text);
    },
  );
}
