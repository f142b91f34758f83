// Serves the built dashboard under any base path: index.html gets its <base href> here, at run time, so one build fits
// every place. Paths the dashboard routes itself get index.html; anything else that is not a file is a 404.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pathOf } from './error-answers.ts';
import { CollectorError } from './errors.ts';

export interface DashboardOptions {
  /** Folder of the build: index.html and assets/. It may be missing, or appear later. */
  directory: string;
  prefixOf(request: FastifyRequest): string;
}

export async function serveDashboard(app: FastifyInstance, { directory, prefixOf }: DashboardOptions): Promise<void> {
  await app.register(fastifyStatic, { root: directory, serve: false, suppressWarning: true });

  app.get('/*', { schema: { hide: true } as object }, async (request, reply) => {
    const wanted = decode(pathOf(request));
    if (wanted.startsWith('/api/') || wanted === '/api' || wanted.startsWith('/v1/')) throw unknownPath(request);
    if (wanted !== '/' && wanted !== '/index.html' && (await isFile(directory, wanted))) {
      const hashed = wanted.startsWith('/assets/');
      return reply.sendFile(wanted.slice(1), hashed ? { immutable: true, maxAge: '365d' } : { maxAge: 0 });
    }
    if (path.posix.extname(wanted) !== '' && wanted !== '/index.html') throw unknownPath(request);
    return sendIndex(reply, directory, prefixOf(request));
  });
}

export function unknownPath(request: FastifyRequest): CollectorError {
  return new CollectorError('path_unknown', { method: request.method, path: pathOf(request) });
}

async function sendIndex(reply: FastifyReply, directory: string, prefix: string): Promise<FastifyReply> {
  reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache');
  const page = await readFile(path.join(directory, 'index.html'), 'utf8').catch(() => null);
  if (page === null) return reply.code(503).send(notBuilt(prefix));
  return reply.send(withBase(page, prefix));
}

/** `prefix` is well-formed by construction (see base-path.ts), so it needs no escaping. */
function withBase(page: string, prefix: string): string {
  const base = `<base href="${prefix}/">`;
  const without = page.replace(/<base\b[^>]*>/i, '');
  return without.replace(/<head([^>]*)>/i, (head) => `${head}${base}`);
}

async function isFile(directory: string, wanted: string): Promise<boolean> {
  const file = path.join(directory, path.posix.normalize(wanted));
  if (!file.startsWith(directory + path.sep)) return false;
  return stat(file).then(
    (found) => found.isFile(),
    () => false,
  );
}

function decode(pathname: string): string {
  try {
    return decodeURIComponent(pathname).replaceAll('\0', '');
  } catch {
    return pathname;
  }
}

function notBuilt(prefix: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Sightline: the dashboard is not built yet</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:16px/1.6 system-ui,sans-serif;max-width:40rem;margin:15vh auto;padding:0 1.5rem;color:#1f2933;background:#fff}
code{background:#eef1f4;padding:.15em .4em;border-radius:.3em}@media(prefers-color-scheme:dark){body{color:#e4e7eb;background:#12161b}
code{background:#242b33}a{color:#8ab4f8}}</style></head>
<body><h1>The collector is running.</h1>
<p>The dashboard has not been built yet. In the folder of Sightline run</p><p><code>npm run build</code></p>
<p>and load this page again; nothing needs a restart. Recording goes on meanwhile, and the
<a href="${prefix}/api/openapi.json">questions of the API</a> are answered.</p></body></html>
`;
}
