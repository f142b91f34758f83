// A stand-in for the collector: serves the built dashboard under any base path and answers its questions with invented
// data that is checked against the contract before it leaves.
import { existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { z } from 'zod';
import { ConservationAnswer } from '../../contract/questions/conservation.ts';
import { DecisionAnswer } from '../../contract/questions/decision.ts';
import { DecisionFacetsAnswer } from '../../contract/questions/decision-facets.ts';
import {
  DecisionFilters,
  type DecisionRow,
  DecisionsAnswer,
  DecisionsQuery,
} from '../../contract/questions/decisions.ts';
import { ExchangeAnswer } from '../../contract/questions/exchange.ts';
import { type ExchangeRow, ExchangesAnswer, ExchangesQuery } from '../../contract/questions/exchanges.ts';
import { FacetsAnswer } from '../../contract/questions/facets.ts';
import { FlowAnswer } from '../../contract/questions/flow.ts';
import { LiveEvent } from '../../contract/questions/live.ts';
import { Problem } from '../../contract/questions/problem.ts';
import { RehearsalAnswer } from '../../contract/questions/rehearsal.ts';
import { SeriesAnswer, SeriesQuery } from '../../contract/questions/series.ts';
import { StatusAnswer } from '../../contract/questions/status.ts';
import { TopAnswer, TopQuery } from '../../contract/questions/top.ts';
import { TotalsAnswer, TotalsQuery } from '../../contract/questions/totals.ts';
import { type AttemptsOptions, attemptQuestions } from './dashboard-attempts.ts';
import {
  decisionAnswer,
  decisionFacetsOf,
  decisionRow,
  fitsDecision,
  flowOf,
  rehearsalOf,
} from './dashboard-decisions.ts';
import { exchangeDetail, exchangeRow, exchangeRows, repeatable } from './dashboard-exchanges.ts';
import { nothing, seriesRows, topRows, totalsFor } from './dashboard-figures.ts';
import { reconciled, type SpendOptions, spendQuestions } from './dashboard-spend.ts';

export interface DashboardOptions extends AttemptsOptions, SpendOptions {
  /** '' or '/a/b'. */
  basePath?: string;
  mode?: 'full' | 'empty' | 'error' | 'locked' | 'huge';
  simulated?: boolean;
  /** Changes every row and exchange before it is sent, for hostile or odd data. */
  disturb?: (exchange: ExchangeAnswer) => ExchangeAnswer;
  disturbRow?: (row: ExchangeRow) => ExchangeRow;
  disturbDecision?: (row: DecisionRow) => DecisionRow;
  port?: number;
}

export interface DashboardApi {
  /** With the base path and a slash at the end. */
  url: string;
  /** Records one more exchange and tells the live streams. */
  add(): void;
  /** From now on every question fails, or no longer. */
  fail(failing: boolean): void;
  close(): Promise<void>;
}

export const accessKey = 'correct horse';
const dist = path.resolve(import.meta.dirname, '../../dashboard/dist');
const policy = "default-src 'self'; base-uri 'self'; object-src 'none'; frame-ancestors 'none'; form-action 'self'";
const contentTypes: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};

