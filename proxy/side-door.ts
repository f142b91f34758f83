// Everything that is not a model route: health, metrics, the ways through to a provider by name, and a helpful 404.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import express from 'express';
import type { ResolvedProvider } from '../configuration/provider.ts';
import { dialects } from './dialects/index.ts';
import { errorTable } from './errors.ts';
import type { Passthrough } from './passthrough.ts';
import { spokenError } from './spoken-error.ts';
import type { Directory } from './upstream/directory.ts';

export interface SideDoorParts {
  directory: Directory;
  passthrough: Passthrough;
  metrics: () => Promise<string>;
  version: string;
  state: { draining: boolean };
  /** What is away that calls do without. */
  degraded(): string[];
}

export interface SideDoor {
  web(request: IncomingMessage, response: ServerResponse): void;
  upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void;
}

export function createSideDoor(parts: SideDoorParts): SideDoor {
  const { directory, passthrough, state } = parts;
  const app = express();
  app.disable('x-powered-by').disable('etag');
  app.get('/livez', (_request, response) => void response.json({ ok: true, version: parts.version }));
  // Readiness never depends on the collector or a database: the application's call comes first.
  app.get(['/readyz', '/health'], (_request, response) => {
    const degraded = parts.degraded();
    response.status(state.draining ? 503 : 200).json({ ok: !state.draining, providers: directory.names(), degraded });
  });
  app.get('/metrics', async (_request, response) => {
    response.type('text/plain; version=0.0.4').send(await parts.metrics());
  });
  app.use((request, response) => {
    const way = wayThrough(directory, request);
    if (way) passthrough.web(request, response, way.provider, way.tail);
    else sayUnknown(directory, request.path, response);
  });
  return {
    web: (request, response) => app(request as express.Request, response as express.Response),
    upgrade(request, socket, head) {
      const way = wayThrough(directory, request);
      if (way) passthrough.upgrade(request, socket, head, way.provider, way.tail);
      else socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
    },
  };
}

interface Way {
  provider: ResolvedProvider;
  tail: string;
}

/** /<provider>/… by name; /v1/… to whoever speaks the dialect that the client's own headers betray. */
function wayThrough(directory: Directory, request: IncomingMessage): Way | null {
  const url = request.url ?? '';
  const named = /^\/([a-z][a-z0-9-]{0,40})(\/[^?]*)?(\?.*)?$/s.exec(url);
  if (!named) return null;
  const [, name, path = '/', search = ''] = named as unknown as [string, string, string?, string?];
  const provider = directory.named(name);
  if (provider) return climbs(path) ? null : { provider, tail: path + search };
  if (!/^\/v1(beta)?\//.test(url) || climbs(url)) return null;
  const family = url.startsWith('/v1beta/') ? 'gemini' : request.headers['anthropic-version'] ? 'anthropic' : 'openai';
  const byDialect = directory.forFamily(family);
  return byDialect ? { provider: byDialect, tail: url } : null;
}

/** Dot segments, plain or percent-encoded, could climb out of the provider's base path. */
const climbs = (path: string): boolean =>
  /(^|\/)(\.|%2e){1,2}(\/|\?|%2f|$)/i.test(path) || /%2f(\.|%2e){2}/i.test(path);

function sayUnknown(directory: Directory, path: string, response: express.Response): void {
  const names = directory
    .names()
    .slice(0, 12)
    .map((name) => `/${name}/…`)
    .join(' ');
  const message =
    `Nothing is served at ${path.slice(0, 200)}. Model calls go to /v1/chat/completions, /v1/responses, /v1/embeddings, ` +
    `/v1/messages or /v1beta/models/<model>:generateContent; everything else to a provider by name: ${names || 'none configured'}.`;
  const body = dialects.other.errorBody(spokenError('', 'SIGHTLINE_PATH_UNKNOWN', message));
  response
    .status(errorTable.SIGHTLINE_PATH_UNKNOWN.status)
    .set({ 'x-sightline-error': 'SIGHTLINE_PATH_UNKNOWN', 'x-should-retry': 'false' })
    .type('application/json')
    .send(body);
}
