// Wires the proxy: model routes go straight into the pipeline, everything else through express. Builds, never listens.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { createPriceBook } from '../catalog/prices.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { PriceOverlay } from '../contract/prices.ts';
import type { DegradedPart } from '../contract/words.ts';
import { createRouter } from '../routing/router.ts';
import { attributionFromHeaders, captureFromHeaders } from './attribution.ts';
import { type BatchClock, batchClock } from './batch/await-batch.ts';
import { capturePolicy } from './capture-policy.ts';
import { createExchange } from './exchange.ts';
import { answerMalformed } from './malformed.ts';
import { meaningEndpointFor } from './meaning-endpoint.ts';
import { answerModelList } from './model-list/answer-list.ts';
import { createListAsker } from './model-list/ask-list.ts';
import { createModelList } from './model-list/model-list.ts';
import { matchModelRoute } from './model-routes.ts';
import { createPassthrough } from './passthrough.ts';
import { createPipeline } from './pipeline.ts';
import type { RedisChannel } from './shared/redis-channel.ts';
import { channelMetrics, createSharedWatch } from './shared/shared-watch.ts';
import { createSideDoor } from './side-door.ts';
import type { Recorder } from './tap/recorder.ts';
import type { TargetWatch } from './target-watch.ts';
import type { Telemetry } from './telemetry/spans.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createKeepsakes } from './translation/keepsakes.ts';
import { createConnections } from './upstream/connections.ts';
import { createDirectory } from './upstream/directory.ts';
import { createGoogleTokens } from './upstream/google-token.ts';

export interface ProxyParts {
  configuration: Configuration;
  providers: ResolvedProvider[];
  /** Price rows of the operator's own; left out: none. */
  priceOverlay?: PriceOverlay | null;
  recorder: Recorder;
  /** Under which sessions and users are hashed for draws; the same in all proxies that should draw alike. */
  unitKey?: string;
  telemetry: Telemetry;
  /** To other proxies; left out: this one is right alone. The caller closes it. */
  channel?: RedisChannel | null;
  /** How batches are waited for; left out: as time passes. */
  batchClock?: BatchClock;
  version: string;
  /** Prometheus text of the whole proxy; with several workers the primary process knows it. */
  metrics?: () => Promise<string>;
}

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
  const { configuration, recorder, telemetry } = parts;
  const traffic = createTraffic();
  const directory = createDirectory(parts.providers, configuration);
  const connections = createConnections(configuration.proxy.connectTimeoutMs);
  const captureOf = capturePolicy(configuration);
  const prices = createPriceBook({ overlay: parts.priceOverlay });
  const keepsakes = createKeepsakes({ clock: Date.now });
  const tokens = createGoogleTokens(connections, Date.now);
  const asker = createListAsker(connections, Date.now);
  const modelList = createModelList({ directory, routes: configuration.routes, asker });
  const { channel = null } = parts;
  const shared = createSharedWatch({ channel, boot: recorder.boot, clock: Date.now, random: Math.random });
  const { watch } = shared;
  const router = createRouter({ routes: configuration.routes, unitKey: parts.unitKey ?? '' });
  const meanings = meaningEndpointFor({ configuration, directory, connections, tokens, clock: Date.now });
  const degraded = (): DegradedPart[] => [
    ...recorder.degraded(),
    ...(channel?.degraded() ? (['redis'] as const) : []),
    ...(meanings?.working() === false ? (['embeddings'] as const) : []),
  ];
  const rooms = {
    ...{ configuration, captureOf, directory, connections, recorder, traffic, prices, keepsakes },
    ...{ watch, router, meanings, tokens, degraded, clock: Date.now, random: Math.random },
    batchClock: parts.batchClock ?? batchClock,
  };
  const pipeline = createPipeline(rooms);
  const passthrough = createPassthrough(rooms);
  const metrics = async (): Promise<string> =>
    (await traffic.metrics()) + (await recorder.metrics()) + (channel ? channelMetrics(channel) : '');
  const state = { draining: false };
  const sideDoor = createSideDoor({
    ...parts,
    metrics: parts.metrics ?? metrics,
    directory,
    passthrough,
    state,
    degraded,
  });
  const routes = configuration.routes.some(({ targets }) => targets.length > 0);
  if (telemetry.finished || routes) {
    recorder.onFinished((summary) => {
      watch.learn(summary);
      telemetry.finished?.(summary);
    });
  }

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
      void answerModelList(modelList, route.tail, response);
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
      shared.stop();
      await connections.destroy();
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