export async function startDashboardApi(options: DashboardOptions = {}): Promise<DashboardApi> {
  if (!existsSync(path.join(dist, 'index.html')))
    throw new Error('dashboard/dist is missing: run `npm run build` first');
  const basePath = options.basePath ?? '';
  const world = createWorld(options);
  const server = createServer((request, response) => {
    const address = new URL(request.url ?? '/', 'http://localhost');
    if (!`${address.pathname}/`.startsWith(`${basePath}/`)) {
      response.writeHead(404).end();
      return;
    }
    const inside = address.pathname.slice(basePath.length) || '/';
    if (inside.startsWith('/api/')) world.answer(inside.slice(5), address.searchParams, request, response);
    else serveFile(inside, basePath, response);
  });
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${basePath}/`,
    add: world.add,
    fail: world.fail,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function serveFile(inside: string, basePath: string, response: ServerResponse): void {
  const file = path.join(dist, path.normalize(inside));
  const isAsset = path.extname(inside) !== '' && file.startsWith(dist) && existsSync(file);
  const bytes = readFileSync(isAsset ? file : path.join(dist, 'index.html'));
  const type = isAsset ? contentTypes[path.extname(file)] : contentTypes['.html'];
  response.writeHead(200, { 'content-type': type ?? 'application/octet-stream', 'content-security-policy': policy });
  response.end(isAsset ? bytes : bytes.toString().replace('<head>', `<head><base href="${basePath}/" />`));
}

function createWorld({ mode = 'full', simulated = false, ...options }: DashboardOptions) {
  const { disturb, disturbRow, disturbDecision } = options;
  const rows = mode === 'empty' ? [] : exchangeRows(mode === 'huge' ? 10_000 : 900, Date.now() - 4000);
  const listeners = new Set<{ response: ServerResponse; parameters: URLSearchParams }>();
  const random = repeatable(7);
  const isLocked = mode === 'locked';
  let failing = mode === 'error';
  let added = 20_000;

  const shown = (row: ExchangeRow) => (disturbRow ? disturbRow(row) : row);
  const questions: Record<string, (parameters: Record<string, string>) => unknown> = {
    totals: (parameters) => check(TotalsAnswer, totals(TotalsQuery.parse(parameters))),
    series: (parameters) => check(SeriesAnswer, series(SeriesQuery.parse(parameters))),
    top: (parameters) => check(TopAnswer, top(TopQuery.parse(parameters))),
    exchanges: (parameters) => check(ExchangesAnswer, page(ExchangesQuery.parse(parameters))),
    facets: () => check(FacetsAnswer, facets(rows)),
    conservation: () => check(ConservationAnswer, conservation(rows.length)),
    status: () => check(StatusAnswer, status()),
    ...attemptQuestions(rows, options),
    ...spendQuestions({ ...options, calm: options.calm ?? rows.length === 0 }),
    decisions: (parameters) => check(DecisionsAnswer, decisions(DecisionsQuery.parse(parameters))),
    flow: (parameters) => check(FlowAnswer, flowOf(decided(parameters))),
    'decision-facets': () => check(DecisionFacetsAnswer, decisionFacetsOf(decided({}))),
  };

  const decided = (parameters: Record<string, string>): DecisionRow[] => {
    const { from: _from, to: _to, limit: _limit, ...filters } = DecisionsQuery.parse(parameters);
    const own = DecisionFilters.parse(filters);
    const others = Object.fromEntries(Object.entries(filters).filter(([name]) => !(name in own)));
    const fitting = rows.filter((row) => matches(row, others)).map(decisionRow);
    return fitting.filter((row) => fitsDecision(row, own)).map((row) => disturbDecision?.(row) ?? row);
  };
  const decisions = ({ limit, before, ...filters }: DecisionsQuery) => {
    const all = decided(filters as Record<string, string>);
    const start = before ? all.findIndex((row) => cursorOf(row) === before) + 1 : 0;
    const part = all.slice(start, start + limit);
    return { rows: part, next: start + limit < all.length ? cursorOf(part.at(-1)!) : null };
  };

  const totals = ({ from, to, ...filters }: z.infer<typeof TotalsQuery>) =>
    rows.length === 0
      ? { current: nothing, previous: nothing }
      : {
          current: totalsFor({ from, to, scale: scaleOf(filters) }),
          previous: totalsFor({ from: 2 * from - to, to: from, scale: scaleOf(filters) }),
        };
  const series = ({ from, to, step, by, limit: _limit, ...filters }: z.infer<typeof SeriesQuery>) => ({
    step,
    timezone: 'Europe/Berlin',
    rows: rows.length === 0 ? [] : seriesRows({ from, to, step, by, scale: scaleOf(filters) }).map(groupShown),
  });
  const top = ({ from, to, by, limit, order: _order, ...filters }: z.infer<typeof TopQuery>) => {
    const all = rows.length === 0 ? [] : topRows({ from, to, by, scale: scaleOf(filters) });
    return { rows: all.slice(0, limit).map(groupShown), groups: all.length };
  };
  const groupShown = <Row extends { group: string }>(row: Row): Row =>
    disturbRow && rows[0] && row.group !== '' ? { ...row, group: `${row.group} ${disturbRow(rows[0]).model}` } : row;

  function page({ limit, before, text, tried, unpriced, from, to, ...filters }: ExchangesQuery) {
    const found = rows.filter(
      (row) =>
        (from === undefined || row.startedAt >= from) &&
        (to === undefined || row.startedAt < to) &&
        matches(row, filters) &&
        (tried === undefined || row.provider === tried) &&
        (unpriced === undefined || (row.costNanos === null && row.inputTokens !== null)) &&
        (text === undefined ||
          `${row.requestPreview} ${row.responsePreview}`.toLowerCase().includes(text.toLowerCase())),
    );
    const start = before ? found.findIndex((row) => cursorOf(row) === before) + 1 : 0;
    const part = found.slice(start, start + limit);
    return { rows: part.map(shown), next: start + limit < found.length ? cursorOf(part.at(-1)!) : null };
  }

  const status = () => ({
    version: '0.1.0',
    simulated,
    timezone: 'Europe/Berlin',
    proxyUrl: 'http://127.0.0.1:4141',
    store: 'embedded' as const,
    exchanges: rows.length,
    firstExchangeAt: rows.at(-1)?.startedAt ?? null,
    lastExchangeAt: rows[0]?.startedAt ?? null,
    segmentsWaiting: 0,
    deadRecords: 0,
  });

  function exchange(id: string) {
    const row = rows.find((each) => each.id === id);
    if (!row) return null;
    const detail = exchangeDetail(row);
    return check(ExchangeAnswer, disturb ? disturb(detail) : detail);
  }

  function decision(id: string) {
    const row = rows.find((each) => each.id === id);
    if (!row) return null;
    const { attempts } = exchangeDetail(row);
    const { why } = disturbDecision?.(decisionRow(row)) ?? decisionRow(row);
    return check(DecisionAnswer, { ...decisionAnswer(row, attempts), why });
  }

  function answer(question: string, given: URLSearchParams, request: IncomingMessage, response: ServerResponse): void {
    const fix = 'Look at the collector’s log, then try again.';
    const isOpen = request.headers.cookie?.includes('session=open');
    if (question === 'session' && request.method === 'POST') openSession(request, response);
    else if (isLocked && !isOpen) {
      refuse(response, 401, { code: 'access_key_required', message: 'This dashboard asks for a key.', fix: '' });
    } else if (failing) {
      refuse(response, 503, { code: 'store_unavailable', message: 'ClickHouse does not answer.', fix });
    } else if (question === 'reconcile') reconcile(request, response);
    else if (question === 'routing/try') rehearse(request, response, decided({}));
    else if (question === 'live') listen(given, response);
    else answerQuestion(question, given, response);
  }

  function answerQuestion(question: string, given: URLSearchParams, response: ServerResponse): void {
    const [, kind, id] = /^(exchanges|decisions)\/(.+)$/.exec(question) ?? [];
    const about = { exchanges: exchange, decisions: decision }[kind ?? ''];
    const found = about ? about(decodeURIComponent(id!)) : questions[question]?.(Object.fromEntries(given));
    const fix = 'It may have passed its retention.';
    if (found) sendJson(response, 200, found);
    else refuse(response, 404, { code: 'not_found', message: 'No such exchange is in the store.', fix });
  }

  function listen(parameters: URLSearchParams, response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write('event: hello\ndata: {}\n\n');
    const listener = { response, parameters };
    listeners.add(listener);
    response.on('close', () => listeners.delete(listener));
  }

  function add(): void {
    const row = exchangeRow(added++, Date.now(), random);
    rows.unshift(row);
    const event = check(LiveEvent, { rows: [shown(row)], dropped: 0 });
    for (const { response, parameters } of listeners) {
      if (matches(row, Object.fromEntries(parameters))) {
        response.write(`event: exchanges\ndata: ${JSON.stringify(event)}\n\n`);
      }
    }
  }

  const fail = (now: boolean) => {
    failing = now;
  };
  return { answer, add, fail };
}

function matches(row: ExchangeRow, filters: Record<string, unknown>): boolean {
  return Object.entries(filters).every(
    ([name, value]) => value === undefined || row[name as keyof ExchangeRow] === value,
  );
}

/** A filter leaves about a fifth; two leave a fifth of that. */
function scaleOf(filters: Record<string, unknown>): number {
  return Object.values(filters).reduce<number>((scale, value) => (value === undefined ? scale : scale * 0.2), 1);
}

const cursorOf = (row: Pick<ExchangeRow, 'startedAt' | 'id'>) => `${row.startedAt}-${row.id}`;

function check<Schema extends z.ZodType>(schema: Schema, answer: z.input<Schema>): z.output<Schema> {
  return schema.parse(answer);
}

function facets(rows: ExchangeRow[]): FacetsAnswer {
  const values = (name: 'provider' | 'model' | 'app' | 'team' | 'task' | 'environment' | 'outcome') => {
    const counts = new Map<string, number>();
    for (const row of rows) counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
    return [...counts]
      .map(([value, requests]) => ({ value, requests }))
      .sort((one, other) => other.requests - one.requests);
  };
  return {
    provider: values('provider'),
    model: values('model'),
    app: values('app'),
    team: values('team'),
    task: values('task'),
    environment: values('environment'),
    outcome: values('outcome'),
  };
}

function conservation(stored: number): ConservationAnswer {
  const counters = { started: stored + 2, complete: stored, partial: 0, gap: 0, open: 2 };
  const row = {
    boot: 'demoboot0001',
    sealedAt: Date.now(),
    segments: 12,
    missingSegments: 0,
    counters,
    stored,
    holds: true,
  };
  return { rows: stored === 0 ? [] : [row], holds: true };
}

function openSession(request: IncomingMessage, response: ServerResponse): void {
  let body = '';
  request.on('data', (bytes) => {
    body += bytes;
  });
  request.on('end', () => {
    if (JSON.parse(body).key !== accessKey) {
      const fix = 'The key is collector.accessKey of the configuration.';
      refuse(response, 401, { code: 'access_key_wrong', message: 'That is not the key.', fix });
      return;
    }
    response.writeHead(204, { 'set-cookie': 'session=open; HttpOnly; SameSite=Strict; Path=/' }).end();
  });
}

/** An invoice with the word "wrong" in it is refused; all others are answered line by line. */
function reconcile(request: IncomingMessage, response: ServerResponse): void {
  let text = '';
  request.on('data', (bytes) => {
    text += bytes;
  });
  request.on('end', () => {
    if (text.includes('wrong')) {
      const fix = 'Send the CSV that the provider offers.';
      refuse(response, 400, { code: 'invoice_invalid', message: 'That is no invoice.', fix });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${JSON.stringify({ progress: { read: 1, of: 3 } })}\n`);
    response.end(`${JSON.stringify({ answer: reconciled })}\n`);
  });
}

/** Routes named "wrong" are refused as the collector refuses them; all others are answered line by line. */
function rehearse(request: IncomingMessage, response: ServerResponse, rows: DecisionRow[]): void {
  let text = '';
  request.on('data', (bytes) => {
    text += bytes;
  });
  request.on('end', () => {
    const { routes, from, to } = JSON.parse(text);
    if (routes[0]?.name === 'wrong') {
      const problem = { path: 'routes[0].targets[0].provider', found: '"opneai"', expected: 'one of openai', fix: '' };
      const problems = [problem, { ...problem, path: 'routes[0].strategy', fix: 'Did you mean "fixed"?' }];
      refuse(response, 400, { code: 'routes_invalid', message: '2 problems', fix: '', problems });
      return;
    }
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.write(`${JSON.stringify({ progress: { replayed: 100, of: rows.length } })}\n`);
    const answer = check(RehearsalAnswer, rehearsalOf(rows, routes, { from, to }));
    response.end(`${JSON.stringify({ answer })}\n`);
  });
}

function refuse(response: ServerResponse, status: number, error: Problem['error']): void {
  sendJson(response, status, check(Problem, { error }));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}
