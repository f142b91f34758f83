// Wires the proxy: model routes go straight into the pipeline, everything else through express. Builds, never listens.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { attributionFromHeaders, captureFromHeaders } from './attribution.ts';
import { createExchange } from './exchange.ts';
import { answerMalformed } from './malformed.ts';
import { answerModelList } from './model-list/answer-list.ts';
import { createListAsker } from './model-list/ask-list.ts';
import { createModelList } from './model-list/model-list.ts';
import { matchModelRoute } from './model-routes.ts';
import { openRooms } from './open-rooms.ts';
import { createPassthrough } from './passthrough.ts';
import { createPipeline } from './pipeline.ts';
import type { ProxyParts } from './proxy-parts.ts';
import { createSideDoor } from './side-door.ts';
import type { TargetWatch } from './target-watch.ts';
import type { Traffic } from './traffic.ts';

export type { ProxyParts } from './proxy-parts.ts';

export interface ProxyServer {
  server: Server;
  traffic: Traffic;
  watch: TargetWatch;
  /** Prometheus text of this process. */
  metrics(): Promise<string>;
  /** Stops listening, lets running exchanges end for `graceMs`, then breaks off what is left. */
  close(graceMs: number): Promise<void>;
}

export function createProxy(parts: ProxyParts): ProxyServer {
  const { configuration, telemetry } = parts;
  const { rooms, metrics, close } = openRooms(parts);
  const { directory, connections, traffic, gate, degraded, watch } = rooms;
  const pipeline = createPipeline(rooms);
  const passthrough = createPassthrough(rooms);
  const asker = createListAsker(connections, Date.now);
  const modelList = createModelList({ directory, routes: configuration.routes, asker });
  const state = { draining: false };
  const everyones = parts.metrics ?? metrics;
  const sideDoor = createSideDoor({
    directory,
    passthrough,
    metrics: everyones,
    version: parts.version,
    state,
    degraded,
  });

  const receive = (request: IncomingMessage, response: ServerResponse): void => {
    const url = request.url ?? '/';
    const at = url.indexOf('?');
    const path = at < 0 ? url : url.slice(0, at);
    const route = matchModelRoute(request.method ?? '', path, request.headers);
    if (state.draining) response.setHeader('connection', 'close');
    if (!route) {
      sideDoor.web(request, response);
      return;
    }
    if (route.operation === 'list_models' && route.family === 'openai' && modelList.answers) {
      void answerModelList(request, response, { list: modelList, gate, url, clock: Date.now });
      return;
    }
    traffic.begun();
    const exchange = createExchange({
      request,
      response,
      route,
      search: at < 0 ? '' : url.slice(at),
      span: telemetry.begin(request, route),
      attribution: attributionFromHeaders(request.headers),
      capture: captureFromHeaders(request.headers) ?? 'full',
    });
    void pipeline(exchange);
  };

  const server = createServer({ maxHeaderSize: 64 * 1024, requestTimeout: 0, keepAliveTimeout: 75_000 }, receive);
  server.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
    sideDoor.upgrade(request, socket, head),
  );
  server.on('clientError', answerMalformed);
  return {
    server,
    traffic,
    watch,
    metrics,
    async close(graceMs) {
      await drain(server, traffic, state, graceMs);
      await close();
    },
  };
}

async function drain(server: Server, traffic: Traffic, state: { draining: boolean }, graceMs: number): Promise<void> {
  state.draining = true;
  server.close();
  server.closeIdleConnections();
  const deadline = performance.now() + graceMs;
  while (traffic.running > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 25));
  server.closeAllConnections();
  // The last records close when their sockets do.
  await new Promise((resolve) => setTimeout(resolve, 25));
}
