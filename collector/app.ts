// The collector as one object: takes segments in, answers questions, serves the dashboard. Reads top to bottom; only
// main.ts listens, so tests can use it in process.
import path from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { createPriceBook, type PriceBook } from '../catalog/prices.ts';
import type { Store } from '../clickhouse/store.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { CollectorConfiguration } from '../contract/configuration.ts';
import { Problem } from '../contract/questions/problem.ts';
import { guardAccess } from './access.ts';
import { createBasePathRule } from './base-path.ts';
import { closeInTime } from './connections.ts';
import { serveDashboard, unknownPath } from './dashboard.ts';
import { answerErrorsAsProblems, sendProblem } from './error-answers.ts';
import { serveHealth } from './health.ts';
import type { Ingest } from './ingest/ingest.ts';
import { createLiveTail, serveLiveTail } from './live.ts';
import { createMetrics } from './metrics.ts';
import { describeApi, serveApiDescription } from './openapi.ts';
import { conservation } from './questions/conservation.ts';
import { decision } from './questions/decision.ts';
import { decisionFacets } from './questions/decision-facets.ts';
import { decisions } from './questions/decisions.ts';
import { errors } from './questions/errors.ts';
import { exchange } from './questions/exchange.ts';
import { exchanges } from './questions/exchanges.ts';
import { facets } from './questions/facets.ts';
import { flow } from './questions/flow.ts';
import { incidents } from './questions/incidents.ts';
import { overhead } from './questions/overhead.ts';
import type { Question, QuestionContext } from './questions/question.ts';
import { reliability } from './questions/reliability.ts';
import { retryCosts } from './questions/retry-costs.ts';
import { series } from './questions/series.ts';
import { status } from './questions/status.ts';
import { targets } from './questions/targets.ts';
import { top } from './questions/top.ts';
import { totals } from './questions/totals.ts';
import { serveRehearsal } from './rehearsal/serve-rehearsal.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { takeSegments } from './segments.ts';
import { createTargetReports, type TargetReports, takeTargetReports } from './target-reports.ts';

/** What the collector needs of ingest; `createIngest` makes one. */
export type CollectorIngest = Pick<Ingest, 'accept' | 'waiting' | 'lagMs' | 'deadRecords' | 'metrics' | 'onIngested'>;

export interface CollectorOptions {
  store: Store;
  ingest: CollectorIngest;
  /** `proxyUrl` worked out by the caller where the operator left it empty. */
  configuration: CollectorConfiguration & { simulated: boolean };
  /** Whom routes may name when they are tried; left out: nobody. */
  providers?: readonly ResolvedProvider[];
  prices?: PriceBook;
  version: string;
  /** Epoch milliseconds. */
  clock: () => number;
  onProblem(message: string): void;
  /** Aborted when the process is asked to stop: /readyz says so while answers under way are finished. */
  stopping?: AbortSignal;
  /** The dashboard's build; by default where `npm run build` puts it. */
  dashboardDirectory?: string;
}

const questions: Question[] = [
  totals,
  series,
  top,
  exchanges,
  exchange,
  facets,
  conservation,
  status,
  reliability,
  errors,
  incidents,
  retryCosts,
  overhead,
  targets,
  decisions,
  decision,
  decisionFacets,
  flow,
] as never;
/** Longest wait for answers under way when closing. */
const graceMs = 5000;
const builtDashboard = path.resolve(import.meta.dirname, '../dashboard/dist');

/** Ready to listen or to `inject()` into. Closing it ends live tails but leaves store and ingest to the caller. */
export async function createCollector(options: CollectorOptions): Promise<FastifyInstance> {
  const { store, configuration, ingest, clock, onProblem } = options;
  const basePath = createBasePathRule(configuration);
  const targetReports = createTargetReports(clock);
  const context = contextOf(options, targetReports);
  const live = createLiveTail({ store, clock, onProblem });
  const unsubscribe = ingest.onIngested(({ name }) => live.ingested(name));
  const metrics = createMetrics({ context, ingest, liveListeners: live.listeners });

  const app = fastify({
    logger: false,
    rewriteUrl: (request) => basePath.strip(request.url ?? '/'),
    routerOptions: { maxParamLength: 300 },
    forceCloseConnections: 'idle',
  });
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  answerErrorsAsProblems(app, onProblem);
  app.setNotFoundHandler((request, reply) => sendProblem(reply, unknownPath(request)));
  await describeApi(app, options.version);

  closeInTime(app, graceMs);
  addSecurityHeaders(app);
  const prefixOf = (request: { headers: Parameters<typeof basePath.prefixOf>[0] }) =>
    basePath.prefixOf(request.headers);
  guardAccess(app, { configuration, clock, prefixOf });
  await app.register((scope) => takeSegments(scope, ingest));
  takeTargetReports(app, targetReports);
  for (const asked of questions) answer(app, asked, context);
  serveRehearsal(app, { context, world: worldOf(options) });
  serveLiveTail(app, live);
  const stopping = () => options.stopping?.aborted ?? false;
  serveHealth(app, { context, lagMs: ingest.lagMs, stopping, metrics });
  serveApiDescription(app);
  await serveDashboard(app, { directory: options.dashboardDirectory ?? builtDashboard, prefixOf });
  app.addHook('onClose', async () => {
    unsubscribe();
    metrics.close();
  });
  await app.ready();
  return app;
}

const worldOf = ({ providers = [], prices = createPriceBook() }: CollectorOptions) => ({ providers, prices });

function contextOf(
  { store, ingest, configuration, version, clock }: CollectorOptions,
  targetReports: TargetReports,
): QuestionContext {
  const { timezone, proxyUrl, simulated, retentionDays } = configuration;
  return { store, ingest, targetReports, timezone, proxyUrl, simulated, version, clock, keptDays: retentionDays };
}

function answer(app: FastifyInstance, asked: Question, context: QuestionContext): void {
  const schema = {
    summary: asked.summary,
    [asked.inPath ? 'params' : 'querystring']: asked.query,
    response: { 200: asked.answer, '4xx': Problem, '5xx': Problem },
  };
  app.get(asked.path, { schema }, async (request, reply) => {
    reply.header('cache-control', 'no-store');
    return asked.ask(context, asked.inPath ? request.params : request.query);
  });
}
