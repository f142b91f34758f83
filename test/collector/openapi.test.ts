// The document of the API: generated, committed, and true to the routes.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openApiDocument } from '../../collector/openapi-document.ts';

test('docs/openapi.json is the generated document (else: node collector/openapi-document.ts > docs/openapi.json)', async () => {
  const committed = await readFile(path.resolve(import.meta.dirname, '../../docs/openapi.json'), 'utf8');
  expect(JSON.parse(committed)).toEqual(JSON.parse(await openApiDocument()));
});

test('every question of the contract is in it, with what it takes and answers', async () => {
  const { paths } = JSON.parse(await openApiDocument());
  expect(Object.keys(paths).sort()).toEqual([
    '/api/budget-course',
    '/api/budgets',
    '/api/budgets/{name}',
    '/api/cache/purge',
    '/api/conservation',
    '/api/decision-facets',
    '/api/decisions',
    '/api/decisions/{id}',
    '/api/errors',
    '/api/estimate',
    '/api/events',
    '/api/exchanges',
    '/api/exchanges/{id}',
    '/api/facets',
    '/api/flow',
    '/api/focus.csv',
    '/api/forecast',
    '/api/incidents',
    '/api/keys',
    '/api/keys/{id}',
    '/api/keys/{id}/rotate',
    '/api/live',
    '/api/openapi.json',
    '/api/overhead',
    '/api/reconcile',
    '/api/reliability',
    '/api/reprice',
    '/api/retry-costs',
    '/api/routing-misses',
    '/api/routing/try',
    '/api/savings',
    '/api/secrets',
    '/api/secrets/{id}',
    '/api/series',
    '/api/session',
    '/api/spend',
    '/api/spend.csv',
    '/api/status',
    '/api/targets',
    '/api/top',
    '/api/totals',
    '/livez',
    '/metrics',
    '/readyz',
    '/v1/access',
    '/v1/leases',
    '/v1/seeds',
    '/v1/segments/{name}',
    '/v1/targets/{boot}',
  ]);
  const { parameters, responses } = paths['/api/series'].get;
  expect(parameters.map((each: { name: string }) => each.name)).toEqual(
    expect.arrayContaining(['from', 'to', 'step', 'by']),
  );
  expect(responses['200'].content['application/json'].schema.properties).toHaveProperty('rows');
  expect(responses).toHaveProperty('4XX');
});
