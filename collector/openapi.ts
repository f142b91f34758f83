// The OpenAPI document, made from the same zod schemas that check requests and answers. docs/openapi.json is a copy of it.
import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { createJsonSchemaTransform } from 'fastify-type-provider-zod';

export async function describeApi(app: FastifyInstance, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Sightline collector',
        version,
        description: 'Takes segments in and answers questions. Times are epoch milliseconds, money is nano-dollars.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
    },
    transform: createJsonSchemaTransform({ zodToJsonConfig: { target: 'draft-2020-12' } }) as never,
  });
}

/** The document once every route is there. The server is relative to it, so that it holds under any base path. */
export function apiDescription(app: FastifyInstance): object {
  return { ...app.swagger(), servers: [{ url: '..' }] };
}

/** Adds GET /api/openapi.json. */
export function serveApiDescription(app: FastifyInstance): void {
  app.get('/api/openapi.json', { schema: { summary: 'This document' } }, (_request, reply) =>
    reply.type('application/json').send(JSON.stringify(apiDescription(app))),
  );
}
