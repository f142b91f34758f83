// The collector as one object: takes segments in, answers questions, serves the dashboard. Reads top to bottom; only
// main.ts listens, so tests can use it in process.
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import fastify, { type FastifyInstance } from 'fastify';
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod';
import { createPriceBook, type PriceBook, type PriceSources } from '../catalog/prices.ts';
import type { Store } from '../clickhouse/store.ts';
import { pepperId } from '../configuration/keys/key-digest.ts';
import type { ResolvedProvider } from '../configuration/provider.ts';
import type { AccessDocument } from '../contract/access/access-document.ts';
import type { CollectorConfiguration, Configuration } from '../contract/configuration.ts';
import { Problem } from '../contract/questions/problem.ts';
import { guardAccess } from './access.ts';
import { type AccessSources, createAccessDocuments } from './access-document/access-document.ts';
import { serveAccess } from './access-document/serve-access.ts';
import { createBasePathRule } from './base-path.ts';
import { openBudgetRoom } from './budgets/budget-room.ts';
import { createPurgeBook } from './cache/purge-book.ts';
import { servePurges } from './cache/serve-purges.ts';
import { closeInTime } from './connections.ts';
import { serveDashboard, unknownPath } from './dashboard.ts';
import { openDocuments } from './documents/documents.ts';
import { answerErrorsAsProblems, sendProblem } from './error-answers.ts';
import { createLearnedModels } from './estimate/learned-models.ts';
import { serveEstimate } from './estimate/serve-estimate.ts';
import { createEvents } from './events/events.ts';
import { serveExports } from './exports/serve-exports.ts';
import { serveHealth } from './health.ts';
import type { Ingest } from './ingest/ingest.ts';
import { createKeyBook } from './keys/key-book.ts';
import { serveKeys } from './keys/serve-keys.ts';
import { createLiveTail, serveLiveTail } from './live.ts';
import { createMetrics } from './metrics.ts';
import { describeApi, serveApiDescription } from './openapi.ts';
import { serveReprice } from './pricing/serve-reprice.ts';
import { budgetCourse } from './questions/budget-course.ts';
import { conservation } from './questions/conservation.ts';
import { decision } from './questions/decision.ts';
import { decisionFacets } from './questions/decision-facets.ts';
import { decisions } from './questions/decisions.ts';
import { errors } from './questions/errors.ts';
import { events } from './questions/events.ts';
import { exchange } from './questions/exchange.ts';
import { exchanges } from './questions/exchanges.ts';
import { facets } from './questions/facets.ts';
import { flow } from './questions/flow.ts';
import { forecast } from './questions/forecast.ts';
import { incidents } from './questions/incidents.ts';
import { overhead } from './questions/overhead.ts';
import type { Question, QuestionContext } from './questions/question.ts';
import { reliability } from './questions/reliability.ts';
import { retryCosts } from './questions/retry-costs.ts';
import { routingMisses } from './questions/routing-misses.ts';
import { savings } from './questions/savings.ts';
import { series } from './questions/series.ts';
import { spend } from './questions/spend.ts';
import { status } from './questions/status.ts';
import { targets } from './questions/targets.ts';
import { top } from './questions/top.ts';
import { totals } from './questions/totals.ts';
import { serveReconcile } from './reconcile/serve-reconcile.ts';
import { serveRehearsal } from './rehearsal/serve-rehearsal.ts';
import { addSecurityHeaders } from './security-headers.ts';
import { takeSegments } from './segments.ts';
import { createTargetReports, type TargetReports, takeTargetReports } from './target-reports.ts';
import { createSecretBook } from './vault/secret-book.ts';
import { serveSecrets } from './vault/serve-secrets.ts';

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
  /** What `prices` is made of, to price again under part of it; left out: the books that came with Sightline. */
  priceSources?: Pick<PriceSources, 'overlay' | 'book'>;
  /** What the configuration says of budgets and limits; left out: nothing. */
  policies?: Pick<Configuration, 'budgets' | 'limits'>;
  /** Who is told that a budget is nearly used up; left out: nobody. */
  alerts?: Configuration['alerts'];
  /** Under which Sightline keys are hashed; left out: one that holds until the end of this collector. */
  pepper?: Buffer;
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
  events,
  spend,
  savings,
  routingMisses,
  forecast,
  budgetCourse,
] as never;
/** Longest wait for answers under way when closing. */
const graceMs = 5000;
const builtDashboard = path.resolve(import.meta.dirname, '../dashboard/dist');

/** Ready to listen or to `inject()` into. Closing it ends live tails but leaves store and ingest to the caller. */
export async function createCollector(options: CollectorOptions): Promise<FastifyInstance> {
  const { store, configuration, ingest, clock, onProblem } = options;
  const basePath = createBasePathRule(configuration);
  const targetReports = createTargetReports(clock);
  const context = contextOf(options, targetReports, () => access.current().document);
  const documents = await openDocuments({ store, clock, onProblem });
  const eventLog = createEvents({ accept: ingest.accept, clock });
  const { pepper = randomBytes(32), policies = { budgets: [], limits: [] } } = options;
  const keys = createKeyBook({ documents, pepper, clock, onEvent: eventLog.write });
  const secrets = createSecretBook({ documents, clock, onEvent: eventLog.write });
  const budgets = openBudgetRoom({
    ...{ store, documents, configuration, clock, onProblem, keys: keys.records, onEvent: eventLog.write },
    ...{ configured: policies.budgets, webhook: options.alerts?.webhook ?? '' },
  });
  const purges = createPurgeBook({ documents, clock, onEvent: eventLog.write });
  const learned = createLearnedModels({ store, clock, onProblem });
  const sources: AccessSources = {
    keys: keys.records,
    budgets: () => budgets.book.documents(),
    secrets: secrets.all,
    purges: purges.all,
    ratios: learned.ratios,
  };
  const access = createAccessDocuments({
    settings: { ...policies, timezone: configuration.timezone, pepperId: pepperId(pepper) },
    ...{ sources, revision: () => documents.revision, clock },
  });
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
  serveAccess(app, access);
  serveKeys(app, keys);
  budgets.serve(app);
  serveSecrets(app, secrets);
  servePurges(app, purges);
  for (const asked of questions) answer(app, asked, context);
  serveExports(app, context);
  serveRehearsal(app, { context, world: worldOf(options) });
  serveReprice(app, { context, ...worldOf(options), inForce: options.priceSources ?? {} });
  serveReconcile(app, { context, ...worldOf(options) });
  serveEstimate(app, { ...worldOf(options), learned, clock });
  serveLiveTail(app, live);
  const stopping = () => options.stopping?.aborted ?? false;
  serveHealth(app, { context, lagMs: ingest.lagMs, stopping, metrics });
  serveApiDescription(app);
  await serveDashboard(app, { directory: options.dashboardDirectory ?? builtDashboard, prefixOf });
  app.addHook('onClose', async () => {
    unsubscribe();
    await budgets.close();
    documents.close();
    metrics.close();
  });
  await app.ready();
  return app;
}

const worldOf = ({ providers = [], prices = createPriceBook() }: CollectorOptions) => ({ providers, prices });

function contextOf(
  { store, ingest, configuration, version, clock }: CollectorOptions,
  targetReports: TargetReports,
  access: () => AccessDocument,
): QuestionContext {
  const { timezone, proxyUrl, simulated, retentionDays } = configuration;
  return {
    ...{ store, ingest, targetReports, timezone, proxyUrl, simulated, version, clock, keptDays: retentionDays },
    ...{ budgets: () => access().budgets, keys: () => access().keys },
  };
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
