// Makes every room of the proxy, once, and says how they are left again. What a room needs of another is handed to it here;
// nothing below knows how it came to be.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { createPriceBook } from '../catalog/prices.ts';
import type { DegradedPart } from '../contract/words.ts';
import { createRouter } from '../routing/router.ts';
import { type AccessWatch, openAccess } from './access/access-watch.ts';
import { createGate, type Gate } from './access/gate.ts';
import { createRefusalNotes } from './access/refusal-notes.ts';
import { batchClock } from './batch/await-batch.ts';
import { type BudgetRoom, createBudgetRoom } from './budgets/budget-room.ts';
import { leasesFor } from './budgets/leases-for.ts';
import { createCacheRoom } from './cache/cache-room.ts';
import { capturePolicy } from './capture-policy.ts';
import type { Exchange } from './exchange.ts';
import { meaningEndpointFor } from './meaning-endpoint.ts';
import { nearRoomFor } from './near-room-for.ts';
import { createPaceDesk } from './pace-desk.ts';
import type { ProxyParts } from './proxy-parts.ts';
import type { Rooms } from './rooms.ts';
import { channelMetrics, createSharedWatch } from './shared/shared-watch.ts';
import { callerOf } from './steps/hold/caller.ts';
import { identitiesAsRecorded } from './tap/identities-as-recorded.ts';
import { createTraffic } from './traffic.ts';
import { createKeepsakes } from './translation/keepsakes.ts';
import { createConnections } from './upstream/connections.ts';
import { createDirectory } from './upstream/directory.ts';
import { createGoogleTokens } from './upstream/google-token.ts';
import { createKeyRing } from './vault/key-ring.ts';
import { openVault } from './vault/open-vault.ts';

export interface OpenedRooms {
  rooms: Rooms;
  /** Prometheus text of this process. */
  metrics(): Promise<string>;
  close(): Promise<void>;
}

export function openRooms(parts: ProxyParts): OpenedRooms {
  const { configuration, recorder, channel = null, redis = null, access = openAccess } = parts;
  const clock = Date.now;
  const directory = createDirectory(parts.providers, configuration);
  const connections = createConnections(configuration.proxy.connectTimeoutMs);
  const tokens = createGoogleTokens(connections, clock);
  const ways = { configuration, directory, connections, tokens, clock };
  const listen = listenOnce(() => rooms, parts);
  const shared = createSharedWatch({ channel, boot: recorder.boot, clock, random: Math.random });
  const vault = vaultOf(parts, access, directory.all());
  const meanings = meaningEndpointFor(ways);
  const near = nearRoomFor(ways);
  const cache = createCacheRoom({ configuration, secret: parts.pepper ?? randomBytes(32), shared: redis, near, clock });
  cache.answers.purge(access.current().purges);
  const stopPurging = access.onChange(({ purges }) => cache.answers.purge(purges));
  const monotone = (): number => performance.now();
  const paceDesk = createPaceDesk({ configuration, access, redis, clock: monotone, onNeeded: listen });
  const budgets = budgetsOf(parts, access, listen);
  const degraded = (): DegradedPart[] => [
    ...collectorAway(recorder.degraded(), access),
    ...(channel?.degraded() || redis?.degraded() ? (['redis'] as const) : []),
    ...(meanings?.working() === false ? (['embeddings'] as const) : []),
  ];
  const rooms: Rooms = {
    ...{ configuration, directory, connections, recorder, tokens, meanings, cache, paceDesk, budgets, degraded, clock },
    gate: gateOf(parts, access),
    captureOf: capturePolicy(configuration),
    traffic: createTraffic(),
    prices: createPriceBook({ overlay: parts.priceOverlay, book: parts.priceBook }),
    keepsakes: createKeepsakes({ clock }),
    watch: shared.watch,
    router: createRouter({ routes: configuration.routes, unitKey: parts.unitKey ?? '' }),
    budgeted: (exchange: Exchange) => !budgets.budgets.none && budgets.budgets.concerns(callerOf(exchange)),
    longestAnswer: budgets.learned.p99,
    batchClock: parts.batchClock ?? batchClock,
    random: Math.random,
  };
  if (parts.telemetry.finished || configuration.routes.some(({ targets }) => targets.length > 0)) listen();
  return {
    rooms,
    async metrics() {
      const texts = [rooms.traffic.metrics(), recorder.metrics(), cache.metrics.text()];
      return (await Promise.all(texts)).join('') + (channel ? channelMetrics(channel) : '');
    },
    async close() {
      stopPurging();
      paceDesk.stop();
      await budgets.stop();
      shared.stop();
      vault.stop();
      await connections.destroy();
    },
  };
}

/** Each summary costs a message, so nobody asks for them before somebody needs them. */
function listenOnce(rooms: () => Rooms, { recorder, telemetry }: ProxyParts): () => void {
  return () =>
    recorder.onFinished((summary) => {
      const { watch, paceDesk, budgets } = rooms();
      watch.learn(summary);
      telemetry.finished?.(summary);
      paceDesk.finished(summary);
      budgets.finished(summary);
    });
}

function gateOf({ configuration, recorder, pepper = null }: ProxyParts, access: AccessWatch): Gate {
  const onRefused = createRefusalNotes((event) => recorder.event(event));
  return createGate({ access, configuration: configuration.access, pepper, onRefused });
}

function vaultOf(
  { configuration, recorder, keyRing, onProblem = () => {} }: ProxyParts,
  access: AccessWatch,
  providers: Parameters<typeof openVault>[0]['providers'],
): ReturnType<typeof openVault> {
  const ring = keyRing ?? createKeyRing({ vault: configuration.vault, env: {}, directory: '.' });
  return openVault({ access, ring, providers, recorder, onProblem });
}

function budgetsOf(
  { configuration, recorder, redis = null }: ProxyParts,
  access: AccessWatch,
  onNeeded: () => void,
): BudgetRoom {
  const heard = access.current();
  return createBudgetRoom({
    source: leasesFor({ recording: configuration.recording, redis, clock: Date.now }),
    ...{ boot: () => recorder.boot, clock: () => performance.now(), wallClock: Date.now },
    identity: identitiesAsRecorded(path.join(configuration.data, 'proxy')),
    // Until the collector is heard of, what the configuration says holds.
    first: heard.version === '' ? { ...configuration, timezone: configuration.collector.timezone } : heard,
    onChange: access.onChange,
    onNeeded,
  });
}

/** Who has not heard of revocations for some seconds does without its collector, whatever the recording sees of it. */
function collectorAway(degraded: DegradedPart[], access: AccessWatch): DegradedPart[] {
  return access.stale() && !degraded.includes('collector') ? [...degraded, 'collector'] : degraded;
}
