// Who is answered. With an access key: whoever has it or a session opened with it. Without one: the machine itself,
// never a page of another site. What proxies send has a key of its own; /livez, /readyz and /metrics are open to all.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { plainAddress } from '../configuration/keys/networks.ts';
import type { CollectorConfiguration } from '../contract/configuration.ts';
import { Problem } from '../contract/questions/problem.ts';
import { pathOf } from './error-answers.ts';
import { CollectorError } from './errors.ts';
import { createHostRule, hostName, isLoopback } from './hosts.ts';
import {
  bearerFrom,
  createAttemptLimit,
  openSession,
  sameSecret,
  sessionCookieLine,
  sessionFrom,
  sessionHolds,
} from './session.ts';

export interface AccessOptions {
  configuration: CollectorConfiguration;
  clock: () => number;
  /** The base path under which this request's browser sees us. */
  prefixOf(request: FastifyRequest): string;
}

const openPaths = new Set(['/livez', '/readyz', '/metrics']);

/** What proxies send and ask for: under the ingest key, and under no other. */
const isForProxies = (path: string): boolean =>
  /^\/v1\/(?:segments|targets)\//.test(path) || ['/v1/access', '/v1/leases', '/v1/seeds'].includes(path);

/** What gives others rights, or takes them; the second may be read by everybody who may read the dashboard. */
const operatorPaths = /^\/api\/(?:keys|secrets)(?:\/|$)/;
const operatorChanges = /^\/api\/(?:budgets|cache)\//;

/** Guards every route of `app` and adds POST /api/session. */
export function guardAccess(app: FastifyInstance, options: AccessOptions): void {
  const { configuration, clock } = options;
  const answersTo = createHostRule(configuration.host, configuration.hosts);
  const attempts = createAttemptLimit(clock);

  app.addHook('onRequest', async (request) => {
    // The route that answers, not the path as written: %61pi is api to the router, too.
    const path = request.routeOptions.url ?? pathOf(request);
    if (openPaths.has(path)) return;
    if (isForProxies(path)) return checkIngest(request, configuration, answersTo);
    refuseOtherSites(request, configuration.hosts);
    if (configuration.accessKey === '') {
      checkHost(request, answersTo);
      return checkOperator(request, path);
    }
    if (path.startsWith('/api/') && path !== '/api/session') checkKey(request);
  });

  function checkKey(request: FastifyRequest): void {
    const bearer = bearerFrom(request.headers.authorization);
    const session = sessionFrom(request.headers.cookie);
    if (bearer !== null) checkGiven(bearer, request.ip);
    else if (!sessionHolds(session, configuration.accessKey, clock())) throw new CollectorError('access_key_required');
  }

  function checkGiven(key: string, address: string): void {
    if (attempts.blocked(address)) throw new CollectorError('access_attempts', {}, 60);
    if (sameSecret(key, configuration.accessKey)) return;
    attempts.wrong(address);
    throw new CollectorError('access_key_wrong');
  }

  app.post(
    '/api/session',
    {
      bodyLimit: 4096,
      schema: {
        summary: 'Open a session with the access key; sets a cookie',
        body: z.object({ key: z.string().max(1000) }),
        response: { 200: z.object({ ok: z.literal(true) }), '4xx': Problem },
      },
    },
    async (request, reply) => {
      if (configuration.accessKey === '') throw new CollectorError('session_not_needed');
      checkGiven((request.body as { key: string }).key, request.ip);
      const path = `${options.prefixOf(request)}/`;
      const secure = request.protocol === 'https' || request.headers['x-forwarded-proto'] === 'https';
      reply.header('set-cookie', sessionCookieLine(openSession(configuration.accessKey, clock()), { path, secure }));
      reply.header('cache-control', 'no-store');
      return { ok: true as const };
    },
  );
}

/** The sentence to print at start when anybody on the network may read; null when that is not so. */
export function exposureWarning(configuration: CollectorConfiguration): string | null {
  if (configuration.accessKey !== '' || isLoopback(hostName(configuration.host))) return null;
  return (
    `WARNING: listening on ${configuration.host} without an access key: whoever reaches port ${configuration.port} ` +
    'reads every recorded prompt and answer. Set collector.accessKey (SIGHTLINE_ACCESS_KEY) or listen on 127.0.0.1.'
  );
}

type HostRule = (hostHeader: string | undefined) => boolean;

function checkIngest(request: FastifyRequest, configuration: CollectorConfiguration, answersTo: HostRule): void {
  if (configuration.ingestKey !== '') {
    const given = bearerFrom(request.headers.authorization);
    if (given === null) throw new CollectorError('ingest_key_wrong', { found: 'missing' });
    if (!sameSecret(given, configuration.ingestKey)) throw new CollectorError('ingest_key_wrong', { found: 'wrong' });
    return;
  }
  refuseOtherSites(request, configuration.hosts);
  // Off loopback, proxies reach us under whatever name their network gives us; a browser cannot PUT across origins.
  if (isLoopback(hostName(configuration.host))) checkHost(request, answersTo);
}

/** Without an access key whoever reaches the port could make keys for themselves: so nobody but the machine itself may. */
function checkOperator(request: FastifyRequest, path: string): void {
  const guarded = operatorPaths.test(path) || (request.method !== 'GET' && operatorChanges.test(path));
  if (!guarded || isLoopback(plainAddress(request.ip))) return;
  throw new CollectorError('operator_only', { address: request.ip });
}

function checkHost(request: FastifyRequest, answersTo: HostRule): void {
  if (!answersTo(request.headers.host)) {
    throw new CollectorError('host_refused', { host: hostName(request.headers.host) });
  }
}

/** Fetch Metadata where the browser sends it, Origin against Host where it does not (plain http, older browsers). */
function refuseOtherSites(request: FastifyRequest, names: string[]): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const navigates = request.method === 'GET' && request.headers['sec-fetch-mode'] === 'navigate';
  const isPage = navigates && !pathOf(request).startsWith('/api/');
  if ((site === 'cross-site' || site === 'same-site') && !isPage) {
    throw new CollectorError('cross_site', { origin: origin ?? site });
  }
  if (origin === undefined || names.some((name) => hostName(name) === hostName(originAuthority(origin)))) return;
  if (originAuthority(origin) !== host?.toLowerCase()) throw new CollectorError('cross_site', { origin });
}

/** `null` (sandboxed pages) has no authority and so never matches. */
function originAuthority(origin: string): string {
  return /^https?:\/\/([^/]+)/i.exec(origin)?.[1]?.toLowerCase() ?? '';
}
