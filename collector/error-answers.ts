// Turns whatever was thrown while answering into a row of the error table: our own errors, zod's, fastify's and the
// store's. Nothing else in the collector builds an error answer.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CollectorError } from './errors.ts';

/** What fastify-type-provider-zod attaches to a request that does not fit its schema. */
interface ValidationIssue {
  instancePath: string;
  message?: string;
  params?: { values?: unknown[] };
}

interface Thrown {
  name?: string;
  code?: string;
  kind?: string;
  message?: string;
  statusCode?: number;
  validation?: ValidationIssue[];
  validationContext?: string;
}

/** ClickHouse: 159 time, 160 too slow, 241 memory, 158/396 rows or bytes. */
const tooHeavy = new Set(['158', '159', '160', '241', '396']);

/** Makes every error answer of `app` a Problem. `log` hears of those nobody expected. */
export function answerErrorsAsProblems(app: FastifyInstance, log: (message: string) => void): void {
  app.setErrorHandler((error: unknown, request, reply) => {
    const known = toCollectorError(error, request);
    if (known.code === 'internal') log(`${request.method} ${pathOf(request)} failed: ${describe(error)}`);
    return sendProblem(reply, known);
  });
}

export function sendProblem(reply: FastifyReply, error: CollectorError): FastifyReply {
  if (error.retryAfter !== null) reply.header('retry-after', String(error.retryAfter));
  // The serializer is ours: an error answer must not depend on the route's own answer schemas.
  return reply
    .code(error.status)
    .header('cache-control', 'no-store')
    .type('application/json; charset=utf-8')
    .serializer((payload: unknown) => String(payload))
    .send(JSON.stringify(error.toProblem()));
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

/** The row of the table that stands for whatever was thrown. */
export function toCollectorError(error: unknown, request: FastifyRequest): CollectorError {
  if (error instanceof CollectorError) return error;
  const thrown = (typeof error === 'object' && error !== null ? error : { message: String(error) }) as Thrown;
  if (thrown.validation?.[0]) return fromValidation(thrown.validation[0], thrown.validationContext, request);
  if (thrown.name === 'StoreError' || thrown.name === 'ClickHouseError') return fromStore(thrown);
  const status = thrown.statusCode ?? 500;
  if (status >= 400 && status < 500)
    return new CollectorError('body_invalid', { found: thrown.message ?? 'unreadable' });
  return new CollectorError('internal', { found: thrown.message ?? 'unknown reason' });
}

function fromStore(thrown: Thrown): CollectorError {
  const found = thrown.message ?? 'no reason given';
  const code = thrown.code ?? /\bCode: (\d+)/.exec(found)?.[1] ?? '';
  const heavy = tooHeavy.has(code) || /TIMEOUT_EXCEEDED|MEMORY_LIMIT|TOO_MANY_ROWS|TOO_SLOW/.test(found);
  return heavy
    ? new CollectorError('question_too_heavy', { found })
    : new CollectorError(thrown.kind === 'full' ? 'disk_full' : 'store_unavailable', { found }, 2);
}

function fromValidation(issue: ValidationIssue, context: string | undefined, request: FastifyRequest): CollectorError {
  const path = issue.instancePath.split('/').filter(Boolean);
  const field = path.join('.') || context || 'request';
  return new CollectorError('question_invalid', {
    field,
    expected: expectation(issue),
    found: show(valueAt(request, context, path)),
  });
}

/** Zod's sentence ("Invalid input: expected number, received NaN", "Invalid UUID", "Too big: expected …") without its frame. */
function expectation({ message = 'something else', params }: ValidationIssue): string {
  if (Array.isArray(params?.values)) return `one of ${params.values.map(String).join(', ')}`;
  return message
    .replace(/, received .*$/, '')
    .replace(/^[^:]*: (expected |must be |must )?/, '')
    .replace(/^Invalid /, 'a valid ');
}

function valueAt(request: FastifyRequest, context: string | undefined, path: string[]): unknown {
  const part: unknown = context === 'body' ? request.body : context === 'params' ? request.params : request.query;
  return path.reduce<unknown>(
    (value, key) => (typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined),
    part,
  );
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
