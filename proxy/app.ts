// Wires the proxy: model routes go straight into the pipeline, everything else through express. Builds, never listens.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import path from 'node:path';
import { createPriceBook } from '../catalog/prices.ts';
import type { PublishedBook } from '../catalog/published-book.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { Configuration } from '../contract/configuration.ts';
import type { PriceOverlay } from '../contract/prices.ts';
import type { DegradedPart } from '../contract/words.ts';
import { createRouter } from '../routing/router.ts';
import { type AccessWatch, openAccess } from './access/access-watch.ts';
import { createGate } from './access/gate.ts';
import { createRefusalNotes } from './access/refusal-notes.ts';
import { attributionFromHeaders, captureFromHeaders } from './attribution.ts';
import { type BatchClock, batchClock } from './batch/await-batch.ts';
import { createBudgetRoom } from './budgets/budget-room.ts';
import { leasesFor } from './budgets/leases-for.ts';
import { createCacheRoom } from './cache/cache-room.ts';
import { capturePolicy } from './capture-policy.ts';
import { createExchange, type Exchange } from './exchange.ts';
import { answerMalformed } from './malformed.ts';
import { meaningEndpointFor } from './meaning-endpoint.ts';
import { answerModelList } from './model-list/answer-list.ts';
import { createListAsker } from './model-list/ask-list.ts';
import { createModelList } from './model-list/model-list.ts';
import { matchModelRoute } from './model-routes.ts';
import { nearRoomFor } from './near-room-for.ts';
import { createPaceDesk } from './pace-desk.ts';
import { createPassthrough } from './passthrough.ts';
import { createPipeline } from './pipeline.ts';
import type { RedisChannel } from './shared/redis-channel.ts';
import type { RedisCommands } from './shared/redis-commands.ts';
import { channelMetrics, createSharedWatch } from './shared/shared-watch.ts';
import { createSideDoor } from './side-door.ts';
import { callerOf } from './steps/hold/caller.ts';
import { identitiesAsRecorded } from './tap/identities-as-recorded.ts';
import type { Recorder } from './tap/recorder.ts';
import type { TargetWatch } from './target-watch.ts';
import type { Telemetry } from './telemetry/spans.ts';
import { createTraffic, type Traffic } from './traffic.ts';
import { createKeepsakes } from './translation/keepsakes.ts';
import { createConnections } from './upstream/connections.ts';
import { createDirectory } from './upstream/directory.ts';
import { createGoogleTokens } from './upstream/google-token.ts';
import { createKeyRing, type KeyRing } from './vault/key-ring.ts';
import { openVault } from './vault/open-vault.ts';

export interface ProxyParts {
  configuration: Configuration;
  providers: ResolvedProvider[];
  /** Price rows of the operator's own; left out: none. */
  priceOverlay?: PriceOverlay | null;
  priceBook?: PublishedBook | null;
  recorder: Recorder;
  /** Under which sessions and users are hashed for draws; the same in all proxies that should draw alike. */
  unitKey?: string;
  telemetry: Telemetry;
  /** Keys, budgets and secrets as the collector has them; left out: there are none. The caller stops it. */
  access?: AccessWatch;
  /** Under which Sightline keys are hashed; left out: none can be known here. */
  pepper?: Buffer | null;
  /** Master keys of the vault, read already; left out: none is known. */
  keyRing?: KeyRing;
  onProblem?(message: string): void;
  /** To other proxies; left out: this one is right alone. The caller closes it. */
  channel?: RedisChannel | null;
  /** What proxies count together; left out: this one counts alone. The caller closes it. */
  redis?: RedisCommands | null;
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
  const { access = openAccess, onProblem = () => {} } = parts;
  const keyRing = parts.keyRing ?? createKeyRing({ vault: configuration.vault, env: {}, directory: '.' });
  const vault = openVault({ access, ring: keyRing, providers: directory.all(), recorder, onProblem });
  const connections = createConnections(configuration.proxy.connectTimeoutMs);
  const captureOf = capturePolicy(configuration);
  const prices = createPriceBook({ overlay: parts.priceOverlay, book: parts.priceBook });
  const keepsakes = createKeepsakes({ clock: Date.now });
  const tokens = createGoogleTokens(connections, Date.now);
  const asker = createListAsker(connections, Date.now);
  const modelList = createModelList({ directory, routes: configuration.routes, asker });
  const { channel = null, redis = null } = parts;
  const shared = createSharedWatch({ channel, boot: recorder.boot, clock: Date.now, random: Math.random });
  const { watch } = shared;
  const router = createRouter({ routes: configuration.routes, unitKey: parts.unitKey ?? '' });
  const meanings = meaningEndpointFor({ configuration, directory, connections, tokens, clock: Date.now });
  const cache = createCacheRoom({
    ...{ configuration, secret: parts.pepper ?? randomBytes(32), shared: parts.redis ?? null },
    near: nearRoomFor({ configuration, directory, connections, tokens, clock: Date.now }),
    clock: Date.now,
  });
  cache.answers.purge(access.current().purges);
  const stopPurging = access.onChange(({ purges }) => cache.answers.purge(purges));
  const gate = createGate({
    ...{ access, configuration: configuration.access, pepper: parts.pepper ?? null },
    onRefused: createRefusalNotes((event) => recorder.event(event)),
  });
  const paceDesk = createPaceDesk({
    ...{ configuration, access, redis, clock: () => performance.now() },
    onNeeded: () => listen(),
  });
  const heard = access.current();
  const budgets = createBudgetRoom({
    source: leasesFor({ recording: configuration.recording, redis, clock: Date.now }),
    ...{ boot: () => recorder.boot, clock: () => performance.now(), wallClock: Date.now },
    identity: identitiesAsRecorded(path.join(configuration.data, 'proxy')),
    // Until the collector is heard of, what the configuration says holds.
    first: heard.version === '' ? { ...configuration, timezone: configuration.collector.timezone } : heard,
    onChange: access.onChange,
    onNeeded: () => listen(),
  });
  const degraded = (): DegradedPart[] => [
    ...collectorAway(recorder.degraded(), access),
    ...(channel?.degraded() || redis?.degraded() ? (['redis'] as const) : []),
    ...(meanings?.working() === false ? (['embeddings'] as const) : []),
  ];
  const rooms = {
    ...{ configuration, gate, captureOf, directory, connections, recorder, traffic, prices, keepsakes },
    ...{ paceDesk, budgets, longestAnswer: budgets.learned.p99 },
    budgeted: (exchange: Exchange) => !budgets.budgets.none && budgets.budgets.concerns(callerOf(exchange)),
    ...{ watch, router, meanings, cache, tokens, degraded, clock: Date.now, random: Math.random },
    batchClock: parts.batchClock ?? batchClock,
  };
  const pipeline = createPipeline(rooms);
  const passthrough = createPassthrough(rooms);
  const metrics = async (): Promise<string> =>
    (await traffic.metrics()) +
    (await recorder.metrics()) +
    (await cache.metrics.text()) +
    (channel ? channelMetrics(channel) : '');
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
  if (telemetry.finished || routes) listen();

  /** Each summary costs a message, so nobody asks for them who does not need them. */
  function listen(): void {
    recorder.onFinished((summary) => {
      watch.learn(summary);
      telemetry.finished?.(summary);
      paceDesk.finished(summary);
      budgets.finished(summary);
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
      stopPurging();
      paceDesk.stop();
      await budgets.stop();
      shared.stop();
      vault.stop();
      await connections.destroy();
    },
  };
}

/** Who has not heard of revocations for some seconds does without its collector, whatever the recording sees of it. */
function collectorAway(degraded: DegradedPart[], access: AccessWatch): DegradedPart[] {
  return access.stale() && !degraded.includes('collector') ? [...degraded, 'collector'] : degraded;
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
